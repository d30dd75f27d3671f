"""A new password for whoever knows the old one. Called by the console's page `me`; ends every session but the one it begins.

Wrong old passwords count as wrong sign-ins: an open session left alone is not a place to guess at.
"""

from datetime import datetime

from broadcaster import audit, credentials, database, failed_sign_ins, sessions
from broadcaster.database import Connection
from broadcaster.signing_in import Claim
from broadcaster.staff import Staff


class WrongPassword(Exception):
    """This is not the password that counts now, or it was tried too often."""


def change(connection: Connection, of: Staff, claim: Claim, *, fits: bool, after: str, now: datetime) -> str:
    """The token of the session to go on with. `fits`: the old password was right; `after` is the hash of the new one."""
    with database.transaction(connection):
        token = _changed(connection, of, claim, fits=fits, after=after, now=now)
    if token is None:
        raise WrongPassword
    return token


def _changed(connection: Connection, of: Staff, claim: Claim, *, fits: bool, after: str, now: datetime) -> str | None:
    if failed_sign_ins.is_locked(connection, claim.name, now=now):
        return None
    if not fits or not credentials.change_password(connection, of.id, before=claim.password, after=after):
        failed_sign_ins.count(connection, claim.name, of, now=now)
        return None
    sessions.end_of_staff(connection, of.id)
    audit.append(connection, at=now, who=of.name, action="staff.password", subject=f"staff {of.id}", detail={})
    return sessions.begin(connection, of.id, now=now)
