from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster.batches import Result, Unsent, day_of
from broadcaster.channels.outcome import Accepted, Refused, TryLater, Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.reach import NobodyToReach
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town

SMS = SendingChannel.SMS


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "flight"


def attempts(register: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in register.execute("SELECT contact, channel, second, reference, reason FROM attempt")]


def test_an_attempt_is_kept_only_where_there_is_something_to_say(register: Connection, people: Town, records: Path) -> None:
    aigul, timur, saule = people.people(3)
    ledger = Ledger(register, records, people)
    said: dict[ContactId, Result] = {aigul: Accepted(), timur: Accepted(reference="SM1"), saule: Unknown(reason="timed out")}
    ledger.settle(ledger.taken(), lambda row: said[row.contact])
    assert attempts(register) == [(timur, 0, 60, "SM1", ""), (saule, 0, 60, "", "timed out")]
    assert ledger.states() == {"accepted": 2, "unknown": 1}


def test_a_definite_refusal_goes_on_to_the_next_channel_and_no_other_outcome_does(
    register: Connection, people: Town, records: Path
) -> None:
    """R6: a provider that is slow or lost its answer may have sent it, so nobody else does."""
    people.people(5, channels=("telegram", "phone"))
    no_chat = Refused(reason="no chat", dead=True, next_channel=True)
    said: Iterator[Result] = iter([no_chat, Refused(reason="x"), Accepted(), Unknown(reason="x"), Accepted()])
    ledger = Ledger(register, records, people, channels=("telegram", "sms"))
    lease = ledger.taken()
    first = next(iter(lease.rows))
    ledger.settle(lease, lambda row: next(said))
    assert ledger.states() == {"waiting": 1, "refused": 1, "accepted": 2, "unknown": 1}
    assert ledger.run(channel=SMS) == [first]
    assert ledger.states() == {"accepted": 3, "refused": 1, "unknown": 1}


def test_channels_are_taken_in_the_campaign_s_order_until_none_is_left(register: Connection, people: Town, records: Path) -> None:
    (aigul,) = people.people(1, channels=("telegram", "push", "phone"))
    ledger = Ledger(register, records, people, channels=("telegram", "whatsapp", "push", "sms"))
    no = Refused(reason="no", next_channel=True)
    assert [ledger.run(no, channel=SendingChannel(name)) for name in ("telegram", "sms", "push", "sms", "push")] == [
        [aigul],
        [],
        [aigul],
        [aigul],
        [],
    ]
    assert ledger.states() == {"refused": 1}


def test_who_blocked_us_is_suppressed_everywhere_and_not_tried_elsewhere(
    register: Connection, people: Town, records: Path
) -> None:
    """R14."""
    aigul = people.person(telegram="700000001", phone="+77011234567", consent=("warn",))
    ledger = Ledger(register, records, people, channels=("telegram", "sms"))
    lease = ledger.taken()
    ledger.settle(lease, Refused(reason="blocked by the user", suppress=True))
    assert ledger.states() == {"suppressed": 1}
    assert ledger.reason(aigul) == "blocked by the user"
    (row,) = register.execute("SELECT address, state, door FROM suppression").fetchall()
    assert tuple(row) == (lease.rows[aigul].hash, "stopped", "provider:telegram")
    with pytest.raises(NobodyToReach):
        Ledger(register, records, people, channels=("sms",))


def test_a_repeated_block_is_not_written_twice(register: Connection, people: Town, records: Path) -> None:
    (aigul,) = people.people(1)
    ledger = Ledger(register, records, people)
    lease = ledger.taken()
    people.stop(aigul, "telegram")
    ledger.settle(lease, Refused(reason="blocked", suppress=True))
    assert register.execute("SELECT count(*) FROM suppression").fetchone()[0] == 1


