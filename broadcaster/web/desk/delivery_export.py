"""GET /campaigns/{id}/deliveries.csv: everybody and what became of their message, masked, as it is read from the register.

Each download has a connection and a thread of its own and holds one page of rows: a million rows take as much memory as a
thousand, and nobody else waits for them. The audit trail keeps who took it.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable
from functools import partial

from starlette.responses import Response, StreamingResponse

from broadcaster import campaign_records, database, deliveries
from broadcaster.addresses import AddressKey
from broadcaster.campaign_records import Campaign
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit
from broadcaster.web.register import Register


async def send(office: Office, visit: Visit) -> Response:
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    await office.kept.ask(deliveries.note_export, campaign, who=visit.by.name, now=visit.now)
    return StreamingResponse(
        _lines(office, campaign),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="deliveries-{campaign.code}.csv"'},
    )


async def _lines(office: Office, campaign: Campaign) -> AsyncIterator[bytes]:
    key = AddressKey.from_hex(office.settings.address_key.get_secret_value())
    register = Register(partial(database.open, office.settings.database, key))
    try:
        yield _csv([deliveries.COLUMNS])
        page = await register.ask(deliveries.page, campaign)
        while page.rows:
            yield _csv(page.rows)
            page = await register.ask(deliveries.page, campaign, after=page.last)
    finally:
        await asyncio.shield(asyncio.ensure_future(register.close()))  # also where the browser has gone in the middle


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
