"""GET /campaigns: every campaign, fifty a page, of one state when asked."""

from starlette.responses import Response

from broadcaster import campaign_list
from broadcaster.campaign_states import State
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


async def show(office: Office, visit: Visit) -> Response:
    asked = visit.request.query_params
    state = State(asked["state"]) if asked.get("state") in set(State) else None
    found, older = await office.kept.ask(campaign_list.page, state=state, before=id_in(asked.get("before", "")))
    return await office.page(
        visit, "campaigns.html", campaigns=found, state=state or "", states=list(State), older=older, newest="before" not in asked
    )
