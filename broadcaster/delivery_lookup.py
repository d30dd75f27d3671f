"""What one person got from us: for staff who answer somebody who asks or complains. By address, masked, over all campaigns.

The ledger has no index by contact: it is asked once a campaign, by its key.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from broadcaster import contacts, database, typed_addresses
from broadcaster.addresses import Address, Channel, mask
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import State, channel_of

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`address` is masked, empty where it is gone; `state` is a word of the ledger; `at` is None for what has not left."""

    campaign: int
    code: str
    name: str
    channel: str
    address: str
    state: str
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """`asked` and `addresses` are masked; the newest message first."""

    asked: str
    contact: ContactId
    addresses: tuple[str, ...]
    messages: tuple[Message, ...]


def find(connection: Connection, typed: str) -> Messages | None:
    """None: nobody we write to. Raises NoAddress, TwoPeople."""
    address = typed_addresses.find(connection, typed)
    contact = contacts.find(connection, address) if address else None
    if address is None or contact is None:
        return None
    rows = connection.execute(_SQL["addresses"], {"contact": contact.id}).fetchall()
    own = {Channel(row["channel"]): mask(Address(Channel(row["channel"]), row["value"])) for row in rows}
    asked = {"contact": contact.id, "queued": State.QUEUED, "waiting": State.WAITING}
    found = []
    for row in connection.execute(_SQL["messages"], asked):
        channel = channel_of(row["route"])
        found.append(
            Message(
                campaign=row["campaign"],
                code=row["code"],
                name=row["name"],
                channel=channel.value,
                address=next((own[kind] for kind in channel.addresses if kind in own), ""),
                state=State(row["state"]).word,
                at=None if row["at"] is None else datetime.fromtimestamp(row["at"], UTC),
                reason=row["reason"] or "",
            )
        )
    return Messages(asked=mask(address), contact=contact.id, addresses=tuple(own.values()), messages=tuple(found))
