"""A senior makes a judged case a test question, or puts it to nobody any more. Who is no senior never learns which ones are."""

from starlette.responses import RedirectResponse, Response

from bot.moderation import gold
from bot.moderation.pages.hall import ROOT, Hall
from bot.moderation.pages.voting import id_of
from broadcaster.web.desk.visit import Visit


async def use(hall: Hall, visit: Visit) -> Response:
    """POST /moderation/cases/{id}/test"""
    await hall.kept.ask(gold.use, id_of(visit), by=visit.by, now=visit.now)
    return RedirectResponse(f"{ROOT}/cases/{id_of(visit)}", status_code=303)


async def drop(hall: Hall, visit: Visit) -> Response:
    """POST /moderation/cases/{id}/no-test"""
    await hall.kept.ask(gold.drop, id_of(visit), by=visit.by, now=visit.now)
    return RedirectResponse(f"{ROOT}/cases/{id_of(visit)}", status_code=303)
