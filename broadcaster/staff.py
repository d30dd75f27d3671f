"""The people who write, approve and watch: names for `--as`, roles for what they may do."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from broadcaster import audit, database
from broadcaster.campaign_states import Role
from broadcaster.database import Connection

StaffId = NewType("StaffId", int)
LONGEST_NAME = 80
_SQL = database.queries_beside(__file__)


class UnknownStaff(LookupError):
    """Nobody of that name is on the staff: staff add NAME --role ROLE."""


class BadStaff(ValueError):
    """This cannot be a member of the staff."""


class NameTaken(BadStaff):
    """Somebody of that name is there already, or was: the audit trail knows them by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    id: StaffId
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One line of the list of staff. `invited_until`: an invitation that waits for them; `active` False: they left."""

    staff: Staff
    active: bool
    added_at: datetime
    enrolled: bool
    invited_until: datetime | None
    last_sign_in: datetime | None


def add(connection: Connection, name: str, role: Role, *, who: str, now: datetime) -> Staff:
    """`who` adds them. Raises NameTaken, and BadStaff for a name that is empty, long or unprintable."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadStaff(f"a name has 1 to {LONGEST_NAME} printable characters")
    with database.transaction(connection):
        made = connection.execute(_SQL["add"], {"name": name, "role": role, "added_at": database.instant(now)})
        if made.rowcount == 0:
            raise NameTaken
        id = StaffId(made.lastrowid or 0)
        audit.append(connection, at=now, who=who, action="staff.add", subject=f"staff {id}", detail={"name": name, "role": role})
    return Staff(id=id, name=name, role=role)


def find(connection: Connection, name: str) -> Staff:
    """Raises UnknownStaff, also for those who left."""
    return _of(connection.execute(_SQL["find"], {"name": name.strip()}).fetchone())


def with_id(connection: Connection, id: StaffId) -> Staff:
    """Raises UnknownStaff, also for those who left."""
    return _of(connection.execute(_SQL["with_id"], {"id": id}).fetchone())


def every(connection: Connection, *, now: datetime) -> Sequence[Member]:
    """Those who are there first, by name. Reads the audit trail for the last sign-in: not for a page that refreshes itself."""
    rows = connection.execute(_SQL["every"], {"now": database.instant(now)})
    return [
        Member(
            staff=_of(row),
            active=bool(row["active"]),
            added_at=datetime.fromisoformat(row["added_at"]),
            enrolled=bool(row["enrolled"]),
            invited_until=_moment(row["invited_until"]),
            last_sign_in=_moment(row["last_sign_in"]),
        )
        for row in rows
    ]


def _of(row: sqlite3.Row | None) -> Staff:
    if row is None:
        raise UnknownStaff
    return Staff(id=StaffId(row["id"]), name=row["name"], role=Role(row["role"]))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
