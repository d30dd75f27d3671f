import signal
import subprocess
import sys
from pathlib import Path

import pytest

from broadcaster import adoption, receipts
from broadcaster.batches import Unsent
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.receipts import Status
from tests.broadcaster.conftest import url_in
from tests.broadcaster.ledger import LATER, QUICK, Ledger
from tests.broadcaster.town import Town, town


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def ledger(register: Connection, people: Town, tmp_path: Path) -> Ledger:
    people.people(10, channels=("telegram", "phone"))
    return Ledger(register, tmp_path / "flight", people, channels=("telegram", "sms"))


def adopt(ledger: Ledger) -> int:
    return adoption.adopt(ledger.connection, ledger.records, now=LATER, policy=QUICK)


def test_a_dead_sender_s_batch_is_settled_by_its_flight_record(ledger: Ledger) -> None:
    """R1, R2: what was answered counts, what was in the air is unknown, what was not called is sent."""
    lease = ledger.taken(limit=6)
    answered, refused, later, lost, flying, last = lease.rows
    answers: dict[ContactId, Outcome] = {
        answered: Accepted(reference="SM1"),
        refused: Refused(reason="no chat", dead=True, next_channel=True),
        later: TryLater(reason="busy", seconds=600),
        lost: Unknown(reason="timed out"),
    }
    for contact, outcome in answers.items():
        lease.record.call(contact)
        lease.record.answer(contact, outcome)
    lease.record.call(flying)
    assert adopt(ledger) == 0, "its sender is alive"
    lease.record.let_go()
    assert adopt(ledger) == 1
    states = {contact: ledger.state(contact) for contact in lease.rows}
    assert states == {
        answered: State.ACCEPTED,
        refused: State.WAITING,
        later: State.WAITING,
        lost: State.UNKNOWN,
        flying: State.UNKNOWN,
        last: State.WAITING,
    }
    assert ledger.reason(flying) == "the sender died while it was in the air"
    assert ledger.connection.execute("SELECT count(*) FROM address WHERE dead_at IS NOT NULL").fetchone()[0] == 1
    assert set(ledger.run()) == {last, *range(last + 1, last + 5)}
    assert ledger.run(channel=SendingChannel.SMS) == [refused]
    assert not list(ledger.records.iterdir())
    assert adopt(ledger) == 0


def test_tries_that_were_made_are_remembered(ledger: Ledger) -> None:
    ledger.settle(ledger.taken(), TryLater(reason="busy"))
    now = LATER.replace(hour=LATER.hour + 1)
    ledger.taken(now=now).record.let_go()
    adopt(ledger)
    lease = ledger.taken(now=now)
    assert {row.tries for row in lease.rows.values()} == {1}
    lease.record.let_go()


@pytest.mark.parametrize("kind", ["range", "due"])
def test_after_a_restart_of_the_machine_the_whole_batch_is_unknown(ledger: Ledger, kind: str) -> None:
    """A power cut may have taken the record's last marks: nothing of it is sent again by itself."""
    if kind == "due":
        ledger.settle(ledger.taken(limit=4), Unsent.RELEASED)
    lease = ledger.taken(limit=4)
    lease.record.let_go()
    ledger.connection.execute("UPDATE lease SET boot = 'before'")
    assert adopt(ledger) == 1
    assert ledger.states() == {"unknown": 4, "queued": 6}
    assert len(ledger.run()) == 6


def test_a_record_that_cannot_be_opened_now_may_have_a_living_sender(ledger: Ledger) -> None:
    """As where there are too many open files: unknown would be said of what is being sent."""
    lease = ledger.taken(limit=3)
    file = ledger.records / lease.record.name
    file.rename(file.with_name("away"))
    file.mkdir()
    assert adopt(ledger) == 0
    file.rmdir()
    file.with_name("away").rename(file)
    ledger.settle(lease)
    assert ledger.states() == {"accepted": 3, "queued": 7}


def test_a_record_with_a_byte_that_is_none_of_ours_makes_the_batch_unknown(ledger: Ledger) -> None:
    lease = ledger.taken(limit=3)
    lease.record.let_go()
    file = ledger.records / lease.record.name
    head, marks = file.read_bytes()[: 16 + 8 * 3], b"\x4d" * 3
    file.write_bytes(head + marks + bytes(file.stat().st_size - len(head) - len(marks)))
    assert adopt(ledger) == 1
    assert ledger.states() == {"unknown": 3, "queued": 7}


