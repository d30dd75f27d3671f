"""What becomes known of a message after it left: receipts in any order, and answers that were lost.

A receipt may come before our own settling, twice, or never. A phone that showed the message outweighs whatever was said before.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broadcaster import attempts, audit, database, merging, tallies
from broadcaster.addresses import Address, Channel, mask
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, channel_of

_SQL = database.queries_beside(__file__)


class Status(StrEnum):
    """ACCEPTED: found in the provider's list, which settles an unknown and nothing else."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


_NOT_SETTLED = frozenset({State.QUEUED, State.WAITING})  # a receipt that overtook us: the message is in the air
_MOVES: Mapping[Status, frozenset[State]] = {
    Status.ACCEPTED: frozenset({State.UNKNOWN}),
    Status.DELIVERED: frozenset(State) - {State.DELIVERED},
    Status.UNDELIVERED: _NOT_SETTLED | {State.ACCEPTED, State.UNKNOWN},
}


class Choice(StrEnum):
    """What a person says about an unknown: send it again although it may have arrived, or leave it."""

    REQUEUE = "requeue"
    CLOSE = "close"


class CampaignCancelled(Exception):
    """A cancelled campaign sends nothing any more: close the message instead."""


class NotUnknown(LookupError):
    """This delivery is not unknown any more, or never was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownDelivery:
    """A message that may have gone out; `second` since the campaign began."""

    contact: ContactId
    channel: SendingChannel
    addresses: tuple[Address, ...]
    second: int
    reason: str

    @property
    def masked(self) -> str:
        return ", ".join(mask(address) for address in self.addresses)


def apply(
    connection: Connection,
    campaign: int,
    contact: ContactId,
    status: Status,
    at: datetime,
    *,
    reference: str = "",
    reason: str = "",
) -> bool:
    """False when it changes nothing: repeated, outdated, or about a delivery nobody knows."""
    with database.transaction(connection, durable=False):
        return apply_within(connection, campaign, contact, status, at, reference=reference, reason=reason)


def apply_within(
    connection: Connection,
    campaign: int,
    contact: ContactId,
    status: Status,
    at: datetime,
    *,
    reference: str = "",
    reason: str = "",
) -> bool:
    """`apply` inside the caller's transaction."""
    to = State[status.name]
    row = _delivery(connection, campaign, contact) or _delivery(connection, campaign, merging.current(connection, contact))
    if row is None or row.state not in _MOVES[status]:
        return False
    if status is Status.UNDELIVERED and row.state in _NOT_SETTLED and not _in_the_air(connection, row):
        return False  # the refused one is told of: it waits for its next try or channel
    second = row.seconds_to(at) if row.state in _NOT_SETTLED else row.second
    _move(connection, row, to, second)
    if reference or reason:
        said = {row.contact: (reference, reason[:200])}
        attempts.note(connection, row.campaign, channel_of(row.route).code, second, said)
    return True


def unknowns(connection: Connection, campaign: int, *, most: int | None = None) -> tuple[UnknownDelivery, ...]:
    """The first `most` of them, or all: for a person who asks, and for reconciling."""
    found = []
    for row in connection.execute(_SQL["unknowns"], {"campaign": campaign, "most": -1 if most is None else most}).fetchall():
        channel = channel_of(row["route"])
        kinds = set(channel.addresses)
        known = connection.execute(_SQL["addresses"], {"contact": row["contact"]})
        addresses = tuple(Address(Channel(each["channel"]), each["value"]) for each in known if each["channel"] in kinds)
        found.append(
            UnknownDelivery(
                contact=ContactId(row["contact"]),
                channel=channel,
                addresses=addresses,
                second=row["second"],
                reason=row["reason"] or "",
            )
        )
    return tuple(found)


def decide(connection: Connection, campaign: int, contact: ContactId, choice: Choice, *, who: str, now: datetime) -> None:
    """A person's word about one unknown, or the provider's that it never got it. Raises NotUnknown, CampaignCancelled."""
    with database.transaction(connection):
        row = _delivery(connection, campaign, contact)
        if row is None or row.state is not State.UNKNOWN:
            raise NotUnknown
        if choice is Choice.REQUEUE and connection.execute(_SQL["is_cancelled"], {"campaign": campaign}).fetchone()["yes"]:
            raise CampaignCancelled
        to = State.WAITING if choice is Choice.REQUEUE else State.CLOSED
        _move(connection, row, to, row.second)
        if choice is Choice.REQUEUE:
            due = {"channel": channel_of(row.route).code, "at": int(now.timestamp())}
            connection.execute(_SQL["requeue"], {**row.key, **due})
            connection.execute(_SQL["reopen"], {"campaign": campaign})
        audit.append(
            connection,
            at=now,
            who=who,
            action=f"delivery.{choice}",
            subject=f"campaign {campaign}",
            detail={"contact": contact},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    campaign: int
    contact: ContactId
    route: int
    state: State
    second: int
    started_at: datetime

    @property
    def key(self) -> dict[str, int]:
        return {"campaign": self.campaign, "contact": self.contact}

    def seconds_to(self, at: datetime) -> int:
        return max(0, int((at - self.started_at).total_seconds()))


def _delivery(connection: Connection, campaign: int, contact: ContactId) -> _Delivery | None:
    row = connection.execute(_SQL["delivery"], {"campaign": campaign, "contact": contact}).fetchone()
    if row is None:
        return None
    return _Delivery(
        campaign=campaign,
        contact=contact,
        route=row["route"],
        state=State(row["state"]),
        second=row["second"],
        started_at=datetime.fromisoformat(row["started_at"]),
    )


def _in_the_air(connection: Connection, row: _Delivery) -> bool:
    return bool(connection.execute(_SQL["in_the_air"], {**row.key, "channel": channel_of(row.route).code}).fetchone()[0])


def _move(connection: Connection, row: _Delivery, to: State, second: int) -> None:
    connection.execute(_SQL["move"], {**row.key, "state": to, "second": second})
    if row.state is State.UNKNOWN:
        connection.execute(_SQL["known_now"], row.key)
    tallies.shift(connection, row.campaign, Counter({(row.route, row.state): -1, (row.route, to): 1}))
