"""Who judges: staff with the role of moderator, some of them seniors, and the Telegram account they vote from.

Called by the group, the pages and reports.
"""

from datetime import datetime

from broadcaster import audit, database
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff, StaffId

_SQL = database.queries_beside(__file__)


class NotAVolunteer(Exception):
    """Only volunteers judge cases."""


class NotSenior(Exception):
    """Only a senior volunteer settles or corrects a case."""


class AccountTaken(Exception):
    """This Telegram account belongs to another volunteer."""


def enrol(
    connection: Connection, staff: Staff, *, senior: bool = False, telegram: int | None = None, who: str, now: datetime
) -> None:
    """Makes them a volunteer, or changes what they are. `who` does so. Raises NotAVolunteer, AccountTaken."""
    if staff.role not in (Role.MODERATOR, Role.ADMIN):
        raise NotAVolunteer
    row = {"staff": staff.id, "senior": int(senior), "telegram": telegram, "now": database.instant(now)}
    with database.transaction(connection):
        if telegram is not None and connection.execute(_SQL["holder"], row).fetchone():
            raise AccountTaken
        connection.execute(_SQL["enrol"], row)
        detail = {"senior": senior, "telegram": telegram is not None}
        audit.append(connection, at=now, who=who, action="volunteer.enrol", subject=f"staff {staff.id}", detail=detail)


def leave(connection: Connection, staff: StaffId, *, who: str, now: datetime) -> None:
    """Their votes stay; the Telegram account is forgotten."""
    with database.transaction(connection):
        if connection.execute(_SQL["leave"], {"staff": staff, "now": database.instant(now)}).rowcount:
            audit.append(connection, at=now, who=who, action="volunteer.leave", subject=f"staff {staff}", detail={})


def with_telegram(connection: Connection, telegram: int) -> Staff:
    """Raises NotAVolunteer, also for those who left the staff."""
    row = connection.execute(_SQL["with_telegram"], {"telegram": telegram}).fetchone()
    if row is None:
        raise NotAVolunteer
    return Staff(id=StaffId(row["id"]), name=row["name"], role=Role(row["role"]))


def are_on_duty(connection: Connection) -> bool:
    """Whether anybody would see what a citizen hands over: while nobody does, nobody is promised."""
    return connection.execute(_SQL["anybody"]).fetchone() is not None


def check(connection: Connection, staff: Staff) -> None:
    """Raises NotAVolunteer."""
    if _seniority(connection, staff) is None:
        raise NotAVolunteer


def check_senior(connection: Connection, staff: Staff) -> None:
    """Raises NotSenior."""
    if not is_senior(connection, staff):
        raise NotSenior


def is_senior(connection: Connection, staff: Staff) -> bool:
    return bool(_seniority(connection, staff))


def _seniority(connection: Connection, staff: Staff) -> int | None:
    """None: no volunteer."""
    row = connection.execute(_SQL["seniority"], {"staff": staff.id}).fetchone()
    return row["senior"] if row else None
