"""Ten wrong tries in a row lock a name for a quarter of an hour, also a name nobody has. Called by signing_in, changing_password.

What a stranger typed as a name is kept as a keyed hash alone, and stands in the audit trail only when it is a colleague's.
"""

from datetime import datetime, timedelta

from broadcaster import audit, database
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection
from broadcaster.staff import Staff

MOST = 10
LOCKED = timedelta(minutes=15)
REMEMBERED = timedelta(days=1)
"""Invented names go after a day, at the next sign-in that succeeds."""

_SQL = database.queries_beside(__file__)


def hash_of(key: AddressKey, name: str) -> bytes:
    return key.digest("sign-in", name)


def is_locked(connection: Connection, name: bytes, *, now: datetime) -> bool:
    given = {"name": name, "most": MOST, "after": database.instant(now - LOCKED)}
    return connection.execute(_SQL["is_locked"], given).fetchone() is not None


def count(connection: Connection, name: bytes, of: Staff | None, *, now: datetime) -> None:
    """`of` is whoever the name belongs to. Inside the caller's transaction."""
    n: int = connection.execute(_SQL["count"], {"name": name, "most": MOST, "now": database.instant(now)}).fetchone()["n"]
    if n == MOST and of is not None:
        detail = {"failures": n, "minutes": LOCKED.total_seconds() // 60}
        audit.append(connection, at=now, who=of.name, action="staff.locked", subject=f"staff {of.id}", detail=detail)


def forget(connection: Connection, name: bytes, *, now: datetime) -> None:
    """They are in. Inside the caller's transaction."""
    connection.execute(_SQL["forget"], {"name": name, "before": database.instant(now - REMEMBERED)})
