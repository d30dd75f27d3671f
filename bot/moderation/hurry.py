"""How much one volunteer may do within an hour. Called wherever somebody judges, hands on or searches.

Nobody who reads is faster. Whoever is faster is a program on a stolen account: one of them could send every case to the seniors
before the coordinator has taken the account away.
"""

from datetime import datetime

from broadcaster import database
from broadcaster.database import Connection
from broadcaster.staff import Staff

AN_HOUR = 120

_SQL = database.queries_beside(__file__)


class TooFast(Exception):
    """You have judged very much within this hour: rest a little, and go on in the next one."""


def count(connection: Connection, by: Staff, *, now: datetime) -> None:
    """One more thing that they did. Inside the caller's transaction. Raises TooFast, and then it does not count."""
    row = {"staff": by.id, "hour": int(now.timestamp()) // 3600}
    done = connection.execute(_SQL["count"], row).fetchone()["done"]
    if done > AN_HOUR:
        raise TooFast
