"""/moderation/judged: what was judged, the latest first, and a search. What is searched for comes in a form's body."""

from collections.abc import Sequence
from functools import partial

from starlette.responses import Response

from bot.moderation import judged, volunteers
from bot.moderation.cases import Case, Ruling
from bot.moderation.judged import PAGE
from bot.moderation.pages.hall import Hall
from bot.moderation.showing import as_shown
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit


async def show(hall: Hall, visit: Visit) -> Response:
    asked = visit.request.query_params
    ruling = Ruling(asked["ruling"]) if asked.get("ruling") in set(Ruling) else None
    after = id_in(asked.get("after", "")) or 0
    found = await hall.kept.ask(_latest, visit.by, ruling, after)
    more = after + PAGE if len(found) == PAGE else None
    return await _page(hall, visit, found, ruling=ruling, more=more)


async def search(hall: Hall, visit: Visit) -> Response:
    found = await hall.kept.ask(_search, visit.by, visit.form.get("words", ""))
    return await _page(hall, visit, found, searched=True)


def _latest(connection: Connection, by: Staff, ruling: Ruling | None, after: int) -> Sequence[Case]:
    volunteers.check(connection, by)
    return judged.latest(connection, ruling=ruling, after=after)


def _search(connection: Connection, by: Staff, words: str) -> Sequence[Case]:
    volunteers.check(connection, by)
    return judged.search(connection, words)


async def _page(
    hall: Hall,
    visit: Visit,
    found: Sequence[Case],
    *,
    ruling: Ruling | None = None,
    more: int | None = None,
    searched: bool = False,
) -> Response:
    return await hall.page(
        visit,
        "judged.html",
        found=found,
        ruling=ruling or "",
        rulings=list(Ruling),
        more=more,
        searched=searched,
        as_shown=as_shown,
        scheme_name=partial(_scheme_name, hall, visit),
    )


def _scheme_name(hall: Hall, visit: Visit, scheme: str | None) -> str:
    return hall.scheme_name(scheme, visit)
