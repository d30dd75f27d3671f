"""A campaign's message to whoever asks for it, before anybody else gets it: outside the ledger, the budget and the caps.

The console asks, the sender's `trying_out` claims and sends. A row is claimed before the call, so none ever leaves twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from broadcaster import audit, campaign_records, consent, database, links, staff_addresses, wording
from broadcaster.addresses import Address, Channel
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import State
from broadcaster.channels.message import Message, Template
from broadcaster.channels.outcome import Accepted, Outcome, Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.staff import Staff, StaffId
from content.language import Language
from content.library import Library

MOST_AN_HOUR = 20
ADDRESSES = {
    SendingChannel.TELEGRAM: Channel.TELEGRAM,
    SendingChannel.WHATSAPP: Channel.WHATSAPP,
    SendingChannel.SMS: Channel.PHONE,
}
"""Which of a member's own addresses a channel writes to. Push has none: a browser subscribes on the citizens' side."""

LOST_AFTER = timedelta(minutes=1)
"""A message that has been on its way for longer: its process was killed, and it may have arrived."""

WAITS = timedelta(minutes=15)
"""Asked for longer ago, nobody expects it any more: it is not sent."""

NOBODY = ContactId(0)
"""Whom the links in it belong to: pressing them changes nothing."""

MOST_SHOWN = 20
_TIME_TO_TRY = (State.DRAFT, State.SUBMITTED, State.APPROVED, State.SCHEDULED)
_SQL = database.queries_beside(__file__)


class TooManyTests(Exception):
    """Twenty messages an hour are enough to try a text out."""


class CannotBeTried(ValueError):
    """This channel or language cannot be tried out on oneself."""


class NoAddress(LookupError):
    """You have not told your own address for this channel yet."""


class TooLate(Exception):
    """This campaign has begun or ended: its text is tried out before."""


class Stage(StrEnum):
    """How a test stands for whoever looks at it now; the table holds the first five."""

    ASKED = "asked"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """`at`: since when it has been so."""

    name: str
    channel: SendingChannel
    language: Language
    stage: Stage
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """To be sent now, by whoever claimed it and nobody else."""

    id: int
    channel: SendingChannel
    message: Message = field(repr=False)


def channels_of(connection: Connection, by: Staff) -> frozenset[SendingChannel]:
    """Those for which they told an address of theirs."""
    told = staff_addresses.of(connection, by.id)
    return frozenset(channel for channel, address in ADDRESSES.items() if address in told)


def may_be_tried(campaign: Campaign) -> bool:
    """Only before it begins: Twilio, asked later what it took of a campaign, must not find a test and believe in a delivery."""
    return campaign.state in _TIME_TO_TRY


def ask(
    connection: Connection,
    campaign: Campaign,
    *,
    by: Staff,
    channel: SendingChannel,
    language: Language,
    mark: str,
    words: Library,
    public_url: str,
    now: datetime,
) -> int:
    """`mark`, the first line, says that it is a test. Raises TooLate, CannotBeTried, NoAddress, TooManyTests."""
    if not may_be_tried(campaign):
        raise TooLate
    if channel not in ADDRESSES or channel not in campaign.content.channels or language not in campaign.content.text:
        raise CannotBeTried
    link = links.stop_link(public_url, links.stop_token(connection.address_key, campaign.id, NOBODY)) if public_url else ""
    text = wording.compose(campaign.content, channel, language, code=campaign.code, stop_link=link, words=words)
    row = {"campaign": campaign.id, "staff": by.id, "channel": channel, "language": language, "text": f"{mark}\n{text}"}
    with database.transaction(connection):
        if channel not in channels_of(connection, by):
            raise NoAddress
        since = database.instant(now - timedelta(hours=1))
        if connection.execute(_SQL["asked_since"], {"staff": by.id, "since": since}).fetchone()["n"] >= MOST_AN_HOUR:
            raise TooManyTests
        id = connection.execute(_SQL["ask"], {**row, "at": database.instant(now)}).lastrowid or 0
        detail = {"channel": channel, "language": language, "hash": campaign.content_hash.hex(), "messages": 1}
        subject = f"campaign {campaign.id}"
        audit.append(connection, at=now, who=by.name, action="campaign.test-send", subject=subject, detail=detail)
    return id


def claim(connection: Connection, channels: Collection[SendingChannel], *, now: datetime) -> Claimed | None:
    """The next one for these channels; from here on it is never sent again. None: nothing to send, or everything is stopped."""
    moments = {"at": database.instant(now), "not_before": database.instant(now - WAITS)}
    for channel in sorted(channels):
        if connection.execute(_SQL["waits"], {"channel": channel, **moments}).fetchone() is None:
            continue
        with database.transaction(connection):
            row = connection.execute(_SQL["claim"], {"channel": channel, **moments}).fetchone()
            if row is None:
                continue
            address = _address(connection, StaffId(row["staff"]), channel)
            if isinstance(address, str):
                _settle(connection, row["id"], Stage.REFUSED, address, now)
                continue
            campaign = campaign_records.find(connection, row["campaign"])
        language = Language(row["language"])
        return Claimed(id=row["id"], channel=channel, message=_message(connection, campaign, address, language, row["text"]))
    return None


def settle(connection: Connection, id: int, outcome: Outcome, *, now: datetime) -> None:
    """What became of it. A provider that asks for patience did not send it: whoever tries out asks again by hand."""
    stage = Stage.REFUSED
    if isinstance(outcome, Accepted):
        stage = Stage.ACCEPTED
    elif isinstance(outcome, Unknown):
        stage = Stage.UNKNOWN
    with database.transaction(connection):
        _settle(connection, id, stage, "" if isinstance(outcome, Accepted) else outcome.reason, now)


def of(connection: Connection, campaign: int, *, now: datetime) -> Sequence[Tried]:
    """The newest first."""
    return [
        Tried(
            name=row["name"],
            channel=SendingChannel(row["channel"]),
            language=Language(row["language"]),
            stage=_stage(Stage(row["state"]), now - datetime.fromisoformat(row["at"])),
            reason=row["reason"],
            at=datetime.fromisoformat(row["at"]),
        )
        for row in connection.execute(_SQL["of"], {"campaign": campaign, "most": MOST_SHOWN})
    ]


def _stage(kept: Stage, age: timedelta) -> Stage:
    if kept is Stage.SENDING and age > LOST_AFTER:
        return Stage.UNKNOWN
    return Stage.EXPIRED if kept is Stage.ASKED and age > WAITS else kept


def _address(connection: Connection, staff: StaffId, channel: SendingChannel) -> Address | str:
    """Or why nothing goes there: nobody has proved that an address is theirs, so a STOP said from it holds here too."""
    address = staff_addresses.of(connection, staff).get(ADDRESSES[channel])
    if address is None or connection.execute(_SQL["is_active"], {"staff": staff}).fetchone() is None:
        return "not reachable any more"
    return "stopped" if consent.is_suppressed(connection, address) else address


def _message(connection: Connection, campaign: Campaign, address: Address, language: Language, text: str) -> Message:
    template = wording.whatsapp_template(campaign.content, language, code=campaign.code)
    return Message(
        campaign=campaign.id,
        contact=NOBODY,
        code=campaign.code,
        address=address,
        language=language,
        text=text,
        receipt_id=links.receipt_token(connection.address_key, campaign.id, NOBODY),
        template=Template(sid=template[0], variables=template[1]) if template else None,
    )


def _settle(connection: Connection, id: int, stage: Stage, reason: str, now: datetime) -> None:
    connection.execute(_SQL["settle"], {"id": id, "state": stage, "reason": reason[:200], "at": database.instant(now)})
