"""What a lease asks before anybody is written to, and that each is leased once."""

import multiprocessing
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from broadcaster import addresses, database, flight, journal
from broadcaster.addresses import Channel
from broadcaster.batches import Unsent
from broadcaster.channels.outcome import Accepted, Refused
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.journal import LeaseGone
from broadcaster.leasing import Request
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.conftest import KEY, url_in
from tests.broadcaster.ledger import LATER, QUICK, Ledger
from tests.broadcaster.town import Town, town

SMS = SendingChannel.SMS


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "flight"


def test_everybody_is_leased_once_and_settled(register: Connection, people: Town, records: Path) -> None:
    crowd = people.people(250)
    ledger = Ledger(register, records, people)
    assert ledger.states() == {"queued": 250}
    assert [(work.campaign, work.channel) for work in journal.work(register)] == [(ledger.campaign, SendingChannel.TELEGRAM)]
    assert not journal.is_finished(register, ledger.campaign)
    assert ledger.run(limit=100) == crowd
    assert ledger.states() == {"accepted": 250}
    assert journal.is_finished(register, ledger.campaign)
    assert journal.work(register) == ()
    assert not list(records.iterdir())


def test_the_next_batch_comes_in_the_settling_transaction(register: Connection, people: Town, records: Path) -> None:
    people.people(30)
    ledger = Ledger(register, records, people)
    first = ledger.taken(limit=10)
    results = dict.fromkeys(first.rows, Accepted())
    second = journal.settle(register, first, results, ledger.request(limit=10), now=LATER, policy=QUICK)
    assert second is not None
    assert not first.rows.keys() & second.rows.keys()
    assert ledger.states() == {"accepted": 10, "queued": 20}
    assert [file.name for file in records.iterdir()] == [second.record.name]
    second.record.let_go()


def test_a_row_tells_where_to_write_and_in_which_language(register: Connection, people: Town, records: Path) -> None:
    people.person(telegram="700000001", phone="+77011234567", language="kk", consent=("warn",))
    ledger = Ledger(register, records, people, channels=("sms",))
    lease = ledger.taken(SMS)
    (row,) = lease.rows.values()
    assert row.address == addresses.normalise(Channel.PHONE, "+77011234567")
    assert row.hash == KEY.hash(row.address)
    assert row.route == SMS.code * 4
    lease.record.let_go()


@pytest.mark.parametrize("channels", [("paper",), ("sms", "telegram"), ("whatsapp", "push"), ("relay", "sms")])
def test_the_lease_finds_the_address_that_the_freeze_meant(
    register: Connection, people: Town, records: Path, channels: tuple[str, ...]
) -> None:
    people.people(3, channels=("telegram", "phone"))
    people.people(3, channels=("whatsapp", "push", "relay"))
    people.people(3, channels=("phone",))
    ledger = Ledger(register, records, people, channels=channels, legal_basis="public-task")
    for channel in channels:
        ledger.run(channel=SendingChannel(channel))
    assert ledger.states() == {"accepted": ledger.audience}


def test_one_bad_recipient_stops_nobody(register: Connection, people: Town, records: Path) -> None:
    """R20."""
    crowd = people.people(300)
    ledger = Ledger(register, records, people)
    ledger.run(lambda row: Refused(reason="not a number", dead=True) if row.contact == crowd[7] else Accepted(), limit=50)
    assert ledger.states() == {"accepted": 299, "refused": 1}
    assert journal.is_finished(register, ledger.campaign)


def test_a_database_that_cannot_be_written_loses_nothing(
    register: Connection, people: Town, records: Path, tmp_path: Path
) -> None:
    """R10: full, then locked; the results are kept and settled later."""
    people.people(2_000)
    ledger = Ledger(register, records, people)
    lease = ledger.taken(limit=1_000)
    results = {contact: Accepted(reference="x" * 60) for contact in lease.rows}
    pages = register.execute("PRAGMA page_count").fetchone()[0]
    register.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseUnavailable, match="full"):
        journal.settle(register, lease, results, ledger.request(), now=LATER, policy=QUICK)
    assert ledger.states() == {"queued": 2_000}
    assert [file.name for file in records.iterdir()] == [lease.record.name], "no record of a lease that is not"
    register.execute(f"PRAGMA max_page_count = {pages + 10_000}")
    other = database.open(url_in(tmp_path), KEY)
    register.execute("PRAGMA busy_timeout = 1")
    with database.transaction(other), pytest.raises(DatabaseUnavailable, match="another process"):
        journal.settle(register, lease, results, now=LATER, policy=QUICK)
    other.close()
    journal.settle(register, lease, results, now=LATER, policy=QUICK)
    assert ledger.states() == {"accepted": 1_000, "queued": 1_000}


