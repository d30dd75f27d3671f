from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadcaster import addresses, credentials, database
from broadcaster.addresses import Address, AddressKey, Channel
from broadcaster.database import Connection
from tests.broadcaster.signing import CountingHasher

KEY = AddressKey(bytes(range(32)))
NOW = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'saqbol.db'}"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Connection]:
    """A migrated database in a real file."""
    connection = database.open(url_in(tmp_path), KEY)
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    yield connection
    connection.close()


@pytest.fixture
def aigul() -> Address:
    """A citizen, as WhatsApp names her."""
    return addresses.normalise(Channel.WHATSAPP, "whatsapp:+77011234567")


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    """Passwords hashed with parameters that cost nothing, and counted."""
    counting = CountingHasher()
    monkeypatch.setattr(credentials, "HASHER", counting)
    return counting
