"""/suppression: whether an address is silent, since when and by which door; and a STOP that somebody told us by phone or letter.

The address comes in a form's body and goes nowhere. Nobody is ever opened again here: that is the person's own word.
"""

import secrets

from starlette.responses import RedirectResponse, Response

from broadcaster import by_staff, consent_history, register_size
from broadcaster.addresses import BadAddress
from broadcaster.staffing import NoReason
from broadcaster.typed_addresses import NoAddress, TwoPeople
from broadcaster.web.desk import origins
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


async def show(office: Office, visit: Visit) -> Response:
    """POST looks an address up, unknown ones too."""
    if visit.request.method != "POST":
        return await _page(office, visit, done=visit.request.query_params.get("done") == "stop")
    try:
        found = await office.kept.ask(consent_history.find, visit.form.get("address", ""))
    except NoAddress:
        return await _page(office, visit, wrong={"look": "people_no_address"})
    except TwoPeople:
        return await _page(office, visit, wrong={"look": "people_two"})
    return await _page(office, visit, looked=True, silences=found.silences if found else ())


async def add(office: Office, visit: Visit) -> Response:
    try:
        given = await office.kept.ask(by_staff.meant, visit.form.get("address", ""))
        await office.kept.ask(
            by_staff.stop,
            given,
            by=visit.by,
            reason=visit.form.get("reason", ""),
            form=visit.form.get("form", "") or secrets.token_urlsafe(),
            now=visit.now,
        )
    except BadAddress:
        return await _page(office, visit, wrong={"add": "people_no_address"})
    except NoReason:
        return await _page(office, visit, wrong={"reason": "refused_reason_missing"})
    return RedirectResponse("/suppression?done=stop", status_code=303)


async def _page(office: Office, visit: Visit, *, wrong: dict[str, str] | None = None, **fields: object) -> Response:
    about = {"wrong": wrong or {}, "looked": False, "silences": (), "done": False, **fields}
    return await office.page(
        visit,
        "suppression.html",
        status=422 if wrong else 200,
        size=await office.kept.ask(register_size.of),
        form=secrets.token_urlsafe(),
        door_of=origins.door_of,
        **about,
    )
