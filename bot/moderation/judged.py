"""What was judged: the list, the search, how a case was decided over time, which reports it came from. Called by the pages.

Nothing here says who reported; whoever has not voted on an open case must not be shown any of it.
"""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.message import Door
from bot.moderation import cases, volunteers
from bot.moderation.cases import Case, CaseId, Ruling, State, UnknownCase
from bot.moderation.decisions import How
from bot.moderation.places import Place
from bot.moderation.reports import Kind, ReportId, ticket_of
from broadcaster import database, suspects
from broadcaster.database import Connection
from broadcaster.staff import Staff
from content.language import Language

PAGE = 50
SEARCHED = 20_000
"""The latest so many texts are looked through for words."""

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One decision. `by`: the senior's name, None where the quorum decided."""

    version: int
    ruling: Ruling
    scheme: str | None
    how: How
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One person's report as a senior may see it. `blocked`: whoever sent it changes nothing any more."""

    report: ReportId
    ticket: str
    kind: Kind
    door: Door
    language: Language
    at: datetime
    withdrawn: bool
    can_be_blocked: bool
    blocked: bool


def latest(connection: Connection, *, ruling: Ruling | None = None, after: int = 0) -> Sequence[Case]:
    """PAGE of them, the last decided first; `after` so many."""
    rows = connection.execute(_SQL["latest"], {"ruling": ruling, "after": after, "most": PAGE})
    return [cases.with_id(connection, CaseId(row["id"])) for row in rows.fetchall()]


def search(connection: Connection, words: str) -> Sequence[Case]:
    """By number, by a whole message (copies of it are the same case), or by words of the text in any case of letters."""
    words = words.strip()
    number = words.removeprefix("#").removeprefix("№").strip()
    if number.isascii() and number.isdecimal() and len(number) <= 15:
        return _judged(connection, [int(number)])
    whole = cases.find(connection, words)
    rows = connection.execute(_SQL["texts"], {"most": SEARCHED})
    found = [row["id"] for row in rows if words and words.casefold() in row["text"].casefold()]
    return _judged(connection, list(dict.fromkeys([*([whole.id] if whole else []), *found]))[:PAGE])


def decisions_on(connection: Connection, case: CaseId) -> Sequence[Past]:
    """The last one first."""
    return [_past(row) for row in connection.execute(_SQL["decisions"], {"case": case})]


def named_by(connection: Connection, case: Case) -> Collection[Place]:
    """What its last decision put into the register of suspects."""
    rows = connection.execute(_SQL["listed"], {"case": case.id, "version": case.version})
    return frozenset(Place(suspects.Kind(row["kind"]), row["value"]) for row in rows)


def reports_on(connection: Connection, case: CaseId, *, by: Staff) -> Sequence[Brought]:
    """The latest PAGE. Raises NotSenior."""
    volunteers.check_senior(connection, by)
    return [_brought(row) for row in connection.execute(_SQL["reports"], {"case": case, "most": PAGE})]


def _judged(connection: Connection, ids: Sequence[int]) -> Sequence[Case]:
    found = []
    for id in ids:
        try:
            case = cases.with_id(connection, CaseId(id))
        except UnknownCase:
            continue
        if case.state is State.JUDGED:
            found.append(case)
    return found


def _past(row: sqlite3.Row) -> Past:
    return Past(
        version=row["version"],
        ruling=Ruling(row["verdict"]),
        scheme=row["scheme"],
        how=How(row["how"]),
        by=row["name"],
        at=datetime.fromisoformat(row["at"]),
    )


def _brought(row: sqlite3.Row) -> Brought:
    id, at = ReportId(row["id"]), datetime.fromisoformat(row["at"])
    return Brought(
        report=id,
        ticket=ticket_of(id, at),
        kind=Kind(row["kind"]),
        door=Door(row["door"]),
        language=Language(row["language"]),
        at=at,
        withdrawn=bool(row["withdrawn"]),
        can_be_blocked=bool(row["can_be_blocked"]),
        blocked=bool(row["blocked"]),
    )
