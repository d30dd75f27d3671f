"""/moderation/judged: what was judged, the latest first, and a search. What is searched for comes in a form's body."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from starlette.responses import Response

from bot.moderation import gold, hurry, judged, volunteers
from bot.moderation.cases import Case, Ruling
from bot.moderation.judged import PAGE
from bot.moderation.pages.hall import Hall
from bot.moderation.showing import as_shown
from broadcaster import database
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit


async def show(hall: Hall, visit: Visit) -> Response:
    asked = visit.request.query_params
    ruling = Ruling(asked["ruling"]) if asked.get("ruling") in set(Ruling) else None
    after = id_in(asked.get("after", "")) or 0
    found, more = await hall.kept.ask(_latest, visit.by, ruling, after, visit.now)
    return await _page(hall, visit, found, ruling=ruling, more=more)


async def search(hall: Hall, visit: Visit) -> Response:
    found = await hall.kept.ask(_search, visit.by, visit.form.get("words", ""), visit.now)
    return await _page(hall, visit, found, searched=True)


def _latest(
    connection: Connection, by: Staff, ruling: Ruling | None, after: int, now: datetime
) -> tuple[Sequence[Case], int | None]:
    """With the place where the next page begins."""
    volunteers.check(connection, by)
    found = judged.latest(connection, ruling=ruling, after=after)
    return _open_to(connection, by, found, now), after + PAGE if len(found) == PAGE else None


def _search(connection: Connection, by: Staff, words: str, now: datetime) -> Sequence[Case]:
    volunteers.check(connection, by)
    with database.transaction(connection, durable=False):
        hurry.count(connection, by, now=now)
    return _open_to(connection, by, judged.search(connection, words), now)


def _open_to(connection: Connection, by: Staff, found: Sequence[Case], now: datetime) -> Sequence[Case]:
    """Without what they hold as a test question."""
    held = gold.all_asked(connection, by, now=now)
    return [each for each in found if each.id not in held]


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
