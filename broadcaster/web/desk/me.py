"""/me: one's own role, addresses for test messages, password; and a way out of every browser at once."""

from starlette.responses import RedirectResponse, Response

from broadcaster import addresses, changing_password, credentials, signing_in, staff_addresses
from broadcaster.addresses import BadAddress, Channel
from broadcaster.changing_password import WrongPassword
from broadcaster.signing_in import Claim
from broadcaster.staff_addresses import CHANNELS
from broadcaster.web.desk import new_passwords
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.premises import SESSION
from broadcaster.web.desk.signing_in import left
from broadcaster.web.desk.visit import Visit


async def show(office: Office, visit: Visit) -> Response:
    return await _page(office, visit, changed=visit.request.query_params.get("after") == "password")


async def address(office: Office, visit: Visit) -> Response:
    """With `remove` the address goes, with `guests` colleagues may send to it or not, else what is typed takes its place."""
    channel = visit.form.get("channel", "")
    if channel not in CHANNELS:
        return await office.refused(visit, "refused_unreadable", status=422)
    if "remove" in visit.form:
        await office.kept.ask(staff_addresses.remove, visit.by, Channel(channel), now=visit.now)
        return RedirectResponse("/me", status_code=303)
    if "guests" in visit.form:
        guest = visit.form.get("guest") == "yes"
        await office.kept.ask(staff_addresses.welcome, visit.by, Channel(channel), guest=guest, now=visit.now)
        return RedirectResponse("/me", status_code=303)
    try:
        own = addresses.normalise(Channel(channel), visit.form.get(channel, ""))
    except BadAddress:
        return await _page(office, visit, wrong={channel: "me_address_wrong"})
    await office.kept.ask(staff_addresses.keep, visit.by, own, now=visit.now)
    return RedirectResponse("/me", status_code=303)


async def password(office: Office, visit: Visit) -> Response:
    if wrong := new_passwords.problems(visit, visit.by.name):
        return await _page(office, visit, wrong=wrong)
    claim = await office.kept.ask(signing_in.claim, visit.by.name)
    fits, after = await office.hashing.ask(_tried, claim, visit.form.get("old", ""), visit.form["new"])
    try:
        token = await office.kept.ask(changing_password.change, visit.by, claim, fits=fits, after=after, now=visit.now)
    except WrongPassword:
        return await _page(office, visit, wrong={"old": "me_password_wrong"})
    response = RedirectResponse("/me?after=password", status_code=303)
    office.cookie(response, SESSION, token)
    return response


async def sign_out_everywhere(office: Office, visit: Visit) -> Response:
    await office.kept.ask(signing_in.sign_out_everywhere, visit.by, now=visit.now)
    return left(office)


def _tried(claim: Claim, old: str, new: str) -> tuple[bool, str]:
    fits = credentials.fits(claim.password, old)
    return fits, credentials.hash_of(new) if fits else ""


async def _page(office: Office, visit: Visit, *, wrong: dict[str, str] | None = None, changed: bool = False) -> Response:
    own = await office.kept.ask(staff_addresses.of, visit.by.id)
    guest_at = await office.kept.ask(staff_addresses.guest_at, visit.by.id)
    typed = {channel: visit.form.get(channel, "") for channel in CHANNELS}
    status = 422 if wrong else 200
    return await office.page(
        visit,
        "me.html",
        status=status,
        channels=CHANNELS,
        own=own,
        guest_at=guest_at,
        typed=typed,
        wrong=wrong or {},
        changed=changed,
    )
