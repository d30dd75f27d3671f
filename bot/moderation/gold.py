"""Test questions: judged cases whose answer is certain, put to volunteers among the others, to see how well all judge.

Until it is answered nothing tells it from a real case: it is shown with the sightings and the age of the case whose turn it would
be, and whoever holds it cannot look its decision up. The answer is a vote of ROUND: of no decision, and of nobody's quorum.
"""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.moderation import cases, volunteers
from bot.moderation.cases import Case, CaseId, Ruling, State
from bot.moderation.quorum import Vote
from broadcaster import audit, database
from broadcaster.database import Connection
from broadcaster.staff import Staff, StaffId

EVERY, PLACE = 10, 2
"""Whoever has cast PLACE votes is given a test question next, before much depends on them; then everybody is given one in EVERY,
at a place that changes: neither from what is shown nor by counting can anybody say which."""

ROUND = 0

_SQL = database.queries_beside(__file__)


class NotJudged(Exception):
    """Only a message that is judged can be a test question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What follows of an answer to a test question: the right one is told, and nothing else changes."""

    ruling: Ruling
    scheme: str | None


def use(connection: Connection, case: CaseId, *, by: Staff, now: datetime) -> None:
    """Its present decision is the right answer from now on. Raises NotSenior, UnknownCase, NotJudged."""
    with database.transaction(connection):
        volunteers.check_senior(connection, by)
        judged = cases.with_id(connection, case)
        if judged.state is not State.JUDGED:
            raise NotJudged
        if connection.execute(_SQL["use"], {"case": case, "staff": by.id}).rowcount:
            detail = {"ruling": judged.ruling, "scheme": judged.scheme, "version": judged.version}
            audit.append(connection, at=now, who=by.name, action="case.test-question", subject=f"case {case}", detail=detail)


def drop(connection: Connection, case: CaseId, *, by: Staff, now: datetime) -> None:
    """It is put to nobody any more. Raises NotSenior, UnknownCase."""
    with database.transaction(connection):
        volunteers.check_senior(connection, by)
        cases.with_id(connection, case)
        if connection.execute(_SQL["drop"], {"case": case}).rowcount:
            audit.append(connection, at=now, who=by.name, action="case.no-test-question", subject=f"case {case}", detail={})


def is_used(connection: Connection, case: CaseId) -> bool:
    """For seniors alone to know."""
    row = connection.execute(_SQL["is_used"], {"case": case}).fetchone()
    return row is not None and bool(row["used"])


def due(connection: Connection, by: Staff, *, now: datetime) -> CaseId | None:
    """The one to put to this volunteer now. None: it is not the moment, they have just passed one on, or they know them all."""
    moment = {"staff": by.id, "every": EVERY, "place": PLACE, "now": database.instant(now)}
    row = connection.execute(_SQL["due"], moment).fetchone()
    return CaseId(row["id"]) if row else None


def asked(connection: Connection, case: Case, by: Staff, *, now: datetime) -> Case | None:
    """The case as it stands before whoever holds it as a test question. None: they do not."""
    held = {"case": case.id, "staff": by.id, "now": database.instant(now)}
    row = connection.execute(_SQL["asked"], held).fetchone()
    if row is None:
        return None
    return replace(case, sightings=row["sightings"], first_seen=datetime.fromisoformat(row["first_seen"]))


def all_asked(connection: Connection, by: Staff, *, now: datetime) -> Collection[CaseId]:
    """What they hold as a test question: its decision is shown to them nowhere."""
    rows = connection.execute(_SQL["all_asked"], {"staff": by.id, "now": database.instant(now)})
    return {CaseId(row["id"]) for row in rows}


def take_back(connection: Connection, case: CaseId, by: Staff) -> None:
    """They would rather have a senior look at it. Inside the caller's transaction."""
    connection.execute(_SQL["take_back"], {"case": case, "staff": by.id})


def answered(connection: Connection, case: CaseId, by: Staff) -> Vote | None:
    """What they said to it while it was a test question, as long as it is one."""
    row = connection.execute(_SQL["answered"], {"case": case, "staff": by.id}).fetchone()
    return _vote(row) if row else None


def answered_in(connection: Connection, case: CaseId, chat: int) -> Vote | None:
    """The same of the volunteer whose private chat this is."""
    row = connection.execute(_SQL["answered_in"], {"case": case, "chat": chat}).fetchone()
    return _vote(row) if row else None


def _vote(row: sqlite3.Row) -> Vote:
    return Vote(by=StaffId(row["staff"]), ruling=Ruling(row["verdict"]), scheme=row["scheme"], sure=bool(row["sure"]))
