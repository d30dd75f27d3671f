"""How volunteers judge a case: a vote each, a decision by quorum, a senior's word, a correction.

Called by the group and the pages. Each of it counts as one thing done within the hour, and raises TooFast where that is too many.
A decision is one transaction: the case, the register of suspects, what is owed to whom, the audit row. All of it or nothing.
"""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.moderation import abuse, cases, gold, hurry, listing, parting, quorum, volunteers
from bot.moderation.cases import Case, CaseId, Harm, Ruling, State
from bot.moderation.gold import Known
from bot.moderation.places import Place, places_in
from bot.moderation.quorum import Decided, MoreVotes, ToSenior, Vote, Why
from broadcaster import audit, database
from broadcaster.database import Connection
from broadcaster.staff import Staff, StaffId
from broadcaster.suspects import Kind

REVIEW = timedelta(minutes=15)
"""Between a decision and the first citizen who is told, so that a slip can be corrected; none where harm is high."""

_SQL = database.queries_beside(__file__)


class How(StrEnum):
    QUORUM = "quorum"
    SENIOR = "senior"


class CaseClosed(Exception):
    """This case is not waiting for that any more: somebody has decided it, or it waits for a senior."""


class AlreadyVoted(Exception):
    """You have voted on this case: one vote each."""


class NotVoted(Exception):
    """Vote first: what others and the program think of it is shown afterwards."""


class NotInText(ValueError):
    """Only a link, a handle or a number that stands in the text can be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What is shown after one's own vote, and to a senior who settles: the votes of this round and the program's guess. `tested`:
    what they answered when it was put to them as a test question; it is none of these votes."""

    votes: Sequence[Vote]
    tested: Vote | None
    scheme_said: str | None
    why: Why | None


def vote(
    connection: Connection,
    case: CaseId,
    *,
    by: Staff,
    ruling: Ruling,
    scheme: str | None = None,
    sure: bool = True,
    named: Collection[Place] = (),
    now: datetime,
) -> Decided | MoreVotes | ToSenior | Known:
    """One volunteer's word in this round, and what follows of it: of a test question that was put to them, nothing but the right
    answer. `named` belongs to the swindlers; of a text that is cleared it does not count. Raises NotAVolunteer, UnknownCase,
    CaseClosed, AlreadyVoted, NotInText."""
    with database.transaction(connection):
        volunteers.check(connection, by)
        hurry.count(connection, by, now=now)
        waiting = cases.with_id(connection, case)
        own = Vote(by=by.id, ruling=ruling, scheme=scheme, sure=sure, named=frozenset(named))
        if waiting.state is not State.OPEN:
            return _answer(connection, waiting, own, by, now)
        own = _checked(waiting, own)
        _cast(connection, waiting, own, now, round=waiting.round)
        outcome = quorum.count(_votes(connection, waiting), waiting.harm)
        if isinstance(outcome, Decided) and not ruling.clears and abuse.accuses_protected(outcome.named, places_in(waiting.text)):
            outcome = ToSenior(Why.PROTECTED)
        match outcome:
            case Decided():
                outcome = listing.with_those_before(connection, waiting, outcome)
                _decide(connection, waiting, outcome, how=How.QUORUM, by=None, who="volunteers", now=now)
            case ToSenior():
                _to_senior(connection, waiting, outcome.why, by, now)
            case MoreVotes():
                connection.execute(_SQL["missing"], {"id": case, "missing": outcome.missing})
        return outcome


def settle(
    connection: Connection,
    case: CaseId,
    *,
    by: Staff,
    ruling: Ruling,
    scheme: str | None = None,
    named: Collection[Place] = (),
    now: datetime,
) -> None:
    """A senior's word on a case that waits for one; not of one who voted on it. Raises NotSenior, UnknownCase, CaseClosed,
    AlreadyVoted, NotInText."""
    with database.transaction(connection):
        volunteers.check_senior(connection, by)
        hurry.count(connection, by, now=now)
        waiting = cases.with_id(connection, case)
        if waiting.state is not State.SENIOR:
            raise CaseClosed
        if any(each.by == by.id for each in _votes(connection, waiting)):
            raise AlreadyVoted
        _rule(connection, waiting, Vote(by=by.id, ruling=ruling, scheme=scheme, named=frozenset(named)), by, now)


def correct(
    connection: Connection,
    case: CaseId,
    *,
    by: Staff,
    ruling: Ruling,
    scheme: str | None = None,
    named: Collection[Place] = (),
    now: datetime,
) -> None:
    """A senior's next version of a decision. What it no longer names leaves the register; whoever was told is told anew. Raises
    NotSenior, UnknownCase, CaseClosed, NotInText."""
    with database.transaction(connection):
        volunteers.check_senior(connection, by)
        hurry.count(connection, by, now=now)
        judged = cases.with_id(connection, case)
        if judged.state is not State.JUDGED:
            raise CaseClosed
        _rule(connection, judged, Vote(by=by.id, ruling=ruling, scheme=scheme, named=frozenset(named)), by, now)


