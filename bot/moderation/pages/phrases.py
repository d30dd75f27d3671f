"""/moderation/phrases: what the program may learn from judged messages, past the eyes of somebody who did not judge them.

Neither who reported, nor who voted, nor who accepted stands on it.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.responses import RedirectResponse, Response

from bot.moderation import gold, learning, retraining, volunteers
from bot.moderation.learning import GENUINE, PhraseId, Proposal
from bot.moderation.pages.hall import ROOT, Hall
from bot.moderation.showing import as_shown
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One page of a list of `count`; `more` is the last id where others come after it. `own`: not for this person to review."""

    phrases: Sequence[Proposal]
    count: int
    more: PhraseId | None
    own: Collection[PhraseId]


async def show(hall: Hall, visit: Visit) -> Response:
    """?after= and ?accepted-after= are the last phrases somebody has seen: what is reviewed meanwhile moves no other away."""
    asked = visit.request.query_params
    waiting, accepted = await hall.kept.ask(_standing, visit.by, visit.now)
    unlearnt = await asyncio.to_thread(retraining.new_among, accepted, hall.finder.workshop)
    return await hall.page(
        visit,
        "phrases.html",
        waiting=await hall.kept.ask(_shown, waiting, visit.by, id_in(asked.get("after", "")) or 0),
        unlearnt=await hall.kept.ask(_shown, unlearnt, visit.by, id_in(asked.get("accepted-after", "")) or 0),
        after=id_in(asked.get("after", "")) or 0,
        found=id_in(asked.get("found", "")),
        has_texts=hall.finder.has_texts,
        genuine=GENUINE,
        as_shown=as_shown,
        scheme_name=partial(_scheme_name, hall, visit),
    )


async def look(hall: Hall, visit: Visit) -> Response:
    """Not on every visit: it takes seconds. GET comes back from choosing a language. Raises NoWorkshop."""
    if visit.request.method != "POST":
        return RedirectResponse(f"{ROOT}/phrases", status_code=303)
    await hall.kept.ask(volunteers.check, visit.by)
    found = await hall.finder.find(now=visit.now)
    return RedirectResponse(f"{ROOT}/phrases?found={found}", status_code=303)


async def accept(hall: Hall, visit: Visit) -> Response:
    return await _review(hall, visit, learning.accept)


async def reject(hall: Hall, visit: Visit) -> Response:
    return await _review(hall, visit, learning.reject)


async def _review(hall: Hall, visit: Visit, review: Callable[..., None]) -> Response:
    """Back to where it was pressed."""
    if visit.request.method == "POST":
        await hall.kept.ask(review, PhraseId(visit.request.path_params["id"]), by=visit.by, now=visit.now)
    after = id_in(visit.form.get("after", ""))
    return RedirectResponse(f"{ROOT}/phrases?after={after}" if after else f"{ROOT}/phrases", status_code=303)


def _standing(connection: Connection, by: Staff, now: datetime) -> tuple[Sequence[Proposal], Sequence[Proposal]]:
    """Those that wait and those that were accepted, without what they hold as a test question. Raises NotAVolunteer."""
    volunteers.check(connection, by)
    held = gold.all_asked(connection, by, now=now)
    waiting, accepted = learning.waiting(connection), learning.accepted(connection)
    return [each for each in waiting if each.case not in held], [each for each in accepted if each.case not in held]


def _shown(connection: Connection, phrases: Sequence[Proposal], by: Staff, after: int) -> Shown:
    later = [each for each in phrases if each.id > after]
    page = later[:PAGE]
    more = page[-1].id if len(later) > PAGE else None
    return Shown(phrases=page, count=len(phrases), more=more, own=learning.judged_by(connection, by, page))


def _scheme_name(hall: Hall, visit: Visit, scheme: str | None) -> str:
    return hall.scheme_name(scheme, visit)
