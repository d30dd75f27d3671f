"""The look right before each send: has this person said STOP, left the topic or gone, is the campaign still wanted, since the
batch was leased?

Costs microseconds while nobody writes: `PRAGMA data_version` moves only when another connection has committed; then the tail of
the append-only suppressions is read, those of what people said about topics and of the contacts erased.
"""

from collections.abc import Mapping

from broadcaster import batches, database
from broadcaster.batches import Unsent
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.reach_routes import SILENCED

_SQL = database.queries_beside(__file__)
_SILENCED_ADDRESSES = _SQL["silenced_addresses"].replace("/*silenced*/", SILENCED)


class LastLook:
    """Wants a connection used for nothing else, in autocommit: it would not see its own commits, nor any in a transaction.

    Made before the first lease: it knows what was said and erased since then. Mark the intent, look, send, with no await between:
    then no message is claimed after a STOP has committed.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._version = -1
        self._last = batches.last_suppression(connection)
        self._last_erased = int(connection.execute(_SQL["last_erased"]).fetchone()[0])
        self._last_said = int(connection.execute(_SQL["last_said"]).fetchone()[0])
        self._erased: set[int] = set()
        self._left: set[tuple[int, str]] = set()
        self._stopped: set[bytes] = set()
        self._silenced: dict[ContactId, frozenset[bytes]] = {}
        self._sending: Mapping[int, str] = {}

    def at(self, campaign: int, contact: ContactId, hashed: bytes) -> Unsent | None:
        """None: send. `hashed`: of the address that is about to be written to.

        RELEASED: the campaign is paused, cancelled or edited, or the kill switch is on.
        """
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._read()
            self._version = version
        topic = self._sending.get(campaign)
        if topic is None:
            return Unsent.RELEASED
        if hashed in self._stopped or hashed in self._silenced.get(contact, ()) or contact in self._erased:
            return Unsent.STOPPED
        if (contact, topic) in self._left:
            return Unsent.STOPPED
        return None

    def _read(self) -> None:
        self._sending = {row["id"]: row["scheme"] for row in self._connection.execute(_SQL["sending"]).fetchall()}
        for row in self._connection.execute(_SQL["tail"], {"last": self._last}).fetchall():
            self._last = row["id"]
            (self._stopped.add if row["state"] == "stopped" else self._stopped.discard)(row["address"])
            if row["contact"] is not None:
                found = self._connection.execute(_SILENCED_ADDRESSES, {"contact": row["contact"]}).fetchall()
                self._silenced[row["contact"]] = frozenset(each["hash"] for each in found)
        for row in self._connection.execute(_SQL["said"], {"last": self._last_said}).fetchall():
            self._last_said = row["id"]
            (self._left.add if row["kind"] == "unsubscribe" else self._left.discard)((row["contact"], row["topic"]))
        for row in self._connection.execute(_SQL["erased"], {"last": self._last_erased}).fetchall():
            self._last_erased = row["id"]
            self._erased.add(row["contact"])
