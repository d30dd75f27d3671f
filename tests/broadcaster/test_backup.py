import json
import resource
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broadcaster import addresses, adoption, audit, backup, contacts, database, flight
from broadcaster.addresses import AddressKey, Channel
from broadcaster.backup import AlreadyThere, NotABackup
from broadcaster.database import Connection, DatabaseUnavailable, WrongAddressKey
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.ledger import QUICK, Ledger
from tests.broadcaster.town import town


@pytest.fixture
def elsewhere(tmp_path: Path) -> str:
    folder = tmp_path / "another machine"
    folder.mkdir()
    return url_in(folder)


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    connection = database.open(url, KEY)
    try:
        yield connection
    finally:
        connection.close()


def test_everything_is_in_the_copy_and_only_its_owner_reads_it(register: Connection, tmp_path: Path, elsewhere: str) -> None:
    town(register).people(50)
    copy = tmp_path / "copy.db"
    backup.back_up(register, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert backup.restore(copy, elsewhere, KEY, who="Marat", now=NOW) == ()
    with opened(elsewhere) as restored:
        assert restored.execute("SELECT count(*) FROM contact").fetchone()[0] == 50
        assert restored.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert database.pending(restored, "broadcaster", database.MIGRATIONS) == ()


def test_campaigns_under_way_are_paused_and_batches_in_work_are_unknown(
    register: Connection, tmp_path: Path, elsewhere: str
) -> None:
    """R19."""
    people = town(register)
    people.people(30)
    ledger = Ledger(register, tmp_path / "flight", people)
    scheduled, approved, draft, done = (people.campaign(state=state) for state in ("scheduled", "approved", "draft", "done"))
    ledger.settle(ledger.taken(limit=10))
    in_work = ledger.taken(limit=5)
    backup.back_up(register, tmp_path / "copy.db")
    ledger.settle(in_work)
    ledger.run()

    codes = backup.restore(tmp_path / "copy.db", elsewhere, KEY, who="Marat", now=NOW)
    with opened(elsewhere) as restored:
        rows = restored.execute("SELECT id, code, state, paused_from, reason FROM campaign").fetchall()
        stand = {row["id"]: (row["state"], row["paused_from"]) for row in rows}
        assert stand[ledger.campaign] == ("paused", "sending")
        assert stand[scheduled] == ("paused", "scheduled")
        assert stand[approved] == ("submitted", None), "it may have been sent since: an approver looks again"
        voided = restored.execute("SELECT approved_by, approved_hash FROM campaign WHERE id = ?", [approved]).fetchone()
        assert tuple(voided) == (None, None)
        assert (stand[draft], stand[done]) == (("draft", None), ("done", None))
        assert set(codes) == {row["code"] for row in rows if row["state"] == "paused"}
        assert all("restored from a backup" in row["reason"] for row in rows if row["state"] == "paused")
        records = flight.folder_of(elsewhere)
        assert adoption.adopt(restored, records, now=NOW, policy=QUICK) == 1
        after = Ledger.__new__(Ledger)
        after.connection, after.campaign = restored, ledger.campaign
        assert after.states() == {"accepted": 10, "unknown": 5, "queued": 15}
        trail = restored.execute("SELECT who, action, detail FROM audit ORDER BY id DESC").fetchone()
        assert (trail["who"], trail["action"]) == ("Marat", "register.restore")
        assert set(json.loads(trail["detail"])["paused"]) == set(codes)
        assert audit.verify(restored) is None


def test_who_came_after_the_backup_shares_an_id_with_nobody(register: Connection, tmp_path: Path, elsewhere: str) -> None:
    """The links in their messages say only the id: the STOP of one would silence another."""

    def comes(connection: Connection, number: str) -> int:
        with database.transaction(connection):
            return contacts.record(connection, addresses.normalise(Channel.PHONE, number), now=NOW)

    known = comes(register, "+77010000001")
    backup.back_up(register, tmp_path / "copy.db")
    lost = comes(register, "+77010000002")
    backup.restore(tmp_path / "copy.db", elsewhere, KEY, who="Marat", now=NOW)
    with opened(elsewhere) as restored:
        assert comes(restored, "+77010000003") > lost > known
        assert comes(restored, "+77010000001") == known


def test_nothing_is_ever_overwritten(register: Connection, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("the only copy of something")
    with pytest.raises(AlreadyThere):
        backup.back_up(register, copy)
    assert copy.read_text() == "the only copy of something"
    copy.unlink()
    backup.back_up(register, copy)
    with pytest.raises(AlreadyThere):
        backup.restore(copy, url_in(tmp_path), KEY, who="Marat", now=NOW)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a database at all" * 100, None])
def test_what_is_no_backup_leaves_no_database_behind(tmp_path: Path, elsewhere: str, content: bytes | None) -> None:
    file = tmp_path / "strange.db"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NotABackup):
        backup.restore(file, elsewhere, KEY, who="Marat", now=NOW)
    assert list((tmp_path / "another machine").iterdir()) == []


def test_another_database_is_no_backup(tmp_path: Path, elsewhere: str) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE song (id INTEGER)")
    other.close()
    with pytest.raises(NotABackup):
        backup.restore(tmp_path / "other.db", elsewhere, KEY, who="Marat", now=NOW)


def test_with_another_key_nothing_is_restored(register: Connection, tmp_path: Path, elsewhere: str) -> None:
    backup.back_up(register, tmp_path / "copy.db")
    with pytest.raises(WrongAddressKey):
        backup.restore(tmp_path / "copy.db", elsewhere, AddressKey(bytes(32)), who="Marat", now=NOW)
    assert list((tmp_path / "another machine").iterdir()) == []


def test_a_file_name_may_have_any_character(register: Connection, tmp_path: Path, elsewhere: str) -> None:
    copy = tmp_path / "copy #1? 100%20 көшірме.db"
    backup.back_up(register, copy)
    assert backup.restore(copy, elsewhere, KEY, who="Marat", now=NOW) == ()


def test_a_copy_is_whole_and_ends_while_others_write_all_the_time(register: Connection, tmp_path: Path, elsewhere: str) -> None:
    """R19: the copy must neither wait for a pause nor begin again at each commit."""
    register.execute("CREATE TABLE ballast (id INTEGER PRIMARY KEY, filler BLOB)")
    register.executemany("INSERT INTO ballast VALUES (?, zeroblob(4000000))", [(number,) for number in range(10)])
    done = threading.Event()

    def write() -> None:
        with opened(url_in(tmp_path)) as connection:
            number = 0
            while not done.is_set():
                number += 1
                with database.transaction(connection, durable=False):
                    connection.execute("INSERT INTO contact (created_at) VALUES (?)", [str(number)])
                    connection.execute("INSERT INTO contact (created_at) VALUES (?)", [str(number)])

    writer = threading.Thread(target=write)
    copying = threading.Thread(target=copy_of, args=(url_in(tmp_path), tmp_path / "copy.db"))
    writer.start()
    copying.start()
    copying.join(timeout=8)
    ended = not copying.is_alive()
    done.set()
    writer.join()
    copying.join()
    assert ended
    backup.restore(tmp_path / "copy.db", elsewhere, KEY, who="Marat", now=NOW)
    with opened(elsewhere) as restored:
        assert restored.execute("SELECT count(*) FROM contact").fetchone()[0] % 2 == 0
        assert restored.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def copy_of(url: str, file: Path) -> None:
    with opened(url) as connection:
        backup.back_up(connection, file)


def test_a_full_disk_leaves_no_half_copy(register: Connection, tmp_path: Path) -> None:
    """R10."""
    register.execute("CREATE TABLE ballast (filler BLOB)")
    register.execute("INSERT INTO ballast VALUES (zeroblob(4000000))")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(DatabaseUnavailable):
            backup.back_up(register, tmp_path / "copy.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not (tmp_path / "copy.db").exists()