def test_without_room_for_a_flight_record_nothing_is_leased_and_nothing_lost(
    register: Connection, people: Town, records: Path
) -> None:
    """R10: what is in the air on other channels must not die of it."""
    people.people(3)
    ledger = Ledger(register, records, people)
    lease = ledger.taken(limit=1)
    results = {contact: Accepted() for contact in lease.rows}
    records.rename(records.with_name("away"))
    with pytest.raises(DatabaseUnavailable, match="flight record"):
        journal.settle(register, lease, results, ledger.request(), now=LATER, policy=QUICK)
    assert ledger.states() == {"queued": 3}
    journal.settle(register, lease, results, now=LATER, policy=QUICK)
    records.mkdir()
    assert len(ledger.run()) == 2
    assert ledger.states() == {"accepted": 3}


def test_a_lease_is_settled_once_and_whole(register: Connection, people: Town, records: Path) -> None:
    people.people(10)
    ledger = Ledger(register, records, people)
    lease = ledger.taken()
    with pytest.raises(ValueError, match="whole"):
        journal.settle(register, lease, {}, now=LATER, policy=QUICK)
    ledger.settle(lease)
    with pytest.raises(LeaseGone):
        ledger.settle(lease)
    assert ledger.states() == {"accepted": 10}


def test_a_commit_that_fails_leaves_neither_lease_nor_record(register: Connection, people: Town, records: Path) -> None:
    """R10."""
    people.people(3)
    ledger = Ledger(register, records, people)
    register.execute("CREATE TABLE broken (contact REFERENCES contact (id) DEFERRABLE INITIALLY DEFERRED)")
    register.execute("CREATE TRIGGER breaks AFTER INSERT ON lease BEGIN INSERT INTO broken VALUES (-1); END")
    with pytest.raises(sqlite3.IntegrityError):
        ledger.take()
    assert not list(records.iterdir())
    register.execute("DROP TRIGGER breaks")
    assert len(ledger.run()) == 3


def test_who_stands_in_the_queue_twice_is_leased_once(register: Connection, people: Town, records: Path) -> None:
    (aigul,) = people.people(1)
    ledger = Ledger(register, records, people)
    ledger.settle(ledger.taken(), Unsent.RELEASED)
    lease = ledger.taken()
    register.execute("INSERT INTO due (campaign, channel, at, contact) VALUES (?, 0, 1, ?)", [ledger.campaign, aigul])
    assert ledger.take() is None
    ledger.settle(lease)
    assert ledger.run() == []
    assert journal.is_finished(register, ledger.campaign)


def _send_all(url: str, records: Path, campaign: int, sent: "multiprocessing.Queue[list[int]]") -> None:
    connection = database.open(url, KEY)
    request = Request(campaign=campaign, channel=SendingChannel.TELEGRAM, limit=100, units=1, records=records)
    called: list[int] = []
    lease = journal.take(connection, request, now=LATER, policy=QUICK)
    while lease:
        called += lease.rows
        results = dict.fromkeys(lease.rows, Accepted())
        lease = journal.settle(connection, lease, results, request, now=LATER, policy=QUICK)
    sent.put(called)


def test_four_senders_claim_each_row_once(register: Connection, people: Town, records: Path, tmp_path: Path) -> None:
    """R8."""
    with database.transaction(register):
        numbers = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) "
        register.execute(f"INSERT INTO contact (id, created_at) {numbers} SELECT x, '' FROM n")
        register.execute(
            f"INSERT INTO address (contact, channel, hash, value) {numbers} SELECT x, 'telegram', randomblob(32), x FROM n"
        )
        register.execute(f"INSERT INTO consent {numbers} SELECT x, 'warn', 'telegram', '', '' FROM n")
    ledger = Ledger(register, records, people)
    context = multiprocessing.get_context("spawn")
    sent = context.Queue()
    arguments = (url_in(tmp_path), records, ledger.campaign, sent)
    senders = [context.Process(target=_send_all, args=arguments) for _ in range(4)]
    for sender in senders:
        sender.start()
    times_called = Counter(contact for _ in senders for contact in sent.get(timeout=60))
    for sender in senders:
        sender.join()
    assert len(times_called) == 20_000
    assert set(times_called.values()) == {1}
    assert ledger.states() == {"accepted": 20_000}


def test_a_record_stands_locked_before_its_lease_is_seen(register: Connection, people: Town, records: Path) -> None:
    people.people(3)
    lease = Ledger(register, records, people).taken()
    row = register.execute("SELECT record, boot FROM lease").fetchone()
    assert (row["record"], row["boot"]) == (lease.record.name, flight.boot_id())
    assert flight.orphan(records, row["record"]) is None
    lease.record.land()
