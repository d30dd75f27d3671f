"""Why we may write to one person, or must not: for staff who answer somebody who asks. By address, everything masked.

Whoever was forgotten, or never met, still has their STOP here: it is kept by the address's hash alone.
"""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from broadcaster import contacts, database, typed_addresses
from broadcaster.addresses import Address, Channel, mask
from broadcaster.contacts import MyData
from broadcaster.database import Connection
from broadcaster.reach_routes import SILENCED

_SQL = database.queries_beside(__file__)
_ADDRESSES = _SQL["addresses"].replace("/*silenced*/", SILENCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One address. `stopped`: it must not be written to, by a STOP of this or another of the person's addresses.

    `since` and `door` are of the last word from this very address, None and empty where there was none.
    """

    address: str
    stopped: bool
    since: datetime | None
    door: str
    dead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`known` holds events, consents and topics, as the person sees them with /mydata. `refused`: topics they left."""

    known: MyData
    refused: tuple[str, ...]
    silences: tuple[Silence, ...]


def find(connection: Connection, typed: str) -> History | None:
    """None: the register has never heard of this address. Raises NoAddress, TwoPeople."""
    address = typed_addresses.find(connection, typed)
    if address is None:
        return None
    known = contacts.mydata(connection, address)
    owner = known.contact.id if known.contact else None
    hashed = connection.address_key.hash(address)
    rows = connection.execute(_ADDRESSES, {"contact": owner}).fetchall() or connection.execute(_SQL["unmet"], {"hash": hashed})
    return History(
        known=known,
        refused=tuple(row["topic"] for row in connection.execute(_SQL["refused"], {"contact": owner})),
        silences=tuple(_silence(row, address) for row in rows),
    )


def _silence(row: Row, asked: Address) -> Silence:
    own = asked if row["value"] is None else Address(Channel(row["channel"]), row["value"])
    return Silence(
        address=mask(own),
        stopped=bool(row["silenced"]),
        since=datetime.fromisoformat(row["at"]) if row["at"] else None,
        door=row["door"] or "",
        dead=row["dead_at"] is not None,
    )
