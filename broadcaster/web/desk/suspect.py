"""/suspects/{id}: one suspect, its snapshots of followers, the campaigns to them, and its status."""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from broadcaster import suspect_records
from broadcaster.staffing import NoReason
from broadcaster.suspect_records import Suspect
from broadcaster.suspects import Status
from broadcaster.web.desk import origins
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit

Wrong = Mapping[str, tuple[str, Mapping[str, str]]]
"""By field: the key of a sentence and its fields."""


async def show(office: Office, visit: Visit) -> Response:
    return await page(office, visit, await _asked(office, visit))


async def change_status(office: Office, visit: Visit) -> Response:
    of = await _asked(office, visit)
    if visit.form.get("status") not in set(Status):
        return await page(office, visit, of, wrong={"status": ("suspects_choose_status", {})})
    status, reason = Status(visit.form["status"]), visit.form.get("reason", "")
    try:
        await office.kept.ask(suspect_records.change_status, of.id, status, by=visit.by, reason=reason, now=visit.now)
    except NoReason:
        return await page(office, visit, of, wrong={"reason": ("refused_reason_missing", {})})
    return RedirectResponse(f"/suspects/{of.id}", status_code=303)


async def page(office: Office, visit: Visit, of: Suspect, *, wrong: Wrong | None = None) -> Response:
    snapshots = await office.kept.ask(suspect_records.snapshots, of.id)
    return await office.page(
        visit,
        "suspect.html",
        status=422 if wrong else 200,
        of=of,
        wrong=wrong or {},
        snapshots=snapshots,
        unfollowed=next((each.unfollowed for each in snapshots if each.whole), 0),
        campaigns=await office.counting.ask(suspect_records.campaigns_to, of.id),
        statuses=list(Status),
        topic_name=origins.topic_namer(office, visit),
    )


async def _asked(office: Office, visit: Visit) -> Suspect:
    return await office.kept.ask(suspect_records.find, visit.request.path_params["id"])
