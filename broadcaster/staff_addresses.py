"""Where a member of the staff gets test messages: one address a channel, their own. Called by the console; shown masked.

Colleagues send there only where its owner has said that they may: such an address stands in the guest list.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from broadcaster import addresses, audit, database
from broadcaster.addresses import Address, Channel
from broadcaster.database import Connection
from broadcaster.staff import Staff, StaffId

CHANNELS = (Channel.TELEGRAM, Channel.WHATSAPP, Channel.PHONE)
_SQL = database.queries_beside(__file__)


def of(connection: Connection, staff: StaffId) -> Mapping[Channel, Address]:
    rows = connection.execute(_SQL["of"], {"staff": staff})
    return {Channel(row["channel"]): addresses.normalise(Channel(row["channel"]), row["value"]) for row in rows}


def keep(connection: Connection, staff: Staff, address: Address, *, now: datetime) -> None:
    """In place of the one they had in that channel; colleagues may not send to another one before they are told so again."""
    with database.transaction(connection):
        connection.execute(_SQL["keep"], {"staff": staff.id, "channel": address.channel, "value": address.value})
        _tell(connection, staff, {"channel": address.channel, "kept": True}, now=now)


def remove(connection: Connection, staff: Staff, channel: Channel, *, now: datetime) -> None:
    with database.transaction(connection):
        if connection.execute(_SQL["remove"], {"staff": staff.id, "channel": channel}).rowcount:
            _tell(connection, staff, {"channel": channel, "kept": False}, now=now)


def guest_at(connection: Connection, staff: StaffId) -> frozenset[Channel]:
    """On which channels colleagues may send them tests."""
    return frozenset(Channel(row["channel"]) for row in connection.execute(_SQL["guest_at"], {"staff": staff}))


def welcome(connection: Connection, staff: Staff, channel: Channel, *, guest: bool, now: datetime) -> None:
    """Whether colleagues may send tests to the address they have there."""
    with database.transaction(connection):
        if connection.execute(_SQL["welcome"], {"staff": staff.id, "channel": channel, "guest": int(guest)}).rowcount:
            _tell(connection, staff, {"channel": channel, "guest": guest}, now=now)


def guests(connection: Connection, channel: Channel, *, but: StaffId, most: int) -> Sequence[StaffId]:
    """Who may be sent a test there by `but`, those who joined first."""
    rows = connection.execute(_SQL["guests"], {"channel": channel, "but": but, "most": most})
    return [StaffId(row["staff"]) for row in rows]


def _tell(connection: Connection, staff: Staff, detail: Mapping[str, object], *, now: datetime) -> None:
    audit.append(connection, at=now, who=staff.name, action="staff.address", subject=f"staff {staff.id}", detail=detail)
