"""A copy of the register while it is in use, and its way back. After a restore nothing is sent before a person agrees.

A backup taken while a campaign ran does not know what was sent after it: resuming by itself would double those messages.
"""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from broadcaster import audit, database
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.settings import file_of

ROOM = 1_000_000
"""Ids of contacts left out after a restore: more than come between two backups."""

_SQL = database.queries_beside(__file__)


class NotABackup(Exception):
    """This file is not a backup of the register."""


class AlreadyThere(Exception):
    """A file stands at that place: move it away first, nothing is overwritten."""


def back_up(connection: Connection, file: Path) -> None:
    """The whole register as of one moment; others go on writing. The file is readable by its owner only.

    Raises AlreadyThere, or DatabaseUnavailable with nothing left behind.
    """
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise AlreadyThere from error
    try:
        with closing(sqlite3.connect(file)) as copy:
            connection.backup(copy)  # in one step: between two it would begin again whenever another process has written
    except BaseException as error:
        file.unlink()
        if isinstance(error, sqlite3.Error):
            raise DatabaseUnavailable(f"the copy cannot be written ({error})") from error
        raise


def restore(file: Path, url: str, key: AddressKey, *, who: str, now: datetime) -> tuple[str, ...]:
    """Puts the backup where the database stands, which must be empty; pauses every campaign under way and returns their codes.

    An approval that was not used yet is void: the campaign may have been sent after the backup.
    """
    place = file_of(url)
    if place.exists():
        raise AlreadyThere
    source = _opened(file)
    connection = database.open(url, key)
    try:
        source.backup(connection)
        connection.close()
        connection = database.open(url, key)  # the key of the copy is checked as it opens
        return _paused(connection, who=who, now=now)
    except BaseException:
        connection.close()
        place.unlink()
        raise
    finally:
        source.close()
        connection.close()


def _opened(file: Path) -> sqlite3.Connection:
    try:
        source = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise NotABackup from error
    try:
        source.execute("SELECT 1 FROM campaign LIMIT 1")
    except sqlite3.Error as error:
        source.close()
        raise NotABackup from error
    return source


def _paused(connection: Connection, *, who: str, now: datetime) -> tuple[str, ...]:
    """Batches that were in work when the copy was made: whether they were sent is not in it, so they are unknown."""
    reason = f"restored from a backup at {database.instant(now)}: what was sent after it is not known here"
    with database.transaction(connection):
        codes = tuple(row["code"] for row in connection.execute(_SQL["pause"], {"reason": reason}))
        voided = [row["code"] for row in connection.execute(_SQL["void_approvals"], {"reason": reason})]
        connection.execute(_SQL["no_lease_is_ours"])
        connection.execute(_SQL["leave_room"], {"room": ROOM})
        told = {"paused": list(codes), "approvals_void": voided}
        audit.append(connection, at=now, who=who, action="register.restore", subject="everything", detail=told)
    return codes
