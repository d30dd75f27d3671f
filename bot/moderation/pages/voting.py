"""/moderation: one message at a time and the buttons of a vote. Neither the program's guess nor anybody's vote stands on it."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from starlette.responses import RedirectResponse, Response

from bot.moderation import cases, decisions, queue
from bot.moderation.cases import CaseId, Ruling
from bot.moderation.decisions import AlreadyVoted, CaseClosed
from bot.moderation.pages.hall import ROOT, Hall
from bot.moderation.pages.rulings import Word, before_in, word_in
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit


async def show(hall: Hall, visit: Visit) -> Response:
    """GET /moderation: holds the case for this volunteer while they look at it."""
    return await _page(hall, visit)


async def vote(hall: Hall, visit: Visit) -> Response:
    """Pressed twice it counts once, and both times leads to what the others think. GET comes back from choosing a language."""
    if visit.request.method != "POST":
        return RedirectResponse(ROOT, status_code=303)
    case = await hall.kept.ask(cases.with_id, id_of(visit))
    if not visit.form.get("ruling"):
        return await _page(hall, visit, pressed_for=case.id)
    word = word_in(hall, visit, case)
    if word is None:
        return await hall.refused(visit, "refused_unreadable", status=422)
    try:
        await hall.kept.ask(_vote, case.id, visit.by, id_in(visit.form.get("round", "")), word, visit.now)
    except AlreadyVoted:
        pass
    except CaseClosed:
        if not await hall.kept.ask(decisions.has_voted, case.id, visit.by):
            raise
    return RedirectResponse(f"{ROOT}/cases/{case.id}", status_code=303)


async def pass_on(hall: Hall, visit: Visit) -> Response:
    await hall.kept.ask(queue.pass_on, id_of(visit), visit.by, now=visit.now)
    return RedirectResponse(ROOT, status_code=303)


async def call_senior(hall: Hall, visit: Visit) -> Response:
    with suppress(CaseClosed):  # pressed twice, or somebody was faster: it is no longer theirs either way
        await hall.kept.ask(decisions.ask_senior, id_of(visit), by=visit.by, now=visit.now)
    return RedirectResponse(ROOT, status_code=303)


def id_of(visit: Visit) -> CaseId:
    return CaseId(visit.request.path_params["id"])


def age(visit: Visit, since: datetime) -> tuple[str, int]:
    """The key of the sentence and its number."""
    hours = int((visit.now - since).total_seconds()) // 3600
    if hours < 1:
        return "moderation_age_now", 0
    return ("moderation_age_hours", hours) if hours < 48 else ("moderation_age_days", hours // 24)


def _vote(connection: Connection, id: CaseId, by: Staff, round: int | None, word: Word, now: datetime) -> None:
    """`round`: of the page they read; a case opened again since may have other words. Raises what `decisions.vote` raises."""
    if cases.with_id(connection, id).round != round:
        raise CaseClosed
    decisions.vote(connection, id, by=by, ruling=word.ruling, scheme=word.scheme, sure=word.sure, named=word.named, now=now)


async def _page(hall: Hall, visit: Visit, *, pressed_for: CaseId | None = None) -> Response:
    """`pressed_for`: of this case a form was sent without a decision, and comes back as it was filled in."""
    task = await hall.kept.ask(queue.next_task, visit.by, now=visit.now)
    if pressed_for is not None and (task is None or task.case != pressed_for):
        return RedirectResponse(ROOT, status_code=303)
    waiting = await hall.kept.ask(queue.waiting)
    return await hall.page(
        visit,
        "queue.html",
        status=200 if pressed_for is None else 422,
        task=task,
        waiting=waiting,
        rulings=list(Ruling),
        schemes=hall.schemes(visit),
        before=before_in(visit, None),
        age=partial(age, visit),
    )
