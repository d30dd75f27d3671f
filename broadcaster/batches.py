"""A batch of messages as it is leased and settled, the terms of its campaign, and whether a person may be written to now."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from broadcaster import campaign_content, database
from broadcaster.addresses import Address, Channel
from broadcaster.campaign_content import Content
from broadcaster.channels.outcome import Outcome
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.reach_routes import PLACE, SILENCED, first_route

_SQL = database.queries_beside(__file__)
ADDRESS_BITS = 40
USABLE = _SQL["usable"].replace("/*place*/", PLACE).replace("/*silenced*/", SILENCED)
"""Over a row of `delivery`: the place of the first address that may be written to now << ADDRESS_BITS | its id, or NULL.

The question that the freeze asked of everybody (`reach_routes.first_route`), for few people at a time.
"""


class Unsent(StrEnum):
    """The provider was not called. STOPPED: the last look saw a STOP, that they left the topic or were forgotten; RELEASED: back
    into the queue, to be sent another time."""

    STOPPED = "stopped"
    RELEASED = "released"


Result = Outcome | Unsent


class Leased(NamedTuple):
    """One message of a lease; a tuple, since there are a thousand of them. Without an address only in adopted leases.
    Prints none, also in a traceback."""

    contact: ContactId
    route: int
    tries: int
    kind: Channel | None
    value: str | None
    hash: bytes | None
    recent: int = 0
    """Messages they got in the days of the cap."""
    at: int = 0
    """Since when they have been due, seconds since 1970; 0 in the range."""

    def __repr__(self) -> str:
        return f"Leased(contact={self.contact}, route={self.route})"

    @property
    def address(self) -> Address:
        """Raises LookupError where there is none."""
        if self.kind is None or self.value is None:
            raise LookupError("no address")
        return Address(Channel(self.kind), self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Of a campaign, as settling needs them."""

    campaign: int
    content: Content
    started_at: datetime

    def second(self, now: datetime) -> int:
        return max(0, int((now - self.started_at).total_seconds()))

    def after(self, channel: SendingChannel) -> tuple[SendingChannel, ...]:
        """The channels that are left when this one said no."""
        return self.content.channels[self.content.channels.index(channel) + 1 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is settled at once; `state` is what its rows are in, `reserve` the tiyn set aside for each of them.

    `stops_seen`: the last suppression there was when the batch was leased; whoever is in a later one said STOP meanwhile.
    """

    terms: Terms
    channel: SendingChannel
    state: State
    rows: Mapping[ContactId, Leased]
    reserve: int
    taken_at: datetime
    stops_seen: int


def terms_of(connection: Connection, campaign: int) -> Terms:
    """Of a campaign that has started."""
    row = connection.execute(_SQL["terms"], {"campaign": campaign}).fetchone()
    started_at = datetime.fromisoformat(row["started_at"])
    return Terms(campaign=campaign, content=campaign_content.kept(row["content"]), started_at=started_at)


def last_suppression(connection: Connection) -> int:
    """Its id; they only grow."""
    return int(connection.execute(_SQL["last_suppression"]).fetchone()["id"])


def day_of(moment: datetime) -> int:
    """Since 1970, in Kazakhstan: how `contact_recent` counts."""
    return moment.astimezone(KAZAKHSTAN).toordinal() - 719_163


def usable(channels: Sequence[SendingChannel], content: Content) -> dict[str, object]:
    """The parameters of USABLE."""
    route = first_route(channels, purpose=content.purpose, scheme=content.scheme, legal_basis=content.legal_basis)
    kinds = [kind for channel in channels for kind in channel.addresses]
    return {**route.parameters, "kinds": json.dumps(kinds)}


def listed(contacts: Collection[ContactId]) -> str:
    """For json_each; in the order of the table."""
    return json.dumps(sorted(contacts), separators=(",", ":"))
