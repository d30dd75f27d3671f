"""Where a member of the staff gets test messages: one address a channel, their own. Called by the console; shown masked."""

from collections.abc import Mapping
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
    """In place of the one they had in that channel."""
    with database.transaction(connection):
        connection.execute(_SQL["keep"], {"staff": staff.id, "channel": address.channel, "value": address.value})
        _tell(connection, staff, {"channel": address.channel, "kept": True}, now=now)


def remove(connection: Connection, staff: Staff, channel: Channel, *, now: datetime) -> None:
    with database.transaction(connection):
        if connection.execute(_SQL["remove"], {"staff": staff.id, "channel": channel}).rowcount:
            _tell(connection, staff, {"channel": channel, "kept": False}, now=now)


def _tell(connection: Connection, staff: Staff, detail: Mapping[str, object], *, now: datetime) -> None:
    audit.append(connection, at=now, who=staff.name, action="staff.address", subject=f"staff {staff.id}", detail=detail)
