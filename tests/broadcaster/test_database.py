import re
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from broadcaster import addresses, consent, database
from broadcaster.addresses import AddressKey, Channel
from broadcaster.consent import Origin
from broadcaster.database import Connection, DatabaseUnavailable, NestedTransaction, WrongAddressKey
from tests.broadcaster.conftest import KEY, NOW, url_in


def test_the_file_is_durable_private_and_keeps_its_references(register: Connection, tmp_path: Path) -> None:
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "recursive_triggers", "busy_timeout")
    assert [register.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas] == ["wal", 2, 1, 1, 1, 10_000]
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_only_what_may_be_lost_does_not_wait_for_the_disk(register: Connection) -> None:
    def waits() -> bool:
        return bool(register.execute("PRAGMA synchronous").fetchone()[0] == 2)

    with database.transaction(register, durable=False):
        assert not waits()
    with database.transaction(register):
        assert waits()


def test_three_writers_never_find_the_database_locked(register: Connection, tmp_path: Path) -> None:
    errors: list[Exception] = []

    def write(worker: int) -> None:
        connection = database.open(url_in(tmp_path), KEY)
        try:
            for number in range(100):
                phone = addresses.normalise(Channel.PHONE, f"+7701{worker}{number:06}")
                consent.stop(connection, phone, Origin(door="sms", message_id=str(number), at=NOW))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[worker]) for worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert register.execute("SELECT count(*) FROM suppression").fetchone()[0] == 300


