"""/moderation/cases/…: what others think, after one's own vote; how it was decided; a senior's word on it, first or corrected."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.responses import RedirectResponse, Response

from bot.moderation import cases, decisions, gold, judged, volunteers
from bot.moderation.cases import Case, CaseId, Ruling, State
from bot.moderation.decisions import CaseClosed, NotVoted, Opinions
from bot.moderation.judged import Brought, Past
from bot.moderation.pages.hall import ROOT, Hall
from bot.moderation.pages.rulings import Word, before_in, places_of, word_in
from bot.moderation.pages.voting import age, id_of
from bot.moderation.places import Place
from bot.moderation.showing import as_shown
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`opinions`: None of a judged case on which one has not voted. `may_judge`: as a senior, `reports` are for seniors too.
    `named`: what the last decision says belongs to the swindlers. `is_test`: for seniors, whether it is a test question."""

    case: Case
    opinions: Opinions | None
    past: Sequence[Past]
    may_judge: bool
    is_test: bool
    reports: Sequence[Brought]
    named: Collection[Place]


async def show(hall: Hall, visit: Visit) -> Response:
    """GET /moderation/cases/{id}"""
    return await _page(hall, visit)


async def settle(hall: Hall, visit: Visit) -> Response:
    return await _judge(hall, visit, decisions.settle)


async def correct(hall: Hall, visit: Visit) -> Response:
    return await _judge(hall, visit, decisions.correct)


async def _page(hall: Hall, visit: Visit, *, status: int = 200) -> Response:
    told = await hall.kept.ask(_told, id_of(visit), visit.by, visit.now)
    return await hall.page(
        visit,
        "case.html",
        status=status,
        told=told,
        case=told.case,
        text=as_shown(told.case.text),
        places=list(enumerate(places_of(told.case))),
        before=before_in(visit, told.case, told.named),
        rulings=list(Ruling),
        schemes=hall.schemes(visit),
        scheme_name=partial(_scheme_name, hall, visit),
        age=partial(age, visit),
    )


async def _judge(hall: Hall, visit: Visit, judge: Callable[..., None]) -> Response:
    """GET comes back from choosing a language."""
    if visit.request.method != "POST":
        return RedirectResponse(f"{ROOT}/cases/{id_of(visit)}", status_code=303)
    case = await hall.kept.ask(cases.with_id, id_of(visit))
    if not visit.form.get("ruling"):
        return await _page(hall, visit, status=422)
    word = word_in(hall, visit, case)
    if word is None:
        return await hall.refused(visit, "refused_unreadable", status=422)
    await hall.kept.ask(_judged_as_seen, judge, case.id, visit.by, id_in(visit.form.get("version", "")), word, visit.now)
    return RedirectResponse(f"{ROOT}/cases/{case.id}", status_code=303)


def _judged_as_seen(
    connection: Connection, judge: Callable[..., None], id: CaseId, by: Staff, version: int | None, word: Word, now: datetime
) -> None:
    """`version`: how often it was decided when they opened the page; whoever was slower than another senior reads that first.
    Raises what `judge` raises, and CaseClosed."""
    volunteers.check_senior(connection, by)
    if cases.with_id(connection, id).version != version:
        raise CaseClosed
    judge(connection, id, by=by, ruling=word.ruling, scheme=word.scheme, named=word.named, now=now)


def _told(connection: Connection, id: CaseId, by: Staff, now: datetime) -> Told:
    """Raises NotAVolunteer, UnknownCase, NotVoted: that too to whoever holds it as a test question."""
    volunteers.check(connection, by)
    case = cases.with_id(connection, id)
    if gold.asked(connection, case, by, now=now):
        raise NotVoted
    try:
        opinions = decisions.opinions(connection, id, by=by)
    except NotVoted:
        if case.state is not State.JUDGED:
            raise
        opinions = None
    senior = volunteers.is_senior(connection, by)
    waits = case.state is State.SENIOR and not decisions.has_voted(connection, id, by)
    return Told(
        case=case,
        opinions=opinions,
        past=judged.decisions_on(connection, id),
        may_judge=senior and (waits or case.state is State.JUDGED),
        is_test=senior and gold.is_used(connection, id),
        named=judged.named_by(connection, case),
        reports=judged.reports_on(connection, id, by=by) if senior else (),
    )


def _scheme_name(hall: Hall, visit: Visit, scheme: str | None) -> str:
    return hall.scheme_name(scheme, visit)
