"""/me: one's own role, addresses for test messages, password; and a way out of every browser at once."""

from starlette.responses import RedirectResponse, Response

from broadcaster import addresses, staff_addresses
from broadcaster.addresses import BadAddress, Channel
from broadcaster.staff_addresses import CHANNELS
from broadcaster.web.desk import own_password
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


async def show(office: Office, visit: Visit) -> Response:
    return await _page(office, visit, changed=own_password.is_changed(visit))


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
    done = await own_password.change(office, visit)
    return await _page(office, visit, wrong=done) if isinstance(done, dict) else done


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
