"""How many deliveries of a campaign stand where, kept in the transaction that moves them and never counted afterwards."""

from collections.abc import Mapping

from broadcaster import database
from broadcaster.database import Connection
from broadcaster.ledger_codes import State

_SQL = database.queries_beside(__file__)


def shift(connection: Connection, campaign: int, changes: Mapping[tuple[int, State], int]) -> None:
    """(route, state) → how many more or fewer. Inside the caller's transaction."""
    rows = [(campaign, route, state, change) for (route, state), change in changes.items() if change]
    connection.executemany(_SQL["shift"], rows)


def fill(connection: Connection, campaign: int) -> int:
    """Counts once, when the audience was frozen; how many there are. Inside the caller's transaction."""
    connection.execute(_SQL["fill"], {"campaign": campaign})
    return int(connection.execute(_SQL["sum"], {"campaign": campaign}).fetchone()["n"])
