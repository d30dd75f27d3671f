"""The look right before each send: has this person said STOP, is the campaign still wanted, since the batch was leased?

Costs microseconds while nobody writes: `PRAGMA data_version` moves only when another connection has committed; then the tail of
the append-only suppressions is read.
"""

from enum import StrEnum

from broadcaster import database
from broadcaster.database import Connection
from broadcaster.reach_routes import SILENCED

_SQL = database.queries_beside(__file__)
_SILENCED_ADDRESSES = _SQL["silenced_addresses"].replace("/*silenced*/", SILENCED)


class Look(StrEnum):
    """PERSON_STOPPED: nothing to this address. CAMPAIGN_STOPPED: nothing of this campaign now: paused, cancelled, kill switch."""

    CLEAR = "clear"
    PERSON_STOPPED = "person-stopped"
    CAMPAIGN_STOPPED = "campaign-stopped"


class LastLook:
    """Wants a connection used for nothing else, in autocommit: it would not see its own commits, nor any in a transaction.

    Mark the intent first, then look, then send: then no message is claimed after a STOP has committed.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._version = -1
        self._last = int(connection.execute(_SQL["last_suppression"]).fetchone()[0])
        self._silenced: dict[int, frozenset[bytes]] = {}
        self._hashes: frozenset[bytes] = frozenset()
        self._sending: frozenset[int] = frozenset()

    def at(self, hashed: bytes, campaign: int) -> Look:
        """`hashed`: of the address that is about to be written to. Knows the suppressions since it was made: make it first."""
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._read()
            self._version = version
        if campaign not in self._sending:
            return Look.CAMPAIGN_STOPPED
        return Look.PERSON_STOPPED if hashed in self._hashes else Look.CLEAR

    def _read(self) -> None:
        self._sending = frozenset(row["id"] for row in self._connection.execute(_SQL["sending"]).fetchall())
        news = self._connection.execute(_SQL["tail"], {"last": self._last}).fetchall()
        if not news:
            return
        self._last = news[-1]["id"]
        for row in news:
            if row["contact"] is not None:
                found = self._connection.execute(_SILENCED_ADDRESSES, {"contact": row["contact"]}).fetchall()
                self._silenced[row["contact"]] = frozenset(each["hash"] for each in found)
        self._hashes = frozenset().union(*self._silenced.values())
