"""/staff, for administrators: who is on the staff, with which role, since when; add, invite again, another role, leave."""

from starlette.responses import RedirectResponse, Response

from broadcaster import invitations, staff, staffing
from broadcaster.campaign_states import Role
from broadcaster.staff import BadStaff, NameTaken, Staff, StaffId
from broadcaster.staffing import NoReason
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


async def show(office: Office, visit: Visit) -> Response:
    return await _page(office, visit)


async def add(office: Office, visit: Visit) -> Response:
    role = visit.form.get("role", "")
    if role not in set(Role):
        return await _page(office, visit, wrong={"role": "staff_role_wrong"})
    try:
        made = await office.kept.ask(staff.add, visit.form.get("name", ""), Role(role), who=visit.by.name, now=visit.now)
    except NameTaken:
        return await _page(office, visit, wrong={"name": "staff_name_taken"})
    except BadStaff:
        return await _page(office, visit, wrong={"name": "staff_name_wrong"})
    return await _invited(office, visit, made)


async def invite(office: Office, visit: Visit) -> Response:
    return await _invited(office, visit, await office.kept.ask(staff.with_id, _id(visit)))


async def change_role(office: Office, visit: Visit) -> Response:
    role = visit.form.get("role", "")
    if role not in set(Role):
        return await _page(office, visit, wrong={"role": "staff_role_wrong"})
    await office.kept.ask(staffing.change_role, _id(visit), Role(role), by=visit.by, now=visit.now)
    return RedirectResponse("/staff", status_code=303)


async def leave(office: Office, visit: Visit) -> Response:
    """GET asks for a reason: somebody who left does not come back under that name."""
    of = await office.kept.ask(staff.with_id, _id(visit))
    if visit.request.method != "POST":
        return await office.page(visit, "staff_leave.html", of=of, reason="", wrong=False)
    reason = visit.form.get("reason", "")
    try:
        await office.kept.ask(staffing.leave, of.id, who=visit.by.name, reason=reason, now=visit.now)
    except NoReason:
        return await office.page(visit, "staff_leave.html", status=422, of=of, reason=reason, wrong=True)
    return RedirectResponse("/staff" if of.id != visit.by.id else "/sign-in", status_code=303)


async def _invited(office: Office, visit: Visit, of: Staff) -> Response:
    """Answered at once and not by a redirect: the link is kept nowhere, so it can be shown this once alone."""
    token = await office.kept.ask(invitations.invite, of, who=visit.by.name, now=visit.now)
    link = invitations.link(office.settings, token)
    return await office.page(visit, "staff_invited.html", of=of, link=link, until=visit.now + invitations.LASTS)


async def _page(office: Office, visit: Visit, *, wrong: dict[str, str] | None = None) -> Response:
    members = await office.counting.ask(staff.every, now=visit.now)
    status = 422 if wrong else 200
    return await office.page(visit, "staff.html", status=status, members=members, roles=list(Role), wrong=wrong or {})


def _id(visit: Visit) -> StaffId:
    return StaffId(visit.request.path_params["id"])
