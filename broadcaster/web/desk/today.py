"""The first page: what runs, what waits for whom, and the switch that stops everything."""

from starlette.responses import Response

from broadcaster import campaign_records
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


async def show(office: Office, visit: Visit) -> Response:
    campaigns = await office.kept.ask(campaign_records.every)
    return await office.page(visit, "today.html", campaigns=campaigns)