def test_a_dead_address_is_marked_and_others_of_the_person_are_not(register: Connection, people: Town, records: Path) -> None:
    people.person(whatsapp="+77011234567", phone="+77011234567", consent=("warn",))
    ledger = Ledger(register, records, people, channels=("whatsapp",))
    ledger.settle(ledger.taken(SendingChannel.WHATSAPP), Refused(reason="not on WhatsApp", dead=True))
    dead = register.execute("SELECT channel FROM address WHERE dead_at IS NOT NULL").fetchall()
    assert [row["channel"] for row in dead] == ["whatsapp"]


def test_tries_wait_longer_and_end(register: Connection, people: Town, records: Path) -> None:
    (aigul,) = people.people(1)
    ledger = Ledger(register, records, people)
    now = LATER
    waits = []
    while ledger.state(aigul) is not State.REFUSED:
        ledger.settle(ledger.taken(now=now), TryLater(reason="busy"), now=now)
        row = register.execute("SELECT at, tries FROM due").fetchone()
        if row is not None:
            waits.append(row["at"] - int(now.timestamp()))
            now += timedelta(seconds=waits[-1])
    assert waits == [30, 60, 120, 240, 480]
    assert ledger.reason(aigul) == "given up: busy"


def test_a_provider_s_trouble_costs_no_tries_and_its_patience_is_kept(register: Connection, people: Town, records: Path) -> None:
    """R4, R7."""
    (aigul,) = people.people(1)
    ledger = Ledger(register, records, people)
    now = LATER
    for _ in range(20):
        ledger.settle(ledger.taken(now=now), TryLater(reason="429", seconds=600, whole_bucket=True), now=now)
        assert ledger.take(now=now + timedelta(seconds=599)) is None
        now += timedelta(seconds=600)
    assert ledger.run(now=now) == [aigul]


def test_what_the_last_look_stopped_is_suppressed_and_what_was_not_called_goes_back(
    register: Connection, people: Town, records: Path
) -> None:
    aigul, timur = people.people(2)
    ledger = Ledger(register, records, people)
    said: dict[ContactId, Result] = {aigul: Unsent.STOPPED, timur: Unsent.RELEASED}
    ledger.settle(ledger.taken(), lambda row: said[row.contact])
    assert (ledger.state(aigul), ledger.reason(aigul)) == (State.SUPPRESSED, "stopped")
    assert ledger.run() == [timur]


def test_a_day_is_a_day_in_kazakhstan() -> None:
    midnight = NOW.replace(hour=19, minute=0)
    assert day_of(midnight) == day_of(midnight - timedelta(seconds=1)) + 1
    assert day_of(NOW.replace(year=1970, month=1, day=1)) == 0


def test_many_outcomes_at_once_keep_the_tallies_right(register: Connection, people: Town, records: Path) -> None:
    kinds: list[Result] = [
        Accepted(reference="1"),
        Refused(reason="no", next_channel=True),
        Refused(reason="no", suppress=True),
        TryLater(reason="later"),
        Unknown(reason="lost"),
        Unsent.RELEASED,
        Unsent.STOPPED,
    ]
    people.people(70, channels=("telegram", "phone"), language="kk")
    people.people(70, channels=("telegram",), language="ru")
    ledger = Ledger(register, records, people, channels=("telegram", "sms"))
    number = iter(range(140))
    ledger.settle(ledger.taken(), lambda row: kinds[next(number) % 7])
    assert ledger.states() == {"accepted": 20, "waiting": 50, "refused": 10, "suppressed": 40, "unknown": 20}


def test_a_stop_said_while_the_message_was_in_the_air_is_put_down_to_it(
    register: Connection, people: Town, records: Path
) -> None:
    aigul, timur = people.people(2)
    people.stop(timur, "telegram")
    people.start(timur, "telegram")
    ledger = Ledger(register, records, people)
    lease = ledger.taken()
    people.stop(aigul, "telegram")
    ledger.settle(lease)
    rows = register.execute("SELECT campaign, contact, second FROM opt_out").fetchall()
    assert [tuple(row) for row in rows] == [(ledger.campaign, aigul, 0)]
