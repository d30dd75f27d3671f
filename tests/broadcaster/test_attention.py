from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import attention, campaigns
from broadcaster.attention import Standing, Unknown
from broadcaster.batches import Result
from broadcaster.channels.outcome import Accepted
from broadcaster.channels.outcome import Unknown as Lost
from broadcaster.database import Connection
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def ids(standing: tuple[Standing, ...]) -> list[int]:
    return [each.id for each in standing]


def test_each_campaign_stands_where_somebody_must_do_something(register: Connection, people: Town) -> None:
    submitted, approved, scheduled = (people.campaign(state=state) for state in ("submitted", "approved", "scheduled"))
    urgent = people.campaign(state="submitted", emergency=True)
    again = people.campaign(state="approved", emergency=True)
    drill = people.campaign(state="approved", emergency=True, channels=("paper",), drill=True)
    for state in ("draft", "done", "cancelled"):
        people.campaign(state=state)
    told = attention.now(register)
    assert ids(told.to_approve) == [urgent, submitted]
    assert ids(told.to_approve_again) == [again]
    assert ids(told.approved) == [drill, approved]
    assert ids(told.scheduled) == [scheduled]
    assert (told.running, told.paused, told.unknown) == ((), (), ())
    assert (told.to_approve[0].author, told.to_approve[0].submitted_by) == ("Daniyar", "Daniyar")
    assert told.scheduled[0].send_at == NOW


def test_an_emergency_approved_twice_waits_for_its_time_alone(register: Connection, people: Town) -> None:
    campaign = people.campaign(state="approved", emergency=True)
    register.execute("UPDATE campaign SET second_approval_by = approved_by")
    told = attention.now(register)
    assert (ids(told.to_approve_again), ids(told.approved)) == ([], [campaign])


def test_a_running_campaign_tells_its_counts_and_money_and_a_paused_one_why(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    people.people(10)
    ledger = Ledger(register, tmp_path / "flight", people, budget=500)
    ledger.settle(ledger.taken(limit=4))
    (running,) = attention.now(register).running
    assert running.counts == {"accepted": 4, "queued": 6}
    assert (running.audience, running.spent, running.budget, running.started_at) == (10, 0, 50_000, NOW)
    campaigns.pause_itself(register, ledger.campaign, reason="errors: 9 %", now=LATER)
    (paused,) = attention.now(register).paused
    assert (paused.reason, paused.counts) == ("errors: 9 %", running.counts)


def test_unknown_messages_want_a_person_after_the_campaign_is_over(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(register, tmp_path / "flight", people)
    said: Iterator[Result] = iter([Accepted(), Lost(reason="timed out"), Lost(reason="timed out")])
    ledger.run(lambda row: next(said))
    campaigns.finish(register, ledger.campaign, now=LATER + timedelta(hours=1))
    (unknown,) = attention.now(register).unknown
    assert unknown == Unknown(campaign=ledger.campaign, code=unknown.code, name=unknown.name, n=2)
    assert unknown.name.startswith("warning")
