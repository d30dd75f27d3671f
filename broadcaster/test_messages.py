"""A campaign's message to whoever asks for it, or to colleagues (`guest_list`), before anybody else gets it.

Outside the ledger, the budget and the caps. The console asks, the sender's `trying_out` claims and sends: a row is claimed before
the call, so none ever leaves twice.
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

MOST_SHOWN = 60
"""A whole guest list, and some before it."""

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
    """`at`: since when it has been so; `asked_by`: the colleague who sent it, empty where it was `name` themselves."""

    name: str
    asked_by: str
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
    text = text_of(connection, campaign, channel, language, mark=mark, words=words, public_url=public_url)
    with database.transaction(connection):
        if channel not in channels_of(connection, by):
            raise NoAddress
        return press(connection, campaign, [by.id], by=by, channel=channel, language=language, text=text, now=now)


def text_of(
    connection: Connection,
    campaign: Campaign,
    channel: SendingChannel,
    language: Language,
    *,
    mark: str,
    words: Library,
    public_url: str,
) -> str:
    """Raises TooLate, CannotBeTried."""
    if not may_be_tried(campaign):
        raise TooLate
    if channel not in ADDRESSES or channel not in campaign.content.channels or language not in campaign.content.text:
        raise CannotBeTried
    link = links.stop_link(public_url, links.stop_token(connection.address_key, campaign.id, NOBODY)) if public_url else ""
    text = wording.compose(campaign.content, channel, language, code=campaign.code, stop_link=link, words=words)
    return f"{mark}\n{text}"


def press(
    connection: Connection,
    campaign: Campaign,
    to: Sequence[StaffId],
    *,
    by: Staff,
    channel: SendingChannel,
    language: Language,
    text: str,
    now: datetime,
) -> int:
    """The first of the messages that one press of a button asks for, inside the caller's transaction. Raises TooManyTests."""
    since = database.instant(now - timedelta(hours=1))
    if connection.execute(_SQL["asked_since"], {"staff": by.id, "since": since}).fetchone()["n"] >= MOST_AN_HOUR:
        raise TooManyTests
    row = {"campaign": campaign.id, "channel": channel, "language": language, "text": text, "at": database.instant(now)}
    first = None
    for staff in to:
        asked = {**row, "staff": staff, "asked_by": None if staff == by.id else by.id, "press": first}
        made = connection.execute(_SQL["ask"], asked).lastrowid
        first = first or made
    action = "campaign.test-send" if list(to) == [by.id] else "campaign.test-guests"
    detail = {"channel": channel, "language": language, "hash": campaign.content_hash.hex(), "messages": len(to)}
    audit.append(connection, at=now, who=by.name, action=action, subject=f"campaign {campaign.id}", detail=detail)
    return first or 0


def claim(connection: Connection, channels: Collection[SendingChannel], *, now: datetime) -> Claimed | None:
    """The next one for these channels; from here on it is never sent again. None: nothing to send, or everything is stopped."""
    moments = {"at": database.instant(now), "not_before": database.instant(now - WAITS)}
    for channel in sorted(channels):
        while connection.execute(_SQL["waits"], {"channel": channel, **moments}).fetchone() is not None:
            with database.transaction(connection):
                row = connection.execute(_SQL["claim"], {"channel": channel, **moments}).fetchone()
                if row is None:
                    break
                address = _address(connection, StaffId(row["staff"]), channel, by_colleague=row["asked_by"] is not None)
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
            asked_by=row["asked_by"] or "",
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


def _address(connection: Connection, staff: StaffId, channel: SendingChannel, *, by_colleague: bool) -> Address | str:
    """Or why nothing goes there: a guest may have taken their tick back meanwhile, and nobody has proved that an address is
    theirs, so a STOP said from it holds here too."""
    address = staff_addresses.of(connection, staff).get(ADDRESSES[channel])
    if address is None or connection.execute(_SQL["is_active"], {"staff": staff}).fetchone() is None:
        return "not reachable any more"
    if by_colleague and ADDRESSES[channel] not in staff_addresses.guest_at(connection, staff):
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
