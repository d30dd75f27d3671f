"""GET /campaigns/{id}/plots/{name}.svg: the plots of one campaign, beside tables of the same numbers on its pages."""

from starlette.responses import Response

from broadcaster import campaign_records, effect
from broadcaster.effect import Look
from broadcaster.web.desk import effects, unsubscribes
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


async def show(office: Office, visit: Visit) -> Response:
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    match visit.request.path_params["name"]:
        case "unsubscribes":
            table = await unsubscribes.of_campaign(office, visit, campaign.id)
            return unsubscribes.drawn(office, visit, "hour", table.rows)
        case "effect-next" | "effect-month" as name:
            seen = await office.counting.ask(effect.measure, campaign.id)
            return effects.drawn(office, visit, seen.next if name == f"effect-{Look.NEXT}" else seen.month)
        case _:
            return await office.refused(visit, "plot_unknown", status=404)
