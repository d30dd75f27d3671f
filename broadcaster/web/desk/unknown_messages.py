"""Messages of a campaign whose answer was lost: a person says of each whether it is sent again, though it may arrive twice."""

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from broadcaster import campaign_records, receipts, report
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import State
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.receipts import Choice, UnknownDelivery
from broadcaster.web.desk import reasons
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`n` of them all."""

    campaign: Campaign
    n: int
    unknown: tuple[UnknownDelivery, ...]


async def show(office: Office, visit: Visit) -> Response:
    """GET /campaigns/{id}/unknown: the first of them, masked."""
    told = await office.kept.ask(_told, visit.request.path_params["id"])
    return await office.page(
        visit,
        "unknown.html",
        told=told,
        key_of=reasons.key_of,
        cancelled=told.campaign.state is State.CANCELLED,
    )


async def decide(office: Office, visit: Visit) -> Response:
    """POST /campaigns/{id}/unknown: one of them, `contact` and `choice`."""
    contact, choice = visit.form.get("contact", ""), visit.form.get("choice", "")
    if not (contact.isascii() and contact.isdecimal() and len(contact) < 16 and choice in set(Choice)):
        return await office.refused(visit, "refused_unreadable", status=422)
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    await office.kept.ask(receipts.decide, campaign.id, ContactId(int(contact)), Choice(choice), who=visit.by.name, now=visit.now)
    return RedirectResponse(f"/campaigns/{campaign.id}/unknown", status_code=303)


def _told(connection: Connection, id: int) -> Told:
    campaign = campaign_records.find(connection, id)
    n = report.report_of(connection, id).unknown
    return Told(campaign=campaign, n=n, unknown=receipts.unknowns(connection, id, most=SHOWN))
