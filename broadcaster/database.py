"""The one SQLite file: opened, migrated, written in transactions. Called by every module that keeps something.

Writes go through `transaction()`: plain BEGIN with three writers gave 78,382 "database is locked", BEGIN IMMEDIATE none.
"""

import os
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from broadcaster.addresses import AddressKey
from broadcaster.settings import file_of

MIGRATIONS = Path(str(resources.files("broadcaster"))) / "migrations"
"""The register's own set: `migrate(connection, "broadcaster", MIGRATIONS)`; other packages bring theirs after it."""

BUSY_SECONDS = 10.0
_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


class DatabaseUnavailable(Exception):
    """The database cannot be read or written now: locked, read-only, full, or not there."""


class WrongAddressKey(Exception):
    """This database was made with another SAQBOL_ADDRESS_KEY: no suppression in it could be matched."""


class NestedTransaction(Exception):
    """A transaction is already open on this connection: the caller's is the only one."""


class Connection(sqlite3.Connection):
    """Plain sqlite3, in autocommit outside `transaction()`, that carries its key and fails as DatabaseUnavailable.

    Belongs to the thread that opened it.
    """

    address_key: AddressKey

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise DatabaseUnavailable(_said_plainly(error)) from error

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        try:
            return super().executemany(sql, parameters)
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise DatabaseUnavailable(_said_plainly(error)) from error


def open(url: str, key: AddressKey) -> Connection:
    """Raises DatabaseUnavailable, or WrongAddressKey when the database was made with another key."""
    file = file_of(url)
    try:
        with suppress(FileExistsError):
            # only a new one: closing a descriptor of the file would take from this process the locks of its other connections
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, factory=Connection)
    except (OSError, sqlite3.OperationalError) as error:
        raise DatabaseUnavailable(f"{file} cannot be opened: {error}") from error
    connection.address_key = key
    connection.row_factory = sqlite3.Row
    try:
        _use_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        _check_key(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: Connection, *, durable: bool = True) -> Iterator[None]:
    """All or nothing, and the only writer while it lasts: keep it short, no network inside.

    Not `durable` does not wait for the disk: a killed process loses nothing, a power cut the last second or so. For what nobody
    was promised; a word about consent always waits. Two waits a message held 200 messages a second up for seconds.
    """
    if connection.in_transaction:
        raise NestedTransaction
    connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()  # does nothing where a full disk has already ended the transaction
        raise


def queries(path: Path) -> Mapping[str, str]:
    """Named SQL: each `-- name: x` line of the file begins one statement."""
    _, *parts = _NAME.split(path.read_text(encoding="utf-8"))
    named = dict(zip(parts[::2], (sql.strip() for sql in parts[1::2]), strict=True))
    if len(named) * 2 != len(parts):
        raise ValueError(f"{path}: a name stands twice")
    return named


def queries_beside(module_file: str) -> Mapping[str, str]:
    """The .sql file of a module: `queries_beside(__file__)`."""
    return queries(Path(module_file).with_suffix(".sql"))


def migrate(connection: Connection, name: str, folder: Path) -> tuple[str, ...]:
    """Applies the numbered .sql files of a folder that this database has not had, all in one transaction; returns their names."""
    from sqlite_utils import Database, Migrations  # numpy comes with it: only whoever migrates pays that third of a second

    with transaction(connection):
        database = Database(connection, execute_plugins=False)
        migrations = Migrations(name)
        for file in _files(folder):
            migrations(name=file.stem)(_Script(file))
        applied = tuple(migration.name for migration in migrations.pending(database))
        migrations.apply(database)
        if _has_table(connection, "address_key"):
            connection.execute("INSERT OR IGNORE INTO address_key VALUES (1, ?)", [connection.address_key.fingerprint])
    _check_key(connection)
    return applied


def pending(connection: Connection, name: str, folder: Path) -> tuple[str, ...]:
    """What `migrate` would apply."""
    done: set[str] = set()
    if _has_table(connection, "_sqlite_migrations"):
        rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", [name])
        done = {row["name"] for row in rows}
    return tuple(file.stem for file in _files(folder) if file.stem not in done)


def scrub(connection: Connection) -> bool:
    """After an erasure: empties the write-ahead log, where old pages would wait. False: a reader holds it, try again later."""
    busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def instant(now: datetime) -> str:
    """How a moment stands in SQL: UTC, `2025-11-21T07:15:00.000Z`, so that text order is time order."""
    if now.tzinfo is None:
        raise ValueError("a moment has a time zone")
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _use_wal(connection: Connection) -> None:
    """The one statement SQLite does not wait with: five processes that start on a fresh folder found it locked."""
    last_try = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except DatabaseUnavailable as error:
            busy = getattr(error.__cause__, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > last_try:
                raise
        time.sleep(0.01)


class _Script:
    """One migration file, statement by statement: executescript would commit the transaction it runs in."""

    def __init__(self, file: Path) -> None:
        self.__name__ = file.stem
        self._sql = file.read_text(encoding="utf-8")

    def __call__(self, database: Any, /) -> None:
        statement = ""
        for line in self._sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                database.conn.execute(statement)
                statement = ""
        if statement.strip():
            raise ValueError(f"{self.__name__}.sql ends in the middle of a statement")


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("[0-9]*.sql") if not file.name.endswith(".postgresql.sql"))


def _has_table(connection: Connection, name: str) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name])
    return found.fetchone() is not None


def _check_key(connection: Connection) -> None:
    if not _has_table(connection, "address_key"):
        return
    row = connection.execute("SELECT fingerprint FROM address_key").fetchone()
    if row is not None and row["fingerprint"] != connection.address_key.fingerprint:
        raise WrongAddressKey(
            f"the database was made with key {row['fingerprint']}, SAQBOL_ADDRESS_KEY is {connection.address_key.fingerprint}"
        )


def _said_plainly(error: sqlite3.DatabaseError) -> str:
    reasons = {
        sqlite3.SQLITE_BUSY: "another process has been writing for too long",
        sqlite3.SQLITE_LOCKED: "another process has been writing for too long",
        sqlite3.SQLITE_READONLY: "it may only be read",
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_NOTADB: "this file is not a database",
    }
    code: int = getattr(error, "sqlite_errorcode", 0)
    return f"the database cannot be used: {reasons.get(code & 0xFF, 'see the reason in brackets')} ({error})"
