from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster import addresses, consent, opt_out_counts
from broadcaster.addresses import Channel
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town

FRIDAY, SATURDAY = date(2025, 11, 21), date(2025, 11, 22)


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def leave(register: Connection, channel: Channel, value: str, at: datetime) -> None:
    consent.stop(register, addresses.normalise(channel, value), Origin(door="test", message_id=f"{at}", at=at))


def test_who_left_is_told_by_campaign_channel_language_day_and_hour(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(2)
    people.people(1, channels=("phone",), language="kk")
    first = Ledger(register, tmp_path / "flight", people, channels=("telegram", "sms"))
    first.run()
    first.run(channel=SendingChannel.SMS)
    leave(register, Channel.TELEGRAM, "900000001", LATER + timedelta(minutes=10))
    leave(register, Channel.PHONE, "+77010000003", LATER + timedelta(minutes=70))
    second = Ledger(register, tmp_path / "flight", people)
    second.run(now=LATER + timedelta(hours=3))
    leave(register, Channel.TELEGRAM, "900000002", datetime.fromisoformat("2025-11-21T19:00:00Z"))  # midnight in Almaty
    told = opt_out_counts.within(register, first=FRIDAY, last=SATURDAY)
    assert told.total == 3
    assert told.by_campaign == {first.campaign: 2, second.campaign: 1}
    assert told.by_channel == {"telegram": 2, "sms": 1}
    assert told.by_language == {"ru": 2, "kk": 1}
    assert told.by_day == {FRIDAY: 2, SATURDAY: 1}
    assert told.by_hour == {0: 1, 1: 1, 8: 1}
    assert opt_out_counts.within(register, first=SATURDAY, last=SATURDAY).by_campaign == {second.campaign: 1}
    of_first = opt_out_counts.of_campaign(register, first.campaign)
    assert (of_first.total, of_first.by_day, of_first.by_hour) == (2, {FRIDAY: 2}, {0: 1, 1: 1})
    assert opt_out_counts.of_campaign(register, second.campaign).by_channel == {"telegram": 1}


def test_today_begins_at_midnight_in_kazakhstan(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(1)
    Ledger(register, tmp_path / "flight", people).run()
    midnight = NOW.replace(hour=19, minute=0)
    leave(register, Channel.TELEGRAM, "900000001", midnight)
    assert opt_out_counts.today(register, now=midnight - timedelta(seconds=1)) == 0
    assert opt_out_counts.today(register, now=midnight + timedelta(hours=23)) == 1
    assert opt_out_counts.today(register, now=midnight + timedelta(hours=24)) == 0


def test_a_campaign_nobody_left_has_empty_counts(register: Connection, people: Town) -> None:
    told = opt_out_counts.of_campaign(register, people.campaign(state="draft"))
    assert (told.total, told.by_channel, told.by_day, told.by_hour) == (0, {}, {}, {})
