"""/campaigns/{id}/test: a message of the campaign to oneself or to the guest list, and what became of them."""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from broadcaster import campaign_records, guest_list, test_messages
from broadcaster.database import Connection
from broadcaster.guest_list import NoGuests
from broadcaster.ledger_codes import SendingChannel
from broadcaster.test_messages import CannotBeTried, NoAddress, TooLate, TooManyTests
from broadcaster.web.desk import campaign, reasons
from broadcaster.web.desk.campaign import Wrong
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit
from content.language import Language

REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    CannotBeTried: (422, "campaign_test_cannot"),
    NoAddress: (422, "campaign_test_no_address"),
    NoGuests: (422, "campaign_test_no_guests"),
    TooLate: (409, "campaign_test_too_late"),
    TooManyTests: (429, "campaign_test_too_many"),
}


async def listed(office: Office, visit: Visit) -> Response:
    """GET: the piece alone, which refreshes itself while something is on its way."""
    id = visit.request.path_params["id"]
    found = await office.kept.ask(campaign_records.find, id)
    tests = await office.kept.ask(test_messages.of, id, now=visit.now)
    return office.part(visit, "_tests.html", campaign=found, tests=tests, reason_key=reasons.key_of)


async def ask(office: Office, visit: Visit) -> Response:
    id = visit.request.path_params["id"]
    try:
        await office.kept.ask(_ask, office, visit)
    except tuple(REFUSALS) as error:
        status, key = REFUSALS[type(error)]
        return await campaign.page(office, visit, wrong=Wrong(of="test", key=key, status=status))
    return RedirectResponse(f"/campaigns/{id}#tests", status_code=303)


def _ask(connection: Connection, office: Office, visit: Visit) -> int:
    found = campaign_records.find(connection, visit.request.path_params["id"])
    channel, language = visit.form.get("channel", ""), visit.form.get("language", "")
    if channel not in set(SendingChannel) or language not in set(Language):
        raise CannotBeTried
    to_guests = visit.form.get("to") == "guests"
    asked = guest_list.ask if to_guests else test_messages.ask
    return asked(
        connection,
        found,
        by=visit.by,
        channel=SendingChannel(channel),
        language=Language(language),
        mark=office.desk_words.say("campaign_test_mark_guests" if to_guests else "campaign_test_mark", Language(language)),
        words=office.words,
        public_url=office.settings.public_url,
        now=visit.now,
    )
