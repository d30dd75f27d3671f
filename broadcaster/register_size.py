"""How many people we know and how many addresses are silent: kept by triggers, so that no page counts millions."""

from dataclasses import dataclass

from broadcaster import database
from broadcaster.database import Connection

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    people: int
    stopped: int


def of(connection: Connection) -> Size:
    kept = {row["noun"]: row["n"] for row in connection.execute(_SQL["of"])}
    return Size(people=kept["contact"], stopped=kept["stopped"])
