"""A senior blocks whoever sends false reports, by one of their reports: who it is nobody at the desk learns."""

from starlette.responses import RedirectResponse, Response

from bot.moderation import abuse
from bot.moderation.pages.hall import ROOT, Hall
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit


async def block(hall: Hall, visit: Visit) -> Response:
    report = visit.request.path_params["id"]
    await hall.kept.ask(abuse.block, report, by=visit.by, reason=visit.form.get("reason", ""), now=visit.now)
    return _back(visit)


async def unblock(hall: Hall, visit: Visit) -> Response:
    await hall.kept.ask(abuse.unblock, visit.request.path_params["id"], by=visit.by, now=visit.now)
    return _back(visit)


def _back(visit: Visit) -> Response:
    """To the case they were looking at."""
    case = id_in(visit.form.get("case", ""))
    return RedirectResponse(f"{ROOT}/cases/{case}" if case else ROOT, status_code=303)
