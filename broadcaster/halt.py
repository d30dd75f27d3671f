"""The kill switch for everything. Read in every lease transaction, so it holds in all processes once it has committed."""

from datetime import datetime

from broadcaster import audit, database
from broadcaster.database import Connection

_SQL = database.queries_beside(__file__)


def is_stopped(connection: Connection) -> bool:
    """True: nothing may be leased."""
    return bool(connection.execute(_SQL["read"]).fetchone()["stopped"])


def stop_everything(connection: Connection, *, who: str, now: datetime) -> bool:
    """What is in the air arrives, nothing more leaves. False when it was stopped already."""
    return _turn(connection, stopped=True, who=who, now=now)


def resume_everything(connection: Connection, *, who: str, now: datetime) -> bool:
    """Campaigns that a person paused stay paused. False when nothing was stopped."""
    return _turn(connection, stopped=False, who=who, now=now)


def _turn(connection: Connection, *, stopped: bool, who: str, now: datetime) -> bool:
    with database.transaction(connection):
        turned = connection.execute(_SQL["turn"], {"stopped": int(stopped), "who": who, "at": database.instant(now)})
        if turned.rowcount == 0:
            return False
        action = "everything.stop" if stopped else "everything.resume"
        audit.append(connection, at=now, who=who, action=action, subject="everything", detail={})
        return True
