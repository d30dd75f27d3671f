"""The people who write, approve and watch: names for `--as`, roles for what they may do."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    id: StaffId
    name: str
    role: Role


def add(connection: Connection, name: str, role: Role, *, who: str, now: datetime) -> Staff:
    """`who` adds them. Raises BadStaff for a name that is taken, empty or unprintable."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadStaff(f"a name has 1 to {LONGEST_NAME} printable characters")
    with database.transaction(connection):
        made = connection.execute(_SQL["add"], {"name": name, "role": role, "added_at": database.instant(now)})
        if made.rowcount == 0:
            raise BadStaff("somebody of that name is there already")
        id = StaffId(made.lastrowid or 0)
        audit.append(connection, at=now, who=who, action="staff.add", subject=f"staff {id}", detail={"name": name, "role": role})
    return Staff(id=id, name=name, role=role)


def find(connection: Connection, name: str) -> Staff:
    """Raises UnknownStaff."""
    row = connection.execute(_SQL["find"], {"name": name.strip()}).fetchone()
    if row is None:
        raise UnknownStaff
    return Staff(id=StaffId(row["id"]), name=row["name"], role=Role(row["role"]))
