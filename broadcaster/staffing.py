"""Who leaves the staff and who gets another role. Called by the console's page `staff` and by the command of that name.

Each change ends the sessions of whom it is about in the same transaction. Somebody who can let others in always remains.
"""

from datetime import datetime

from broadcaster import audit, credentials, database, sessions, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff, StaffId
from broadcaster.telemetry import Redactor

LONGEST_REASON = 500
_SQL = database.queries_beside(__file__)


class OwnRole(Exception):
    """Nobody changes their own role: ask another administrator."""


class LastAdmin(Exception):
    """This is the last administrator who can sign in: invite another one first."""


class NoReason(ValueError):
    """Write a reason of one line, 1 to 500 characters: it stands in the audit trail."""


def change_role(connection: Connection, id: StaffId, role: Role, *, by: Staff, now: datetime) -> Staff:
    """Raises UnknownStaff, OwnRole, LastAdmin. The same role again changes nothing."""
    with database.transaction(connection):
        of = staff.with_id(connection, id)
        if of.id == by.id:
            raise OwnRole
        if of.role is role:
            return of
        _check_an_admin_remains(connection, of)
        connection.execute(_SQL["change_role"], {"id": id, "role": role})
        sessions.end_of_staff(connection, id)
        detail = {"name": of.name, "from": of.role, "to": role}
        audit.append(connection, at=now, who=by.name, action="staff.role", subject=f"staff {id}", detail=detail)
        return staff.with_id(connection, id)


def leave(connection: Connection, id: StaffId, *, who: str, reason: str, now: datetime) -> Staff:
    """They can do nothing any more; the name stays, for the audit trail names it. Raises UnknownStaff, LastAdmin, NoReason."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise NoReason
    with database.transaction(connection):
        of = staff.with_id(connection, id)
        _check_an_admin_remains(connection, of)
        for each in ("leave", "forget_invitations", "forget_addresses"):
            connection.execute(_SQL[each], {"id": id})
        credentials.forget(connection, id)
        sessions.end_of_staff(connection, id)
        detail = {"name": of.name, "reason": Redactor().line(reason)}
        audit.append(connection, at=now, who=who, action="staff.leave", subject=f"staff {id}", detail=detail)
    return of


def _check_an_admin_remains(connection: Connection, of: Staff) -> None:
    if of.role is Role.ADMIN and connection.execute(_SQL["is_last_admin"], {"id": of.id}).fetchone():
        raise LastAdmin
