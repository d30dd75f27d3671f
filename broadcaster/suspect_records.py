"""The register of suspects as staff read and change it: lists, one suspect and its snapshots, a new status. For the console.

A private person's telephone is in no list and never written out; cards and accounts show a few digits of their hash alone.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcaster import audit, campaign_records, database, effect, segments, suspects
from broadcaster.addresses import Address, Channel, mask
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.staffing import LONGEST_REASON, NoReason
from broadcaster.suspects import BadSuspect, Kind, Source, Status, UnknownSuspect
from broadcaster.telemetry import Redactor

PAGE = 50
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """`name` cannot be followed by a click. `followers` and `seen_at` are of its last whole snapshot, None without one."""

    id: int
    kind: Kind
    name: str
    private: bool
    scheme: str
    sources: tuple[Source, ...]
    status: Status
    status_at: datetime | None
    first_seen: datetime
    followers: int | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Not `whole`: it has not ended, or too many of its rows were refused.

    `unfollowed`: of earlier ones, not in it; counted when its import ended while it was the latest.
    """

    taken_at: datetime
    imported_at: datetime
    followers: int
    unfollowed: int
    whole: bool


def page(connection: Connection, *, after: int = 0, kind: Kind | None = None, status: Status | None = None) -> Sequence[Suspect]:
    """PAGE of them after this id."""
    asked = {"after": after, "kind": kind, "status": status, "part": None, "most": PAGE}
    return [_suspect(row) for row in connection.execute(_SQL["list"], asked)]


def search(connection: Connection, typed: str) -> Sequence[Suspect]:
    """The very suspect, a private person's number too when all of it was typed; else PAGE of those that hold it."""
    for kind in Kind:
        try:
            return [find(connection, suspects.identity(connection, kind, typed))]
        except (BadSuspect, UnknownSuspect):
            continue
    part = typed.strip().casefold()
    if not part:
        return []
    asked = {"after": 0, "kind": None, "status": None, "part": part, "most": PAGE}
    return [_suspect(row) for row in connection.execute(_SQL["list"], asked)]


def find(connection: Connection, id: int) -> Suspect:
    """By the id of any of its rows. Raises UnknownSuspect."""
    row = connection.execute(_SQL["find"], {"id": id}).fetchone()
    if row is None:
        raise UnknownSuspect
    return _suspect(row)


def snapshots(connection: Connection, id: int) -> Sequence[Snapshot]:
    """The newest first."""
    return [
        Snapshot(
            taken_at=datetime.fromisoformat(row["taken_at"]),
            imported_at=datetime.fromisoformat(row["imported_at"]),
            followers=row["followers"],
            unfollowed=row["unfollowed"],
            whole=bool(row["whole"]),
        )
        for row in connection.execute(_SQL["snapshots"], {"suspect": id})
    ]


def campaigns_to(connection: Connection, id: int) -> Sequence[Campaign]:
    """Whose segment names its followers. Reads every campaign."""

    def is_meant(value: str) -> bool:
        try:
            return segments.suspect_of(connection, value) == id
        except UnknownSuspect:
            return False

    return [each for each in campaign_records.every(connection) if any(map(is_meant, effect.followed(each.content.rule)))]


def add(connection: Connection, kind: Kind, value: str, *, scheme: str, organisation: bool, by: Staff, now: datetime) -> int:
    """Its id. Raises BadSuspect."""
    with database.transaction(connection):
        suspects.enter(
            connection,
            kind,
            value,
            scheme=scheme,
            source=Source.STAFF,
            first_seen=now,
            now=now,
            organisation=organisation,
        )
        id = suspects.identity(connection, kind, value)
        detail = {"kind": kind, "scheme": scheme, "organisation": organisation}
        audit.append(connection, at=now, who=by.name, action="suspect.add", subject=f"suspect {id}", detail=detail)
    return id


def change_status(connection: Connection, id: int, status: Status, *, by: Staff, reason: str, now: datetime) -> None:
    """Of all rows of it, whoever named it. The same status again changes nothing. Raises UnknownSuspect, NoReason."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise NoReason
    with database.transaction(connection):
        was = find(connection, id)
        if was.status is status:
            return
        connection.execute(_SQL["change_status"], {"id": id, "status": status, "now": database.instant(now)})
        detail = {"from": was.status, "to": status, "reason": Redactor().line(reason)}
        audit.append(connection, at=now, who=by.name, action="suspect.status", subject=f"suspect {was.id}", detail=detail)


def _suspect(row: sqlite3.Row) -> Suspect:
    return Suspect(
        id=row["id"],
        kind=Kind(row["kind"]),
        name=_name(Kind(row["kind"]), row["value"], private=bool(row["private"])),
        private=bool(row["private"]),
        scheme=row["scheme"],
        sources=tuple(map(Source, sorted(row["sources"].split(",")))),
        status=Status(row["status"]),
        status_at=datetime.fromisoformat(row["status_at"]) if row["status_at"] else None,
        first_seen=datetime.fromisoformat(row["first_seen"]),
        followers=row["followers"],
        seen_at=datetime.fromisoformat(row["seen_at"]) if row["seen_at"] else None,
    )


def _name(kind: Kind, value: str, *, private: bool) -> str:
    match kind:
        case Kind.LINK:
            return f"hxxps://{value.replace('.', '[.]')}"
        case Kind.CARD | Kind.IBAN:
            return f"#{value[:8]}"
        case Kind.PHONE if private:
            return mask(Address(Channel.PHONE, value))
        case _:
            return value
