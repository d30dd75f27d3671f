"""`import followers FILE`: who followed a suspect at one moment. Following is no consent: most of them we may not write to.

Millions of rows go below row objects: chunks in the order of their hashes, so that the index by hash is walked and not jumped
about in, then the edges in the order of contacts. Whatever is killed is run again and gives the same register.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from broadcaster import contacts, database, imports, merging
from broadcaster.addresses import SPELLINGS, Address, BadAddress, Channel
from broadcaster.contact_imports import addresses_in
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.imports import BadFile, BadRow, Sheet, Watch
from broadcaster.merging import AmbiguousPerson, BeingWrittenTo

_T = TypeVar("_T")
_SQL = database.queries_beside(__file__)
COLUMNS = ("telegram", "whatsapp", "phone", "push", "relay")
CHUNK = 500_000
"""Rows held at once: about 130 MB."""

AT_ONCE = 20_000
"""In one transaction, a tenth of a second in which the bot waits."""

_IN_A_STATEMENT = 200
_MOST_REFUSED = 0.05
"""Of a snapshot that may say who unfollowed: a wrong column must not look like a great success."""

_Row = tuple[bytes, str, str]
"""Hash, channel, value."""

_Joined = tuple[int, tuple[Address, ...]]
"""Line, and the addresses of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """WhatsApp apart, as its numbers hash like telephones."""

    single: list[_Row]
    whatsapp: list[_Row]
    joined: list[_Joined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`unfollowed` counts those of earlier snapshots who are not in the latest. Not `whole`: too many rows were refused."""

    read: int
    refused: int
    followers: int
    unfollowed: int
    whole: bool
    errors_file: Path | None


def load(
    connection: Connection,
    file: Path,
    suspect: int,
    *,
    taken_at: datetime,
    who: str,
    now: datetime,
    watch: Watch | None = None,
) -> Loaded:
    """`suspect` is `suspects.identity`. Until it has ended nobody counts as having unfollowed. Raises BadFile."""
    if taken_at > now:
        raise BadFile("a snapshot is not taken in the future")
    about = {"suspect": suspect, "taken_at": database.instant(taken_at), "second": int(taken_at.timestamp())}
    about |= {"now": database.instant(now)}
    with imports.opened(file, COLUMNS, watch=watch) as sheet, _room(connection):
        with database.transaction(connection):
            connection.execute(_SQL["begin"], about)
        for chunk in _read(connection, sheet):
            for start in range(0, len(chunk.joined), imports.ROWS_AT_ONCE):
                _follow_joined(connection, sheet, chunk.joined[start : start + imports.ROWS_AT_ONCE], who, now)
            for rows in (chunk.single, chunk.whatsapp):
                rows.sort(key=itemgetter(0))
                for start in range(0, len(rows), AT_ONCE):
                    _follow_single(connection, rows[start : start + AT_ONCE], about)
                rows.clear()  # or two chunks would be held while the next is read
        _add_edges(connection, about)
        followers: int = connection.execute(_SQL["followers"], about).fetchone()["n"]
        whole = sheet.read > 0 and sheet.refused <= sheet.read * _MOST_REFUSED
        with database.transaction(connection):
            connection.execute(_SQL["end"], {**about, "followers": followers, "whole": whole})
            gone = len(unfollowed(connection, suspect))
            connection.execute(_SQL["keep_unfollowed"], {**about, "unfollowed": gone})
    return Loaded(
        read=sheet.read,
        refused=sheet.refused,
        followers=followers,
        unfollowed=gone,
        whole=whole,
        errors_file=sheet.errors_file if sheet.refused else None,
    )


def latest(connection: Connection, suspect: int) -> datetime | None:
    """When the latest whole snapshot was taken."""
    taken_at = connection.execute(_SQL["latest"], {"suspect": suspect}).fetchone()["taken_at"]
    return datetime.fromisoformat(taken_at) if taken_at else None


def unfollowed(connection: Connection, suspect: int) -> tuple[ContactId, ...]:
    """Seen in an earlier snapshot and not in the latest whole one; nobody before there are two."""
    return tuple(ContactId(row["contact"]) for row in connection.execute(_SQL["unfollowed"], {"suspect": suspect}))


def _read(connection: Connection, sheet: Sheet) -> Iterator[_Chunk]:
    channels = tuple(map(Channel, sheet.columns))
    separator, separators, around = sheet.separator, len(channels) - 1, f" {sheet.separator}"
    lines = sheet.lines()
    while True:
        chunk = _Chunk(single=[], whatsapp=[], joined=[])
        lists = {channel: chunk.whatsapp if channel is Channel.WHATSAPP else chunk.single for channel in channels}
        ways = [(each.value, SPELLINGS[each], connection.address_key.hasher(each), lists[each].append) for each in channels]
        line = 0
        for line, text in islice(lines, CHUNK):
            only = text.strip(around)
            try:
                if separator in only or '"' in only or text.count(separator) != separators:
                    chunk.joined.append((line, addresses_in(sheet.values(text), channels)))
                else:
                    channel, spelt, hashed, append = ways[text.count(separator, 0, text.index(only))]
                    value = spelt(only)
                    append((hashed(value), channel, value))
            except (BadAddress, BadRow) as bad:
                sheet.refuse(line, bad)
        if not line:
            return
        yield chunk


def _follow_joined(connection: Connection, sheet: Sheet, rows: Sequence[_Joined], who: str, now: datetime) -> None:
    with database.transaction(connection, durable=False):
        for line, addresses in rows:
            try:
                person = merging.unite(connection, addresses, who=who, now=now)
            except (AmbiguousPerson, BeingWrittenTo) as refusal:
                sheet.refuse(line, refusal)
                continue
            connection.execute(_SQL["follow_one"], [person.contact])


def _follow_single(connection: Connection, rows: Sequence[_Row], about: Mapping[str, object]) -> None:
    unique = {row[0]: row for row in rows}
    with database.transaction(connection, durable=False):
        reading = connection.cursor()
        reading.row_factory = None  # a Row for each of a million costs as much as the look-up
        known: dict[bytes, ContactId] = {}
        there: set[bytes] = set()
        for piece in _pieces(list(unique)):
            found = reading.execute(_many("known", "?", len(piece)), piece).fetchall()
            known.update((hashed, contact) for hashed, contact, _ in found)
            there.update(hashed for hashed, _, channel in found if channel == unique[hashed][1])
        for hashed in known.keys() - there:
            connection.execute(_SQL["add_number"], (known[hashed], *unique[hashed]))
        for contacts_known in _pieces(list(known.values())):
            connection.execute(_many("follow_known", "(?)", len(contacts_known)), contacts_known)
        _make(connection, [row for row in unique.values() if row[0] not in known] if known else list(unique.values()), about)


def _make(connection: Connection, rows: Sequence[_Row], about: Mapping[str, object]) -> None:
    base = last = contacts.last_id(connection)
    for piece in _pieces(rows):
        connection.execute(_many("add_contacts", "(?1+{},?2)", len(piece)), [last, about["now"]])
        connection.execute(_many("add_addresses", "(?1+{},?,?,?)", len(piece)), [last, *chain.from_iterable(piece)])
        last = ContactId(last + len(piece))
    connection.execute(_SQL["follow_new"], {**about, "base": base})


def _add_edges(connection: Connection, about: Mapping[str, object]) -> None:
    piece = {**about, "after": 0, "limit": AT_ONCE}
    while (last := connection.execute(_SQL["end_of_piece"], piece).fetchone()["last"]) is not None:
        with database.transaction(connection, durable=False):
            connection.execute(_SQL["add_edges"], {**piece, "last": last})
        piece["after"] = last


@contextmanager
def _room(connection: Connection) -> Iterator[None]:
    """Temporary tables in memory, as a file of them would hold addresses; the pages of the indexes stay at hand."""
    cache = connection.execute("PRAGMA cache_size").fetchone()[0]
    for statement in ("PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-65536", _SQL["make_followed"]):
        connection.execute(statement)
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size={int(cache)}")
        connection.execute("PRAGMA temp_store=DEFAULT")  # drops the table


def _pieces(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Of one statement: a statement a row costs twice as much."""
    return (rows[start : start + _IN_A_STATEMENT] for start in range(0, len(rows), _IN_A_STATEMENT))


@cache
def _many(name: str, row: str, n: int) -> str:
    return _SQL[name].replace("/*rows*/", ",".join(row.format(place) for place in range(1, n + 1)))
