"""The register's database as this process needs it: the broadcaster's migrations, then ours.

A new database is made whole; an old one is never changed without being asked (`python -m bot migrate`).
"""

from pathlib import Path

from bot.settings import Settings
from broadcaster import database
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection
from broadcaster.settings import file_of

SETS = (("broadcaster", database.MIGRATIONS), ("bot", Path(__file__).parent / "migrations"))


class NotMigrated(Exception):
    """The database is older than this program: run python -m bot migrate."""


def open_register(settings: Settings) -> Connection:
    """For the thread that calls. Raises NotMigrated, DatabaseUnavailable or WrongAddressKey."""
    is_new = not file_of(settings.database).exists()
    connection = _open(settings)
    if is_new:
        _migrate(connection)
    elif any(database.pending(connection, name, folder) for name, folder in SETS):
        connection.close()
        raise NotMigrated
    return connection


def migrate(settings: Settings) -> tuple[str, ...]:
    """Names of what was applied now."""
    connection = _open(settings)
    applied = _migrate(connection)
    connection.close()
    return applied


def takes_writes(settings: Settings) -> bool:
    """Whether a write would succeed at this moment. From any thread: opens its own connection and waits for nobody."""
    try:
        connection = _open(settings)
    except (database.DatabaseUnavailable, database.WrongAddressKey):
        return False
    try:
        connection.execute("PRAGMA busy_timeout = 200")
        with database.transaction(connection):
            connection.execute("PRAGMA user_version = 0")  # writes a page: a full disk shows, and nothing changes
    except database.DatabaseUnavailable:
        return False
    finally:
        connection.close()
    return True


def _open(settings: Settings) -> Connection:
    return database.open(settings.database, AddressKey.from_hex(settings.address_key.get_secret_value()))


def _migrate(connection: Connection) -> tuple[str, ...]:
    return tuple(step for name, folder in SETS for step in database.migrate(connection, name, folder))
