"""What became of one person's message in a campaign. The address is posted: it stands in no address bar, no log and no page."""

from starlette.responses import Response

from broadcaster import campaign_records, delivery_lookup
from broadcaster.typed_addresses import NoAddress, TwoPeople
from broadcaster.web.desk import reasons
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit

LONGEST = 300


async def show(office: Office, visit: Visit) -> Response:
    """GET /campaigns/{id}/deliveries asks, POST answers on the same page."""
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    posted = visit.request.method == "POST"
    error, asked, messages = "", "", []
    if posted:
        try:
            found = await office.counting.ask(delivery_lookup.find, visit.form.get("address", "")[:LONGEST])
        except NoAddress:
            error = "deliveries_no_address"
        except TwoPeople:
            error = "deliveries_two_people"
        else:
            asked = found.asked if found else ""
            messages = [each for each in found.messages if each.campaign == campaign.id] if found else []
    return await office.page(
        visit,
        "deliveries.html",
        status=422 if error else 200,
        campaign=campaign,
        posted=posted,
        error=error,
        asked=asked,
        messages=messages,
        key_of=reasons.key_of,
    )
