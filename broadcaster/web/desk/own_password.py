"""One's own password, and a way out of every browser at once: a part of the console's /me, all of the volunteers'."""

from starlette.responses import RedirectResponse, Response

from broadcaster import changing_password, credentials, signing_in
from broadcaster.changing_password import WrongPassword
from broadcaster.signing_in import Claim
from broadcaster.web.desk import new_passwords
from broadcaster.web.desk.premises import SESSION, Premises
from broadcaster.web.desk.signing_in import left
from broadcaster.web.desk.visit import Visit


async def show(office: Premises, visit: Visit) -> Response:
    return await _page(office, visit, {})


async def send(office: Premises, visit: Visit) -> Response:
    """GET comes back from choosing a language."""
    if visit.request.method != "POST":
        return RedirectResponse(f"{office.root}/me", status_code=303)
    done = await change(office, visit)
    return await _page(office, visit, done) if isinstance(done, dict) else done


async def change(office: Premises, visit: Visit) -> Response | dict[str, str]:
    """Where it is changed, with the session to go on with; else what is wrong: field → key of a sentence."""
    if wrong := new_passwords.problems(visit, visit.by.name):
        return wrong
    claim = await office.kept.ask(signing_in.claim, visit.by.name)
    fits, after = await office.hashing.ask(_tried, claim, visit.form.get("old", ""), visit.form["new"])
    try:
        token = await office.kept.ask(changing_password.change, visit.by, claim, fits=fits, after=after, now=visit.now)
    except WrongPassword:
        return {"old": "me_password_wrong"}
    response = RedirectResponse(f"{office.root}/me?after=password", status_code=303)
    office.cookie(response, SESSION, token)
    return response


async def sign_out_everywhere(office: Premises, visit: Visit) -> Response:
    await office.kept.ask(signing_in.sign_out_everywhere, visit.by, now=visit.now)
    return left(office)


def is_changed(visit: Visit) -> bool:
    """/me?after=password: they come from a change."""
    return visit.request.query_params.get("after") == "password"


def _tried(claim: Claim, old: str, new: str) -> tuple[bool, str]:
    fits = credentials.fits(claim.password, old)
    return fits, credentials.hash_of(new) if fits else ""


async def _page(office: Premises, visit: Visit, wrong: dict[str, str]) -> Response:
    status = 422 if wrong else 200
    return await office.page(visit, "own_password.html", status=status, wrong=wrong, changed=is_changed(visit))
