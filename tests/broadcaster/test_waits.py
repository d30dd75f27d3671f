from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import campaign_records, campaigns, database, halt, waits
from broadcaster.channels.outcome import TryLater
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.waits import Cause, Wait
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import LATER, QUICK, Ledger
from tests.broadcaster.town import Town, town

NIGHT = NOW + timedelta(hours=12)
MORNING = NOW.replace(hour=4, minute=0) + timedelta(days=1)
TELEGRAM = SendingChannel.TELEGRAM


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def seen(register: Connection, ledger: Ledger, now: object = LATER) -> tuple[Wait, ...]:
    campaign = campaign_records.find(register, ledger.campaign)
    return waits.waits(register, campaign, now=now, policy=QUICK)  # type: ignore[arg-type]


def test_a_campaign_in_its_hours_waits_for_nothing(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(3)
    assert seen(register, Ledger(register, tmp_path / "flight", people)) == ()


def test_at_night_it_waits_for_the_hours_while_somebody_is_left(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(register, tmp_path / "flight", people)
    assert seen(register, ledger, NIGHT) == (Wait(cause=Cause.HOURS, channel=TELEGRAM, until=MORNING),)
    ledger.run()
    assert seen(register, ledger, NIGHT) == ()


def test_an_emergency_waits_for_no_hours(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(3)
    assert seen(register, Ledger(register, tmp_path / "flight", people, emergency=True), NIGHT) == ()


def test_the_stop_of_everything_is_said_first(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(register, tmp_path / "flight", people)
    halt.stop_everything(register, who="Saule", now=NOW)
    assert [wait.cause for wait in seen(register, ledger, NIGHT)] == [Cause.HALTED, Cause.HOURS]


def test_a_paused_campaign_waits_for_a_person_alone(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(register, tmp_path / "flight", people)
    campaigns.pause_itself(register, ledger.campaign, reason="the budget is spent", now=NOW)
    assert seen(register, ledger, NIGHT) == (Wait(cause=Cause.PAUSED),)


def test_a_provider_that_asks_for_patience_is_named_with_the_next_try(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(register, tmp_path / "flight", people)
    ledger.settle(ledger.taken(), TryLater(reason="telegram: not reached", seconds=600, whole_bucket=True))
    again = LATER + timedelta(seconds=600)
    assert seen(register, ledger) == (Wait(cause=Cause.PUT_OFF, channel=TELEGRAM, until=again),)
    assert seen(register, ledger, again) == ()


def test_the_waiting_group_is_no_trouble_of_a_provider(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(200)
    ledger = Ledger(register, tmp_path / "flight", people, control=0.25)
    ledger.run()
    campaign = campaign_records.find(register, ledger.campaign)
    warned_too = NOW + timedelta(hours=campaign.content.control_hours)
    evening = NOW + timedelta(hours=1)
    assert seen(register, ledger, evening) == (Wait(cause=Cause.WAITING_GROUP, until=warned_too),)
    assert seen(register, ledger, warned_too) == ()


def test_a_scheduled_campaign_waits_for_its_moment(register: Connection, people: Town) -> None:
    people.people(1)
    campaign = people.campaign()
    send_at = NOW + timedelta(hours=2)
    with database.transaction(register):
        register.execute("UPDATE campaign SET send_at = ? WHERE id = ?", [database.instant(send_at), campaign])
    found = waits.waits(register, campaign_records.find(register, campaign), now=NOW, policy=QUICK)
    assert found == (Wait(cause=Cause.SCHEDULED, until=send_at),)


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "done", "cancelled"])
def test_what_is_over_or_not_ready_waits_for_nothing(register: Connection, people: Town, state: str) -> None:
    campaign = campaign_records.find(register, people.campaign(state=state))
    assert waits.waits(register, campaign, now=NIGHT, policy=QUICK) == ()