def test_a_lost_or_damaged_record_makes_the_batch_unknown(ledger: Ledger) -> None:
    first, second = ledger.taken(limit=4), ledger.taken(limit=4)
    first.record.land()
    second.record.let_go()
    (ledger.records / second.record.name).write_bytes(b"")
    assert adopt(ledger) == 2
    assert ledger.states() == {"unknown": 8, "queued": 2}


def test_a_receipt_that_came_before_the_adoption_stands(ledger: Ledger) -> None:
    lease = ledger.taken(limit=1)
    (contact,) = lease.rows
    lease.record.call(contact)
    receipts.apply(ledger.connection, ledger.campaign, contact, Status.DELIVERED, LATER)
    lease.record.let_go()
    adopt(ledger)
    assert ledger.state(contact) is State.DELIVERED
    assert ledger.states() == {"delivered": 1, "queued": 9}


def test_what_was_set_aside_is_given_back_for_what_was_not_sent(register: Connection, people: Town, tmp_path: Path) -> None:
    """As much as was set aside then, whatever the prices are now."""
    people.people(4, channels=("phone",))
    prices = {channel: each.model_copy(update={"price_tiyn": 300}) for channel, each in QUICK.channels.items()}
    ledger = Ledger(
        register, tmp_path / "flight", people, channels=("sms",), policy=QUICK.model_copy(update={"channels": prices})
    )
    lease = ledger.taken(SendingChannel.SMS)
    lease.record.call(next(iter(lease.rows)))
    lease.record.let_go()
    assert adopt(ledger) == 1
    assert register.execute("SELECT sum(n) FROM contact_recent").fetchone()[0] == 1
    assert register.execute("SELECT spent FROM campaign").fetchone()[0] == 300


CHILD = """
import os, sys
from datetime import datetime
from pathlib import Path
from broadcaster import database, journal, policy
from broadcaster.addresses import AddressKey
from broadcaster.channels.outcome import Accepted
from broadcaster.leasing import Request
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.ledger import LATER, QUICK

url, records, campaign, provider = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
connection = database.open(url, AddressKey(bytes(range(32))))
request = Request(campaign=campaign, channel=SendingChannel.TELEGRAM, limit=7, units=1, records=records)
taken_by_provider = os.open(provider, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
lease = journal.take(connection, request, now=LATER, policy=QUICK)
print("ready", flush=True)
while lease:
    results = {}
    for contact in lease.rows:
        lease.record.call(contact)
        os.write(taken_by_provider, f"{contact}\\n".encode())
        outcome = results[contact] = Accepted(reference=f"SM{contact}")
        lease.record.answer(contact, outcome)
    lease = journal.settle(connection, lease, results, request, now=LATER, policy=QUICK)
"""


def test_killed_at_random_moments_nothing_is_lost_or_doubled(register: Connection, people: Town, tmp_path: Path) -> None:
    """R1."""
    everybody = set(people.people(600))
    ledger = Ledger(register, tmp_path / "flight", people)
    provider = tmp_path / "provider"
    arguments = [url_in(tmp_path), str(ledger.records), str(ledger.campaign), str(provider)]
    kills = 0
    for delay in range(40):
        child = subprocess.Popen([sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert child.stdout is not None
        with child, child.stdout:
            child.stdout.readline()
            try:
                child.wait(0.003 * delay)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                kills += 1
        adoption.adopt(register, ledger.records, now=LATER, policy=QUICK)
        if not {"queued", "waiting"} & ledger.states().keys():
            break
    calls = [int(line) for line in provider.read_text().split()]
    assert kills > 0
    assert len(calls) == len(set(calls)), "doubled"
    states = {contact: ledger.state(contact) for contact in everybody}
    unknown = {contact for contact, state in states.items() if state is State.UNKNOWN}
    assert {contact for contact, state in states.items() if state is State.ACCEPTED} == everybody - unknown
    assert everybody - unknown <= set(calls), "lost"
    assert len(unknown) <= kills, "one message is in the air at a time"
