"""`import contacts FILE`: people, their addresses, and what they agreed to. A bad row is refused, the others go on.

Whatever is killed in the middle is run again and gives the same register. A person's own word outweighs the file: a STOP is not
lifted, a topic they left is not taken up, a language they chose stays.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster import addresses, consent, database, imports, merging
from broadcaster.addresses import Address, BadAddress, Channel
from broadcaster.consent import Permission
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.imports import BadRow, Sheet, Watch
from broadcaster.merging import AmbiguousPerson, BeingWrittenTo
from content.language import Language

_SQL = database.queries_beside(__file__)
_CHANNELS = (Channel.TELEGRAM, Channel.WHATSAPP, Channel.PHONE, Channel.PUSH)
COLUMNS = (*(channel.value for channel in _CHANNELS), "language", "region", "topics", "consent")
_CONSENT = re.compile(r"(warn|educate)@([^@:]{1,64})@([0-9]{4}-[0-9]{2}-[0-9]{2})")
"""Origin without a colon: those with one, such as staff:Saule, are what this system saw itself."""
_LANGUAGES = tuple(language.value for language in Language)
_KAZAKHSTAN = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`stopped`: rows of people who once said STOP; they are kept and not written to. No `errors_file` where none was refused."""

    read: int
    refused: int
    made: int
    merged: int
    stopped: int
    errors_file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    permission: Permission
    origin: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    addresses: tuple[Address, ...]
    language: Language | None
    region: str | None
    topics: tuple[str, ...]
    consent: Consented | None


def load(
    connection: Connection,
    file: Path,
    *,
    schemes: Collection[str],
    regions: Collection[str],
    who: str,
    now: datetime,
    watch: Watch | None = None,
) -> Loaded:
    """`schemes` and `regions` are the ids there are; `who` answers for merged contacts in the audit trail. Raises BadFile."""
    made = merged = stopped = 0
    with imports.opened(file, COLUMNS, watch=watch) as sheet, _told(connection):
        rows = _rows(sheet, schemes, regions, now)
        while batch := list(islice(rows, imports.ROWS_AT_ONCE)):
            with database.transaction(connection):
                for row in batch:
                    try:
                        person = merging.unite(connection, row.addresses, who=who, now=now)
                    except (AmbiguousPerson, BeingWrittenTo) as refusal:
                        sheet.refuse(row.line, refusal)
                        continue
                    for other in person.merged:
                        connection.execute(_SQL["told_of_keeper"], {"keeper": person.contact, "other": other})
                    _describe(connection, person.contact, row, was_merged=bool(person.merged))
                    made += person.made
                    merged += len(person.merged)
                    stopped += any(consent.is_suppressed(connection, address) for address in row.addresses)
    return Loaded(
        read=sheet.read,
        refused=sheet.refused,
        made=made,
        merged=merged,
        stopped=stopped,
        errors_file=sheet.errors_file if sheet.refused else None,
    )


def _describe(connection: Connection, contact: ContactId, row: _Row, *, was_merged: bool) -> None:
    about = {"contact": contact, "language": row.language, "region": row.region}
    if row.language or row.region:
        connection.execute(_SQL["tell"], (contact, row.line, row.language, row.region))
    if was_merged:
        about |= dict(connection.execute(_SQL["told_last"], about).fetchone())
    connection.execute(_SQL["describe"], about)
    for topic in row.topics:
        connection.execute(_SQL["add_topic"], {"contact": contact, "topic": topic})
    if row.consent:
        for address in row.addresses:
            consent.grant(
                connection,
                contact,
                row.consent.permission,
                address.channel,
                origin=row.consent.origin,
                at=row.consent.at,
            )


@contextmanager
def _told(connection: Connection) -> Iterator[None]:
    """What this file told of whom, on which line: of two contacts that become one the later line holds, as if read again."""
    connection.execute(_SQL["make_told"])
    try:
        yield
    finally:
        connection.execute(_SQL["drop_told"])


def _rows(sheet: Sheet, schemes: Collection[str], regions: Collection[str], now: datetime) -> Iterator[_Row]:
    for line, values in sheet.rows():
        try:
            yield _Row(
                line=line,
                addresses=addresses_in(values, _CHANNELS),
                language=Language(_one_of(_LANGUAGES, values["language"].lower(), "language")) if "language" in values else None,
                region=_one_of(regions, values["region"].lower(), "region") if "region" in values else None,
                topics=tuple(_one_of(schemes, topic.strip(), "topic") for topic in values.get("topics", "").split("|") if topic),
                consent=_consent(values.get("consent", ""), now),
            )
        except BadRow as bad:
            sheet.refuse(line, bad)


def addresses_in(values: dict[str, str], channels: Collection[Channel]) -> tuple[Address, ...]:
    """Raises BadRow when there is none, or one that cannot be."""
    try:
        found = tuple(addresses.normalise(channel, values[channel]) for channel in channels if channel in values)
    except BadAddress as bad:
        raise BadRow(str(bad)) from bad
    if not found:
        raise BadRow("has no address")
    return found


def _one_of(known: Collection[str], value: str, column: str) -> str:
    """A value that is none may be anything, an address in the wrong column too: it is not quoted."""
    if value not in known:
        raise BadRow(f"{column} is not one of: {', '.join(sorted(known))}")
    return value


def _consent(value: str, now: datetime) -> Consented | None:
    if not value:
        return None
    if value.lower() == "yes":
        return Consented(permission=Permission.WARN, origin="import", at=now)
    told = _CONSENT.fullmatch(value)
    if not told or not told[2].isprintable():
        raise BadRow("consent is yes, nothing, or kind@origin@date such as warn@bank-form@2025-11-21; kinds: warn, educate")
    try:
        at = datetime.combine(date.fromisoformat(told[3]), time(), _KAZAKHSTAN).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRow("consent has a date that is in no calendar") from error
    if at > now:
        raise BadRow("consent has a date in the future")
    return Consented(permission=Permission(told[1]), origin=told[2].strip(), at=at)
