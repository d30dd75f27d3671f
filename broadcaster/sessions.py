"""Who is signed in: a random token in a cookie, its hash in a table. Called by the console; ends by itself, and for good.

A session is looked up on every request, so that whoever was taken off the staff is out at once.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from broadcaster import database
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff, StaffId

LONGEST = timedelta(hours=12)
"""A working day; then a password and a code are asked again."""

IDLE = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=1)
"""A page that refreshes itself every few seconds must not write every few seconds."""

_BYTES = 32
_SQL = database.queries_beside(__file__)


def begin(connection: Connection, staff: StaffId, *, now: datetime) -> str:
    """A fresh token for the cookie: what the browser brought before counts for nothing. Inside the caller's transaction."""
    token = secrets.token_urlsafe(_BYTES)
    connection.execute(_SQL["sweep"], _limits(now))
    connection.execute(_SQL["begin"], {"hash": hash_of(token), "staff": staff, "now": database.instant(now)})
    return token


def find(connection: Connection, token: str, *, now: datetime) -> Staff | None:
    """None: not signed in, or not any more."""
    row = connection.execute(_SQL["find"], {"hash": hash_of(token), **_limits(now)}).fetchone()
    if row is None:
        return None
    if datetime.fromisoformat(row["seen_at"]) <= now - SEEN_EVERY:
        with database.transaction(connection, durable=False):
            connection.execute(_SQL["see"], {"hash": hash_of(token), "now": database.instant(now)})
    return Staff(id=StaffId(row["id"]), name=row["name"], role=Role(row["role"]))


def end(connection: Connection, token: str) -> None:
    """Inside the caller's transaction."""
    connection.execute(_SQL["end"], {"hash": hash_of(token)})


def end_of_staff(connection: Connection, staff: StaffId) -> None:
    """All of theirs: a new password, a new role, somebody who leaves. Inside the caller's transaction."""
    connection.execute(_SQL["end_of_staff"], {"staff": staff})


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _limits(now: datetime) -> dict[str, str]:
    return {"began_after": database.instant(now - LONGEST), "seen_after": database.instant(now - IDLE)}