def ask_senior(connection: Connection, case: CaseId, *, by: Staff, now: datetime) -> None:
    """A volunteer would rather have a senior look, without a vote of their own; a test question is only taken from them. Raises
    NotAVolunteer, UnknownCase, CaseClosed."""
    with database.transaction(connection):
        volunteers.check(connection, by)
        hurry.count(connection, by, now=now)
        waiting = cases.with_id(connection, case)
        if gold.asked(connection, waiting, by, now=now):
            gold.take_back(connection, case, by)
            return
        if waiting.state is not State.OPEN:
            raise CaseClosed
        connection.execute(_SQL["unclaim_all"], {"id": case})
        _to_senior(connection, waiting, Why.ASKED, by, now)


def opinions(connection: Connection, case: CaseId, *, by: Staff) -> Opinions:
    """Raises NotVoted, except to a senior while the case waits for one; UnknownCase."""
    shown = cases.with_id(connection, case)
    votes = _votes(connection, shown)
    tested = gold.answered(connection, case, by)
    settles = shown.state is State.SENIOR and volunteers.is_senior(connection, by)
    if not settles and tested is None and all(each.by != by.id for each in votes):
        raise NotVoted
    return Opinions(votes=votes, tested=tested, scheme_said=shown.scheme_said, why=Why(shown.why) if shown.why else None)


def has_voted(connection: Connection, case: CaseId, by: Staff) -> bool:
    """In the case's present round. Raises UnknownCase."""
    return any(each.by == by.id for each in _votes(connection, cases.with_id(connection, case)))


def _checked(case: Case, own: Vote) -> Vote:
    """A cleared text accuses nobody."""
    if own.named - set(places_in(case.text)):
        raise NotInText
    return Vote(by=own.by, ruling=own.ruling, sure=own.sure) if own.ruling.clears else own


def _answer(connection: Connection, case: Case, own: Vote, by: Staff, now: datetime) -> Known:
    """To a test question, of whoever holds it as one."""
    if gold.answered(connection, case.id, by):
        raise AlreadyVoted
    if gold.asked(connection, case, by, now=now) is None or case.ruling is None:
        raise CaseClosed
    _cast(connection, case, _checked(case, own), now, round=gold.ROUND)
    return Known(ruling=case.ruling, scheme=case.scheme)


def _cast(connection: Connection, case: Case, own: Vote, now: datetime, *, round: int) -> None:
    row = {"case": case.id, "round": round, "staff": own.by}
    word = {"verdict": own.ruling, "scheme": own.scheme, "sure": int(own.sure), "now": database.instant(now)}
    try:
        connection.execute(_SQL["cast"], row | word)
    except sqlite3.IntegrityError as error:
        raise AlreadyVoted from error
    for place in own.named:
        connection.execute(_SQL["name"], row | {"kind": place.kind, "value": place.value})
    connection.execute(_SQL["unclaim"], row)


def _votes(connection: Connection, case: Case) -> list[Vote]:
    """Of the case's present round, in their order."""
    asked = {"case": case.id, "round": case.round}
    named: dict[int, set[Place]] = {}
    for row in connection.execute(_SQL["named"], asked):
        named.setdefault(row["staff"], set()).add(Place(Kind(row["kind"]), row["value"]))
    return [
        Vote(
            by=StaffId(row["staff"]),
            ruling=Ruling(row["verdict"]),
            scheme=row["scheme"],
            sure=bool(row["sure"]),
            named=frozenset(named.get(row["staff"], ())),
        )
        for row in connection.execute(_SQL["votes"], asked)
    ]


def _to_senior(connection: Connection, case: Case, why: Why, by: Staff, now: datetime) -> None:
    connection.execute(_SQL["to_senior"], {"id": case.id, "why": why})
    audit.append(connection, at=now, who=by.name, action="case.to-senior", subject=f"case {case.id}", detail={"why": why})


def _rule(connection: Connection, case: Case, own: Vote, by: Staff, now: datetime) -> None:
    own = _checked(case, own)
    decided = Decided(ruling=own.ruling, scheme=own.scheme, named=own.named)
    _decide(connection, case, decided, how=How.SENIOR, by=by.id, who=by.name, now=now)


def _decide(
    connection: Connection, case: Case, decided: Decided, *, how: How, by: StaffId | None, who: str, now: datetime
) -> None:
    version = case.version + 1
    row = {
        "id": case.id,
        "version": version,
        "verdict": decided.ruling,
        "scheme": decided.scheme,
        "how": how,
        "by": by,
        "now": database.instant(now),
        "tell_at": database.instant(now if case.harm is Harm.HIGH else now + REVIEW),
    }
    for each in ("overtaken", "decide", "judged", "unclaim_all"):
        connection.execute(_SQL[each], row)
    if decided.ruling.clears:
        parting.part(connection, case, now=now)
    connection.execute(_SQL["scheme_of_reports"], row)
    taken_back = listing.take_back(connection, case, decided, now=now)
    listed = listing.put(connection, case, decided, version, now=now)
    detail = {"version": version, "ruling": decided.ruling, "scheme": decided.scheme, "how": how}
    detail |= {"was": case.ruling, "suspects": listed, "taken_back": taken_back}
    audit.append(connection, at=now, who=who, action="case.decide", subject=f"case {case.id}", detail=detail)
