"""/moderation/tellings: answers of which nobody knows whether they arrived, and refused ones. For seniors; without addresses."""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.responses import RedirectResponse, Response

from bot.moderation import unended
from bot.moderation.pages.hall import ROOT, Hall
from bot.moderation.reports import ReportId
from bot.moderation.unended import AT_WORK, PAGE, Claim
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit


async def show(hall: Hall, visit: Visit) -> Response:
    after = id_in(visit.request.query_params.get("after", "")) or 0
    found = await hall.kept.ask(unended.listed, by=visit.by, after=after, now=visit.now)
    more = after + PAGE if len(found) == PAGE else None
    return await hall.page(visit, "tellings.html", found=found, more=more, minutes=int(AT_WORK.total_seconds() // 60))


async def arrived(hall: Hall, visit: Visit) -> Response:
    return await _say(hall, visit, unended.arrived)


async def send_again(hall: Hall, visit: Visit) -> Response:
    return await _say(hall, visit, unended.send_again)


async def _say(hall: Hall, visit: Visit, say: Callable[..., bool]) -> Response:
    """Pressed twice, both times leads to the list. GET comes back from choosing a language."""
    if visit.request.method == "POST":
        claim = _claim_in(visit)
        if claim is None:
            return await hall.refused(visit, "refused_unreadable", status=422)
        await hall.kept.ask(say, claim, by=visit.by, now=visit.now)
    return RedirectResponse(f"{ROOT}/tellings", status_code=303)


def _claim_in(visit: Visit) -> Claim | None:
    """None for what no form of ours sends."""
    version = id_in(visit.form.get("version", ""))
    try:
        at = datetime.fromisoformat(visit.form.get("claimed", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Claim(report=ReportId(visit.request.path_params["id"]), version=version, at=at) if version is not None else None
