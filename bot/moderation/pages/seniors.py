"""/moderation/seniors: what waits for a senior, and why volunteers alone did not decide it."""

from functools import partial

from starlette.responses import Response

from bot.moderation import queue, volunteers
from bot.moderation.pages.hall import Hall
from bot.moderation.pages.voting import age
from bot.moderation.queue import PAGE, ForSenior
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit


async def show(hall: Hall, visit: Visit) -> Response:
    after = id_in(visit.request.query_params.get("after", "")) or 0
    found = await hall.kept.ask(_waiting, visit.by, after)
    more = after + PAGE if len(found) == PAGE else None
    return await hall.page(visit, "seniors.html", found=found, more=more, age=partial(age, visit))


def _waiting(connection: Connection, by: Staff, after: int) -> list[ForSenior]:
    """Raises NotSenior."""
    volunteers.check_senior(connection, by)
    return list(queue.for_senior(connection, after=after))
