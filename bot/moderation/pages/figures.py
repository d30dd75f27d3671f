"""/moderation/accuracy: how often one was right, and how much volunteers agree; for seniors, everybody's."""

from collections.abc import Sequence

from starlette.responses import Response

from bot.moderation import accuracy, volunteers
from bot.moderation.accuracy import Score
from bot.moderation.pages.hall import Hall
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk.visit import Visit


async def show(hall: Hall, visit: Visit) -> Response:
    mine, everybody = await hall.kept.ask(_scores, visit.by)
    agreement = await hall.kept.ask(accuracy.agreement)
    return await hall.page(visit, "accuracy.html", mine=mine, everybody=everybody, agreement=agreement)


def _scores(connection: Connection, by: Staff) -> tuple[Score | None, Sequence[Score]]:
    """Raises NotAVolunteer."""
    volunteers.check(connection, by)
    ranking = accuracy.ranking(connection)
    mine = next((each for each in ranking if each.staff == by.id), None)
    return mine, ranking if volunteers.is_senior(connection, by) else ()
