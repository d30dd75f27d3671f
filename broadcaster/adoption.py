"""Leases whose sender has died are settled by their flight record: what was answered counts, what was in the air is unknown.

Called when a sender starts and now and then after. Never by time: a lease is adopted by whoever gets the lock on its record.
"""

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from sqlite3 import Row

import structlog

from broadcaster import batches, database, flight, journal
from broadcaster.batches import Batch, Leased, Result, Unsent
from broadcaster.channels.outcome import Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.flight import BadRecord, FlightRecord, Mark
from broadcaster.journal import LeaseGone
from broadcaster.ledger_codes import State, channel_of
from broadcaster.policy import Policy

_SQL = database.queries_beside(__file__)
_IN_THE_AIR = Unknown(reason="the sender died while it was in the air")
_NO_RECORD = Unknown(reason="the machine went down, or the flight record is lost")


def adopt(connection: Connection, records: Path, *, now: datetime, policy: Policy) -> int:
    """How many leases were settled; those of living senders are left alone."""
    boot = flight.boot_id()
    leases = connection.execute(_SQL["leases"]).fetchall()
    adopted = sum(_settled(connection, lease, records, boot, now, policy) for lease in leases)
    flight.sweep(records, [row["record"] for row in connection.execute(_SQL["leases"]).fetchall()])
    return adopted


def _settled(connection: Connection, lease: Row, records: Path, boot: str, now: datetime, policy: Policy) -> bool:
    record = recorded = None
    try:
        try:
            if lease["boot"] == boot:
                record = flight.orphan(records, lease["record"])
                if record is None:
                    return False
                recorded = _recorded(record)
        except BadRecord:
            pass
        except OSError as error:
            structlog.get_logger().error("record.not_opened", lease=lease["id"], reason=error.strerror)
            return False
        with database.transaction(connection):
            results = _all_unknown(connection, lease) if recorded is None else recorded
            batch = _batch(connection, lease, results)
            journal.close(connection, lease["id"], lease["record"], batch, results, now=now, policy=policy)
    except LeaseGone:
        return False
    finally:
        if record is not None:
            record.let_go()
    return True


def _recorded(record: FlightRecord) -> dict[ContactId, Result]:
    results: dict[ContactId, Result] = {}
    for contact, mark, outcome in record.entries():
        results[contact] = outcome or (_IN_THE_AIR if mark is Mark.CALLED else Unsent.RELEASED)
    return results


def _all_unknown(connection: Connection, lease: Row) -> dict[ContactId, Result]:
    asked = {
        "lease": lease["id"],
        "campaign": lease["campaign"],
        "lo": lease["lo"],
        "hi": lease["hi"],
        "channel": lease["channel"],
    }
    rows = connection.execute(_SQL["open_" + lease["kind"]], asked)
    return {ContactId(row["contact"]): _NO_RECORD for row in rows}


def _batch(connection: Connection, lease: Row, contacts: Collection[ContactId]) -> Batch:
    channel = channel_of(lease["channel"] * 4)
    asked = {
        "lease": lease["id"],
        "campaign": lease["campaign"],
        "contacts": batches.listed(contacts),
        "kinds": json.dumps(channel.addresses),
    }
    rows = connection.execute(_SQL["rows"], asked).fetchall()
    return Batch(
        terms=batches.terms_of(connection, lease["campaign"]),
        channel=channel,
        state=State.WAITING if lease["kind"] == "due" else State.QUEUED,
        rows={row["contact"]: Leased(*row) for row in rows},
        reserve=lease["reserve"],
        taken_at=datetime.fromisoformat(lease["taken_at"]),
        stops_seen=batches.last_suppression(connection),
    )
