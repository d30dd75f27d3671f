"""The imports that staff asked for in the console: which file, how far, what became of it. Called by its queue and its pages.

Every import ends with a row in the audit trail: who, which kind, how many rows.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broadcaster import audit, database
from broadcaster.database import Connection
from broadcaster.staff import StaffId
from broadcaster.telemetry import Redactor
from content.wording import short

PAGE = 50
_SQL = database.queries_beside(__file__)


class Kind(StrEnum):
    CONTACTS = "contacts"
    SUSPECTS = "suspects"
    FOLLOWERS = "followers"


class State(StrEnum):
    """REFUSED: no table of ours; FAILED: a mistake of ours or of the machine."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class UnknownImport(LookupError):
    """There is no such import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`size` and `read` are bytes, `rows` and `refused` rows; `reason` is a refusal of ours, in English."""

    id: int
    kind: Kind
    name: str
    suspect: int | None
    taken_at: datetime | None
    who: str
    asked_at: datetime
    ended_at: datetime | None
    state: State
    reason: str
    size: int
    read: int
    rows: int
    refused: int
    counts: Mapping[str, int]

    @property
    def goes_on(self) -> bool:
        return self.state in (State.QUEUED, State.RUNNING)


def add(
    connection: Connection,
    kind: Kind,
    *,
    name: str,
    size: int,
    by: StaffId,
    now: datetime,
    suspect: int | None = None,
    taken_at: datetime | None = None,
) -> int:
    """`name` as the browser gave it; `suspect` and `taken_at` of followers alone."""
    row = {
        "kind": kind,
        "name": Redactor().line(short(name)),
        "suspect": suspect,
        "taken_at": database.instant(taken_at) if taken_at else None,
        "staff": by,
        "now": database.instant(now),
        "size": size,
    }
    with database.transaction(connection):
        return connection.execute(_SQL["add"], row).lastrowid or 0


def find(connection: Connection, id: int) -> Job:
    """Raises UnknownImport."""
    row = connection.execute(_SQL["find"], {"id": id}).fetchone()
    if row is None:
        raise UnknownImport
    return _job(row)


def latest(connection: Connection, *, before: int | None = None) -> Sequence[Job]:
    """PAGE of them, the newest first; `before` is the last id of the page before."""
    return [_job(row) for row in connection.execute(_SQL["latest"], {"before": before, "most": PAGE})]


def begin(connection: Connection, id: int) -> None:
    with database.transaction(connection):
        connection.execute(_SQL["begin"], {"id": id})


def advance(connection: Connection, id: int, *, read: int, rows: int, refused: int) -> None:
    with database.transaction(connection, durable=False):
        connection.execute(_SQL["advance"], {"id": id, "read": read, "rows": rows, "refused": refused})


def end(
    connection: Connection,
    id: int,
    state: State,
    *,
    now: datetime,
    rows: int | None = None,
    refused: int | None = None,
    counts: Mapping[str, int] | None = None,
    reason: str = "",
) -> None:
    """`rows` and `refused` None: as they were last said."""
    with database.transaction(connection):
        row = {"id": id, "state": state, "now": database.instant(now), "reason": reason, "counts": json.dumps(counts or {})}
        connection.execute(_SQL["end"], {**row, "rows": rows, "refused": refused})
        job = find(connection, id)
        detail = {"state": state, "rows": job.rows, "refused": job.refused, **job.counts}
        audit.append(connection, at=now, who=job.who, action=f"import.{job.kind}", subject=f"import {id}", detail=detail)


def interrupt_unended(connection: Connection, *, now: datetime) -> Sequence[int]:
    """When the console starts: whatever it had not ended will not go on by itself."""
    unended = [row["id"] for row in connection.execute(_SQL["unended"])]
    for id in unended:
        end(connection, id, State.INTERRUPTED, now=now)
    return unended


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        kind=Kind(row["kind"]),
        name=row["name"],
        suspect=row["suspect"],
        taken_at=_moment(row["taken_at"]),
        who=row["who"],
        asked_at=datetime.fromisoformat(row["asked_at"]),
        ended_at=_moment(row["ended_at"]),
        state=State(row["state"]),
        reason=row["reason"],
        size=row["size"],
        read=row["read"],
        rows=row["rows"],
        refused=row["refused"],
        counts=json.loads(row["counts"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
