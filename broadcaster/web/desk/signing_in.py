"""/sign-in and /sign-out. A wrong name, password or code, a lock, a code brought twice: one and the same page."""

from starlette.responses import RedirectResponse, Response

from broadcaster import signing_in
from broadcaster.staff import Staff
from broadcaster.web.desk.premises import SESSION, Premises
from broadcaster.web.desk.visit import Visit

CHOSEN = "chosen"
"""/sign-in?after=chosen: they come from an invitation."""


async def show(office: Premises, visit: Visit) -> Response:
    asked = visit.request.query_params
    return await _page(office, visit, next=asked.get("next", ""), chosen=asked.get("after") == CHOSEN)


async def send(office: Premises, visit: Visit) -> Response:
    name, password, code = (visit.form.get(field, "") for field in ("name", "password", "code"))
    claim = await office.kept.ask(signing_in.claim, name)
    proof = await office.hashing.ask(signing_in.judge, claim, password, code, now=visit.now)
    token = await office.kept.ask(signing_in.finish, claim, proof, before=brought(office, visit), now=visit.now)
    if token is None or claim.staff is None:
        return await _page(office, visit, status=422, next=visit.form.get("next", ""), name=name, wrong=True)
    response = RedirectResponse(_first_page(office, claim.staff, visit.form.get("next", "")), status_code=303)
    office.cookie(response, SESSION, token)
    return response


async def sign_out(office: Premises, visit: Visit) -> Response:
    await office.kept.ask(signing_in.sign_out, brought(office, visit))
    return left(office)


def brought(office: Premises, visit: Visit) -> str:
    """The token of the session this browser came with."""
    return visit.request.cookies.get(office.cookie_name(SESSION), "")


def left(office: Premises) -> Response:
    response = RedirectResponse(f"{office.root}/sign-in", status_code=303)
    office.drop_cookie(response, SESSION)
    return response


async def _page(
    office: Premises, visit: Visit, *, next: str, status: int = 200, name: str = "", wrong: bool = False, chosen: bool = False
) -> Response:
    return await office.page(visit, "sign_in.html", status=status, next=office.local(next), name=name, wrong=wrong, chosen=chosen)


def _first_page(office: Premises, of: Staff, next: str) -> str:
    """Moderators have no business on the page of campaigns."""
    page = office.local(next)
    has_none = page == office.home and not office.matrix.may(of.role, office.sections[0].route)
    return f"{office.root}/me" if has_none and office.matrix.may(of.role, "me") else page
