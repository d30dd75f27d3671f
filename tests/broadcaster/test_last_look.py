from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import addresses, consent, contacts, database, halt
from broadcaster.addresses import Channel
from broadcaster.batches import Unsent
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.last_look import LastLook
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.town import SCHEME, Town, town

TELEGRAM = addresses.normalise(Channel.TELEGRAM, "700000001")
PHONE = addresses.normalise(Channel.PHONE, "+77011234567")


@pytest.fixture
def looking(register: Connection, tmp_path: Path) -> Iterator[LastLook]:
    connection = database.open(url_in(tmp_path), KEY)
    yield LastLook(connection)
    connection.close()


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def said(message: str) -> Origin:
    return Origin(door="telegram", message_id=message, at=NOW)


def test_a_stop_is_seen_at_the_next_look_on_all_addresses(register: Connection, people: Town, looking: LastLook) -> None:
    """R13."""
    aigul = people.person(telegram="700000001", phone="+77011234567", consent=("warn",))
    timur = people.person(telegram="700000002", consent=("warn",))
    campaign = people.campaign(state="sending", started_at=NOW)
    assert looking.at(campaign, aigul, KEY.hash(TELEGRAM)) is None
    consent.stop(register, TELEGRAM, said("1"))
    assert looking.at(campaign, aigul, KEY.hash(TELEGRAM)) is Unsent.STOPPED
    assert looking.at(campaign, aigul, KEY.hash(PHONE)) is Unsent.STOPPED
    assert looking.at(campaign, timur, KEY.hash(addresses.normalise(Channel.TELEGRAM, "700000002"))) is None


def test_a_start_opens_the_address_it_came_from_and_no_other(register: Connection, people: Town, looking: LastLook) -> None:
    aigul = people.person(telegram="700000001", phone="+77011234567", consent=("warn",))
    campaign = people.campaign(state="sending", started_at=NOW)
    consent.stop(register, TELEGRAM, said("1"))
    consent.start(register, TELEGRAM, said("2"))
    assert looking.at(campaign, aigul, KEY.hash(TELEGRAM)) is None
    assert looking.at(campaign, aigul, KEY.hash(PHONE)) is Unsent.STOPPED


def test_leaving_the_topic_is_seen_at_the_next_look_and_taking_it_up_again_too(
    register: Connection, people: Town, looking: LastLook
) -> None:
    """R13 for the other button of the link: the person, not the address, left this topic and no other."""
    aigul = people.person(telegram="700000001", phone="+77011234567", consent=("warn",))
    campaign = people.campaign(state="sending", started_at=NOW)
    other = people.campaign(state="sending", scheme="romance", started_at=NOW)
    assert looking.at(campaign, aigul, KEY.hash(PHONE)) is None
    consent.unsubscribe(register, TELEGRAM, said("1"), topic=SCHEME)
    assert looking.at(campaign, aigul, KEY.hash(PHONE)) is Unsent.STOPPED
    assert looking.at(other, aigul, KEY.hash(PHONE)) is None
    consent.subscribe(register, TELEGRAM, said("2"), topics=[SCHEME])
    assert looking.at(campaign, aigul, KEY.hash(PHONE)) is None


def test_one_suppressed_address_silences_the_person(people: Town, looking: LastLook) -> None:
    aigul = people.person(telegram="700000001", phone="+77011234567", consent=("warn",))
    campaign = people.campaign(state="sending", started_at=NOW)
    people.stop(aigul, "phone")
    assert looking.at(campaign, aigul, KEY.hash(TELEGRAM)) is Unsent.STOPPED


def test_whoever_was_forgotten_right_after_the_stop_gets_nothing(register: Connection, people: Town, looking: LastLook) -> None:
    aigul = people.person(telegram="700000001", consent=("warn",))
    campaign = people.campaign(state="sending", started_at=NOW)
    consent.stop(register, TELEGRAM, said("1"))
    contacts.forget(register, TELEGRAM)
    assert looking.at(campaign, aigul, KEY.hash(TELEGRAM)) is Unsent.STOPPED


def test_whoever_was_forgotten_gets_nothing_from_a_batch_that_still_knows_the_address(
    register: Connection, people: Town, looking: LastLook
) -> None:
    aigul = people.person(telegram="700000001", consent=("warn",))
    timur = people.person(telegram="700000002", consent=("warn",))
    campaign = people.campaign(state="sending", started_at=NOW)
    assert looking.at(campaign, aigul, KEY.hash(TELEGRAM)) is None
    contacts.forget(register, TELEGRAM)
    assert looking.at(campaign, aigul, KEY.hash(TELEGRAM)) is Unsent.STOPPED
    assert looking.at(campaign, timur, KEY.hash(addresses.normalise(Channel.TELEGRAM, "700000002"))) is None


def test_a_paused_or_edited_campaign_and_the_kill_switch_send_the_rest_back(
    register: Connection, people: Town, looking: LastLook
) -> None:
    """R16, R17."""
    aigul = people.person(telegram="700000001", consent=("warn",))
    campaign = people.campaign(state="sending", started_at=NOW)
    hashed = KEY.hash(TELEGRAM)
    halt.stop_everything(register, who="Saule", now=NOW)
    assert looking.at(campaign, aigul, hashed) is Unsent.RELEASED
    halt.resume_everything(register, who="Saule", now=NOW + timedelta(minutes=1))
    assert looking.at(campaign, aigul, hashed) is None
    register.execute("UPDATE campaign SET state = 'paused', paused_from = 'sending' WHERE id = ?", [campaign])
    assert looking.at(campaign, aigul, hashed) is Unsent.RELEASED
    register.execute("UPDATE campaign SET state = 'sending', content_hash = zeroblob(32) WHERE id = ?", [campaign])
    assert looking.at(campaign, aigul, hashed) is Unsent.RELEASED
