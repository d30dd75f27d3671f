"""What every command begins with: the register opened, and refused in one line where it cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager

from broadcaster import database
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection
from broadcaster.settings import Settings


class NotMigrated(Exception):
    """The database has not had all migrations: run python -m broadcaster migrate."""


def key_of(settings: Settings) -> AddressKey:
    """The key that hashes addresses and signs the links of this database."""
    return AddressKey.from_hex(settings.address_key.get_secret_value())


@contextmanager
def any_register(settings: Settings) -> Iterator[Connection]:
    """Whatever its migrations: for `migrate` and `doctor`."""
    connection = database.open(settings.database, key_of(settings))
    try:
        yield connection
    finally:
        connection.close()


def check(settings: Settings) -> None:
    """Says in one line what is wrong with the database, before a process that runs for long is built. Raises as `register`."""
    with register(settings):
        return


@contextmanager
def register(settings: Settings) -> Iterator[Connection]:
    """Raises NotMigrated, DatabaseUnavailable or WrongAddressKey."""
    with any_register(settings) as connection:
        if database.pending(connection, "broadcaster", database.MIGRATIONS):
            raise NotMigrated
        yield connection
