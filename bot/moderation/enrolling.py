"""`python -m bot volunteer add`: makes a member of the staff a volunteer, for whoever has this shell."""

from datetime import datetime

from bot.moderation import volunteers
from broadcaster import invitations, staff
from broadcaster.database import Connection

SHELL = "shell"


def add(connection: Connection, name: str, *, senior: bool, telegram: int | None, address: str, now: datetime) -> str:
    """What is printed. Whoever cannot sign in yet gets a link to do so under `address`, where the volunteers' pages are.

    Raises UnknownStaff, NotAVolunteer, AccountTaken.
    """
    member = staff.find(connection, name)
    volunteers.enrol(connection, member, senior=senior, telegram=telegram, who=SHELL, now=now)
    told = f"{member.name}: {'senior volunteer' if senior else 'volunteer'}"
    if any(each.staff.id == member.id and each.enrolled for each in staff.every(connection, now=now)):
        return f"{told}; signs in at {address}"
    token = invitations.invite(connection, member, who=SHELL, now=now)
    hours = int(invitations.LASTS.total_seconds()) // 3600
    return f"{told}\nonce, within {hours} hours, to choose a password: {address}/invitation/{token}"