def test_many_may_make_the_same_database_at_once(tmp_path: Path) -> None:
    errors: list[Exception] = []
    made: list[str] = []
    barrier = threading.Barrier(8)

    def start(url: str) -> None:
        barrier.wait()
        try:
            connection = database.open(url, KEY)
            made.extend(database.migrate(connection, "broadcaster", database.MIGRATIONS))
            connection.close()
        except Exception as error:
            errors.append(error)

    for number in range(5):
        threads = [threading.Thread(target=start, args=[f"sqlite:///{tmp_path}/{number}.db"]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert sorted(made) == sorted([file.stem for file in database.MIGRATIONS.glob("*.sql")] * 5)


def test_a_transaction_that_fails_leaves_nothing(register: Connection) -> None:
    def add_two_and_fail() -> None:
        with database.transaction(register):
            for moment in ("2025", None):
                register.execute("INSERT INTO contact (created_at) VALUES (?)", [moment])

    with pytest.raises(sqlite3.IntegrityError):
        add_two_and_fail()
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 0
    with database.transaction(register):
        register.execute("INSERT INTO contact (created_at) VALUES ('2025')")
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 1


def test_a_transaction_inside_a_transaction_is_a_mistake_that_keeps_nothing(register: Connection) -> None:
    def nest() -> None:
        with database.transaction(register):
            register.execute("INSERT INTO contact (created_at) VALUES ('2025')")
            with database.transaction(register):
                pass

    with pytest.raises(NestedTransaction):
        nest()
    assert not register.in_transaction
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 0


def test_a_transaction_takes_the_write_lock_at_once(register: Connection, tmp_path: Path) -> None:
    other = database.open(url_in(tmp_path), KEY)
    other.execute("PRAGMA busy_timeout = 1")
    with database.transaction(register):
        with pytest.raises(DatabaseUnavailable, match="another process has been writing for too long"):
            other.execute("INSERT INTO contact (created_at) VALUES ('2025')")
        assert other.execute("SELECT count(*) FROM contact").fetchone()[0] == 0
    other.close()


def test_a_full_disk_is_said_plainly_and_leaves_no_half(register: Connection) -> None:
    pages = register.execute("PRAGMA page_count").fetchone()[0]
    register.execute(f"PRAGMA max_page_count = {pages}")

    def add_a_thousand() -> None:
        with database.transaction(register):
            for _ in range(1_000):
                register.execute("INSERT INTO contact (region, created_at) VALUES (?, '2025')", ["x" * 1_000])

    with pytest.raises(DatabaseUnavailable, match="the disk is full"):
        add_a_thousand()
    assert not register.in_transaction
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 0


def test_a_read_only_database_is_said_plainly(register: Connection) -> None:
    register.execute("PRAGMA query_only = ON")
    with pytest.raises(DatabaseUnavailable, match="it may only be read"), database.transaction(register):
        register.execute("INSERT INTO contact (created_at) VALUES ('2025')")


def test_a_missing_folder_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be opened"):
        database.open(f"sqlite:///{tmp_path}/nowhere/saqbol.db", KEY)


def test_a_file_that_is_no_database_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "saqbol.db").write_bytes(b"this is a letter, not a database; " * 100)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        database.open(url_in(tmp_path), KEY)


def test_a_broken_rule_of_the_schema_is_our_mistake_not_the_disks(register: Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        register.execute("INSERT INTO contact (language, created_at) VALUES ('de', '2025')")


def test_another_key_is_refused(register: Connection, tmp_path: Path) -> None:
    with pytest.raises(WrongAddressKey, match=KEY.fingerprint):
        database.open(url_in(tmp_path), AddressKey(b"another key of thirty-two bytes!"))
    database.open(url_in(tmp_path), KEY).close()


def test_of_two_first_starts_with_two_keys_one_is_refused(tmp_path: Path) -> None:
    first = database.open(url_in(tmp_path), KEY)
    second = database.open(url_in(tmp_path), AddressKey(b"another key of thirty-two bytes!"))
    database.migrate(first, "broadcaster", database.MIGRATIONS)
    with pytest.raises(WrongAddressKey):
        database.migrate(second, "broadcaster", database.MIGRATIONS)
    first.close()
    second.close()


def test_migrating_twice_applies_once(tmp_path: Path) -> None:
    connection = database.open(url_in(tmp_path), KEY)
    names = tuple(sorted(file.stem for file in database.MIGRATIONS.glob("*.sql")))
    assert database.pending(connection, "broadcaster", database.MIGRATIONS) == names
    assert database.migrate(connection, "broadcaster", database.MIGRATIONS) == names
    assert database.migrate(connection, "broadcaster", database.MIGRATIONS) == ()
    assert database.pending(connection, "broadcaster", database.MIGRATIONS) == ()
    connection.close()


def test_two_packages_may_number_their_migrations_alike(register: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_register.sql").write_text(
        "CREATE TABLE ticket (contact INTEGER REFERENCES contact (id) ON DELETE CASCADE);\n"
        "CREATE TRIGGER ticket_stays BEFORE UPDATE ON ticket\nBEGIN\n    SELECT RAISE(ABORT, 'no; never');\nEND;\n"
    )
    (folder / "0001_register.postgresql.sql").write_text("this is not for SQLite;")
    assert database.migrate(register, "bot", folder) == ("0001_register",)


def test_a_migration_that_breaks_off_leaves_no_trace(register: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_good.sql").write_text("CREATE TABLE good (id INTEGER);")
    (folder / "0002_bad.sql").write_text("CREATE TABLE bad (id INTEGER);\nCREATE TABEL worse (id INTEGER);")
    with pytest.raises(DatabaseUnavailable, match="TABEL"):
        database.migrate(register, "bot", folder)
    assert database.pending(register, "bot", folder) == ("0001_good", "0002_bad")
    assert register.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('good', 'bad')").fetchone()[0] == 0
    (folder / "0002_bad.sql").write_text("CREATE TABLE bad (id INTEGER);\nCREATE TABLE half (id INTEGER")
    with pytest.raises(ValueError, match="0002_bad"):
        database.migrate(register, "bot", folder)


def test_named_queries_are_read_by_name(tmp_path: Path) -> None:
    file = tmp_path / "some.sql"
    file.write_text("-- head\n\n-- name: one\nSELECT 1\n\n-- name: two\n-- why\nSELECT 2\n")
    assert database.queries(file) == {"one": "SELECT 1", "two": "-- why\nSELECT 2"}
    file.write_text("-- name: one\nSELECT 1\n-- name: one\nSELECT 2\n")
    with pytest.raises(ValueError, match="twice"):
        database.queries(file)


def test_every_named_query_of_the_register_is_valid_sql(register: Connection) -> None:
    files = list(database.MIGRATIONS.parent.glob("*.sql"))
    assert files
    for file in files:
        if "CREATE TEMP" in file.read_text(encoding="utf-8"):
            continue  # works in a table of its own making: its module's tests run it
        for name, said in database.queries(file).items():
            sql = "\n".join(line for line in said.splitlines() if not line.startswith("--"))
            if "/*" in sql or sql.split()[0] not in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
                continue  # a piece that its module puts into another, or fills in: the module's own tests run it
            places = [None] * len(set(re.findall(r"\?\d", sql)) or sql.count("?") * "?")
            named = dict.fromkeys(word[1:].rstrip(",)") for word in sql.replace("(", " ").split() if word.startswith(":"))
            assert register.execute(f"EXPLAIN {sql}", places or named).fetchone() is not None, f"{file.name}: {name}"


def test_moments_have_a_zone_and_sort_as_text() -> None:
    assert database.instant(NOW) == "2025-11-21T07:15:00.000Z"
    with pytest.raises(ValueError, match="time zone"):
        database.instant(NOW.replace(tzinfo=None))


def test_opening_it_a_second_time_takes_no_lock_from_the_first(register: Connection, tmp_path: Path) -> None:
    """A process that closes any descriptor of a file loses its locks on it: then another one, as it ends, takes itself for the
    last and removes the write-ahead log from under the first, whose commits are lost.
    """
    database.open(url_in(tmp_path), KEY).close()
    add = f"INSERT INTO contact (created_at) VALUES ('{NOW.isoformat()}')"
    code = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute(sys.argv[2])\n"
        "print(connection.execute('SELECT count(*) FROM contact').fetchone()[0])\n"
        "connection.close()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "saqbol.db"), add]
    for written in (2, 4, 6):
        register.execute(add)
        elsewhere = subprocess.run(command, check=True, capture_output=True, text=True)
        assert int(elsewhere.stdout) == written
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 6
