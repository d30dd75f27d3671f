"""`import suspects FILE`: a list of handles, links, phones, cards, accounts and organisations. A bad row is refused by its line.

Lists are small: each row is a `suspects.add` of its own, and whatever is killed is run again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from broadcaster import imports, suspects
from broadcaster.database import Connection
from broadcaster.imports import BadRow, Watch
from broadcaster.suspects import BadSuspect, Kind, Source, Status

COLUMNS = ("kind", "value", "scheme", "source", "first_seen", "organisation", "status")
NEEDED = ("kind", "value", "scheme", "source")
_KAZAKHSTAN = ZoneInfo("Asia/Almaty")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """No `errors_file` where none was refused."""

    read: int
    refused: int
    errors_file: Path | None


def load(connection: Connection, file: Path, *, schemes: Collection[str], now: datetime, watch: Watch | None = None) -> Loaded:
    """`organisation` is yes or empty, `first_seen` a date (empty: today), `status` changes it for all sources. Raises BadFile."""
    with imports.opened(file, COLUMNS, NEEDED, watch=watch) as sheet:
        for line, values in sheet.rows():
            try:
                _add(connection, values, schemes, now)
            except (BadRow, BadSuspect) as bad:
                sheet.refuse(line, bad)
    return Loaded(read=sheet.read, refused=sheet.refused, errors_file=sheet.errors_file if sheet.refused else None)


def _add(connection: Connection, values: Mapping[str, str], schemes: Collection[str], now: datetime) -> None:
    if missing := [column for column in NEEDED if column not in values]:
        raise BadRow(f"{missing[0]} is empty")
    kind, source = _word(Kind, values, "kind"), _word(Source, values, "source")
    status = _word(Status, values, "status") if "status" in values else None
    if values["scheme"] not in schemes:
        raise BadRow(f"scheme is not one of: {', '.join(sorted(schemes))}")
    if values.get("organisation", "no").lower() not in ("yes", "no"):
        raise BadRow("organisation is yes or no")
    suspects.add(
        connection,
        kind,
        values["value"],
        scheme=values["scheme"],
        source=source,
        first_seen=_first_seen(values.get("first_seen"), now),
        now=now,
        organisation=values.get("organisation", "no").lower() == "yes",
    )
    if status:
        suspects.set_status(connection, kind, values["value"], status, now=now)


def _word(words: type[_Word], values: Mapping[str, str], column: str) -> _Word:
    try:
        return words(values[column].lower())
    except ValueError as error:
        raise BadRow(f"{column} is not one of: {', '.join(words)}") from error


def _first_seen(value: str | None, now: datetime) -> datetime:
    if value is None:
        return now
    try:
        seen = datetime.combine(date.fromisoformat(value), time(), _KAZAKHSTAN).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRow("first_seen is a date such as 2025-11-21") from error
    if seen > now:
        raise BadRow("first_seen is in the future")
    return seen
