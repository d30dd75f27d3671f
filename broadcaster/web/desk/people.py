"""/people: how many we know, one person by their address, and what staff do for who asks by phone or letter.

An address comes in a form's body and goes nowhere: no page, URL or log holds it. Buttons name the person by a keyed hash.
"""

import secrets
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from broadcaster import by_staff, consent_history, delivery_lookup, register_size, typed_addresses
from broadcaster.addresses import Address
from broadcaster.consent_history import History
from broadcaster.database import Connection
from broadcaster.delivery_lookup import Messages
from broadcaster.staffing import NoReason
from broadcaster.typed_addresses import NoAddress, TwoPeople
from broadcaster.web.desk import origins
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit

DONE = ("stop", "erase")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`key` is what the buttons carry."""

    history: History
    messages: Messages | None
    key: str


async def show(office: Office, visit: Visit) -> Response:
    return await _people(office, visit)


async def find(office: Office, visit: Visit) -> Response:
    """GET comes back from choosing a language: the address is not there any more."""
    if visit.request.method != "POST":
        return RedirectResponse("/people", status_code=303)
    try:
        known = await office.counting.ask(_known, visit.form.get("address", ""))
    except NoAddress:
        return await _people(office, visit, error="people_no_address")
    except TwoPeople:
        return await _people(office, visit, error="people_two")
    if known is None:
        return await _people(office, visit, error="people_nobody")
    return await _person(office, visit, known)


async def stop(office: Office, visit: Visit) -> Response:
    address = await office.kept.ask(by_staff.with_key, visit.form.get("person", ""))
    try:
        await office.kept.ask(
            by_staff.stop,
            [address],
            by=visit.by,
            reason=visit.form.get("reason", ""),
            form=visit.form.get("form", "") or secrets.token_urlsafe(),
            now=visit.now,
        )
    except NoReason:
        return await _again(office, visit, address, "stop")
    return RedirectResponse("/people?done=stop", status_code=303)


async def erase(office: Office, visit: Visit) -> Response:
    address = await office.kept.ask(by_staff.with_key, visit.form.get("person", ""))
    try:
        await office.kept.ask(
            by_staff.erase,
            address,
            by=visit.by,
            reason=visit.form.get("reason", ""),
            also_stop="also_stop" in visit.form,
            form=visit.form.get("form", "") or secrets.token_urlsafe(),
            now=visit.now,
        )
    except NoReason:
        return await _again(office, visit, address, "erase")
    return RedirectResponse("/people?done=erase", status_code=303)


async def _again(office: Office, visit: Visit, address: Address, wrong: str) -> Response:
    known = await office.counting.ask(_known, f"{address.channel}:{address.value}")
    if known is None:
        raise by_staff.NobodyThere
    return await _person(office, visit, known, wrong=wrong)


async def _people(office: Office, visit: Visit, *, error: str = "") -> Response:
    size = await office.kept.ask(register_size.of)
    done = visit.request.query_params.get("done", "")
    return await office.page(
        visit, "people.html", status=422 if error else 200, size=size, error=error, done=done if done in DONE else ""
    )


async def _person(office: Office, visit: Visit, known: Known, *, wrong: str = "") -> Response:
    return await office.page(
        visit,
        "person.html",
        status=422 if wrong else 200,
        known=known,
        wrong=wrong,
        form=secrets.token_urlsafe(),
        topic_name=origins.topic_namer(office, visit),
        region_name=origins.region_namer(office, visit),
        door_of=origins.door_of,
    )


def _known(connection: Connection, typed: str) -> Known | None:
    address = typed_addresses.find(connection, typed)
    history = consent_history.find(connection, typed)
    if address is None or history is None:
        return None
    return Known(
        history=history,
        messages=delivery_lookup.find(connection, typed),
        key=by_staff.key_of(connection, address),
    )
