"""/invitation/<token>: whoever was invited scans a secret, chooses a password, and proves with a first code that both work."""

from starlette.responses import RedirectResponse, Response

from broadcaster import credentials, invitations
from broadcaster.invitations import Invitation
from broadcaster.web.desk import new_passwords
from broadcaster.web.desk.premises import Premises
from broadcaster.web.desk.qr import qr
from broadcaster.web.desk.signing_in import CHOSEN
from broadcaster.web.desk.visit import Visit


async def show(office: Premises, visit: Visit) -> Response:
    return await _page(office, visit, await _invitation(office, visit), wrong={})


async def send(office: Premises, visit: Visit) -> Response:
    found = await _invitation(office, visit)
    wrong = new_passwords.problems(visit, found.staff.name)
    step = credentials.step_of(found.secret, visit.form.get("code", ""), now=visit.now)
    if step is None:
        wrong["code"] = "invitation_code_wrong"
    if wrong or step is None:
        return await _page(office, visit, found, wrong=wrong)
    hashed = await office.hashing.ask(credentials.hash_of, visit.form["new"])
    await office.kept.ask(invitations.accept, _token(visit), password=hashed, step=step, now=visit.now)
    return RedirectResponse(f"{office.root}/sign-in?after={CHOSEN}", status_code=303)


async def _invitation(office: Premises, visit: Visit) -> Invitation:
    return await office.kept.ask(invitations.find, _token(visit), now=visit.now)


def _token(visit: Visit) -> str:
    return str(visit.request.path_params["token"])


async def _page(office: Premises, visit: Visit, found: Invitation, *, wrong: dict[str, str]) -> Response:
    status = 422 if wrong else 200
    return await office.page(
        visit, "invitation.html", status=status, found=found, token=_token(visit), code=qr(found.uri), wrong=wrong
    )
