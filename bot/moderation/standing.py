"""How a case stands before one volunteer: it waits for their vote, or it does not. Called by volunteering.

A test question stands there as it was put to them, like any case that waits.
"""

from datetime import datetime

from bot.moderation import cases, decisions, gold
from bot.moderation.cases import Case, CaseId, State
from bot.moderation.decisions import AlreadyVoted, CaseClosed
from broadcaster.database import Connection
from broadcaster.staff import Staff


def to_vote_on(connection: Connection, id: CaseId, by: Staff, *, round: int, now: datetime) -> Case:
    """`round`: the one in which they were shown it. Raises UnknownCase, CaseClosed, AlreadyVoted."""
    case = cases.with_id(connection, id)
    if round != case.round:
        raise CaseClosed
    if case.state is State.OPEN:
        if decisions.has_voted(connection, id, by):
            raise AlreadyVoted
        return case
    if gold.answered(connection, id, by):
        raise AlreadyVoted
    asked = gold.asked(connection, case, by, now=now)
    if asked is None:
        raise CaseClosed
    return asked
