"""What waits for volunteers, and whose turn it is: by harm, sightings and age. Called by the group and the pages.

A volunteer is shown a case as it came: neither the program's guess nor anybody's vote is in what this module gives out.
"""

import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.moderation import cases, gold, hurry, volunteers
from bot.moderation.cases import Case, CaseId
from bot.moderation.places import Place, places_in
from bot.moderation.quorum import Why
from bot.moderation.showing import as_shown, name_of
from broadcaster import database
from broadcaster.database import Connection
from broadcaster.staff import Staff
from content.language import Language

LEASE = timedelta(minutes=15)
PASSED = timedelta(hours=12)
"""For so long a case that a volunteer passed on is not offered to them again."""

USUAL = timedelta(days=1)
"""What a citizen is told to expect before there are decisions to reckon from."""

PAGE = 50
_RECENT = 50
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A case to judge: `text` as it may be shown; `places` of it can be named, each with the words that stand on its tick box."""

    case: CaseId
    round: int
    text: str
    language: Language
    sightings: int
    first_seen: datetime
    places: Sequence[tuple[Place, str]]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ForSenior:
    """One line of the seniors' list. `version`: how often it was decided before."""

    case: CaseId
    text: str
    language: Language
    sightings: int
    first_seen: datetime
    why: Why
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many wait, for votes and for a senior, and since when the oldest does."""

    open: int
    senior: int
    oldest: datetime | None


def next_task(connection: Connection, by: Staff, *, now: datetime) -> Task | None:
    """The case whose turn it is, held for this volunteer for LEASE; the one they hold, if they hold one. As many may hold a case
    as votes are missing. Now and then it is a test question, which looks like any other. None: nothing waits for them. Raises
    NotAVolunteer."""
    asked = {"staff": by.id, "now": database.instant(now), "until": database.instant(now + LEASE)}
    with database.transaction(connection, durable=False):
        volunteers.check(connection, by)
        held = connection.execute(_SQL["held"], asked).fetchone()
        if held is None:
            turn = connection.execute(_SQL["next"], asked).fetchone()
            test = gold.due(connection, by, now=now)
            if turn is None and test is None:
                return None
            lent = turn["id"] if turn is not None and test is not None else None
            asked |= {"case": test or turn["id"], "lent": lent}
            connection.execute(_SQL["claim"], asked)
            held = {"id": asked["case"], "until": asked["until"]}
        case = cases.with_id(connection, CaseId(held["id"]))
        return _task(gold.asked(connection, case, by, now=now) or case, datetime.fromisoformat(held["until"]))


def pass_on(connection: Connection, case: CaseId, by: Staff, *, now: datetime) -> None:
    """They would rather not judge this one: it is free for others at once, and theirs again after PASSED. A test question is put
    to nobody twice. Raises NotAVolunteer, TooFast."""
    row = {"case": case, "staff": by.id, "until": database.instant(now + PASSED)}
    with database.transaction(connection, durable=False):
        volunteers.check(connection, by)
        hurry.count(connection, by, now=now)
        connection.execute(_SQL["pass_on"], row)


def for_senior(connection: Connection, *, after: int = 0) -> Sequence[ForSenior]:
    """PAGE of those that wait for a senior, in their order; `after` so many."""
    return [_for_senior(row) for row in connection.execute(_SQL["for_senior"], {"after": after, "most": PAGE})]


def waiting(connection: Connection) -> Waiting:
    row = connection.execute(_SQL["waiting"]).fetchone()
    return Waiting(
        open=row["open"], senior=row["senior"], oldest=datetime.fromisoformat(row["oldest"]) if row["oldest"] else None
    )


def expected(connection: Connection) -> timedelta:
    """How long whoever asks now will probably wait: the median of the latest first decisions."""
    seconds = [
        (datetime.fromisoformat(row["tell_at"]) - datetime.fromisoformat(row["first_seen"])).total_seconds()
        for row in connection.execute(_SQL["latest"], {"most": _RECENT})
    ]
    return timedelta(seconds=statistics.median(seconds)) if seconds else USUAL


def _task(case: Case, until: datetime) -> Task:
    return Task(
        case=case.id,
        round=case.round,
        text=as_shown(case.text),
        language=case.language,
        sightings=case.sightings,
        first_seen=case.first_seen,
        places=[(place, name_of(place)) for place in places_in(case.text)],
        until=until,
    )


def _for_senior(row: sqlite3.Row) -> ForSenior:
    return ForSenior(
        case=CaseId(row["id"]),
        text=as_shown(row["text"]),
        language=Language(row["language"]),
        sightings=row["sightings"],
        first_seen=datetime.fromisoformat(row["first_seen"]),
        why=Why(row["why"]),
        version=row["version"],
    )
