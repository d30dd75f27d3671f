from datetime import timedelta

import pytest

from broadcaster import addresses, consent, consent_history, contacts
from broadcaster.addresses import Address, Channel
from broadcaster.consent import Origin
from broadcaster.consent_history import Silence
from broadcaster.database import Connection
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import Town, town

PHONE = addresses.normalise(Channel.PHONE, "+77011234567")
TELEGRAM = addresses.normalise(Channel.TELEGRAM, "700000001")


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def origin(number: int) -> Origin:
    return Origin(door="sms", message_id=str(number), at=NOW + timedelta(minutes=number))


def silences(register: Connection, address: Address) -> list[tuple[str, bool]]:
    found = consent_history.find(register, address.value)
    assert found is not None
    return [(each.address, each.stopped) for each in found.silences]


def test_what_a_person_said_and_agreed_to_is_told_masked(register: Connection) -> None:
    consent.subscribe(register, PHONE, origin(1), topics=["romance", "task-job"])
    consent.unsubscribe(register, PHONE, origin(2), topic="romance")
    consent.stop(register, PHONE, origin(3))
    found = consent_history.find(register, "8 701 123-45-67")
    assert found is not None
    assert [(each.kind, each.topic) for each in found.known.said] == [
        ("subscribe", "romance"),
        ("subscribe", "task-job"),
        ("unsubscribe", "romance"),
        ("stop", ""),
    ]
    assert [(each.kind, each.channel, each.origin) for each in found.known.agreed] == [("warn", "phone", "sms")]
    assert found.known.contact is not None
    assert found.known.contact.topics == {"task-job"}
    assert found.refused == ("romance",)
    at = NOW + timedelta(minutes=3)
    assert found.silences == (Silence(address="+7701***4567", stopped=True, since=at, door="sms", dead=False),)
    assert "+77011234567" not in repr(found)


def test_a_stop_of_one_address_silences_the_other_until_it_is_opened_again(register: Connection, people: Town) -> None:
    aigul = people.person(phone=PHONE.value, telegram=TELEGRAM.value, dead=("telegram",))
    assert dict(silences(register, PHONE)) == {"+7701***4567": False, "telegram:***001": False}
    people.stop(aigul, "phone")
    assert dict(silences(register, TELEGRAM)) == {"+7701***4567": True, "telegram:***001": True}
    people.start(aigul, "telegram")
    assert dict(silences(register, TELEGRAM)) == {"+7701***4567": True, "telegram:***001": False}
    found = consent_history.find(register, PHONE.value)
    assert found is not None
    assert {each.address: each.dead for each in found.silences} == {"+7701***4567": False, "telegram:***001": True}


def test_a_stop_of_whoever_was_forgotten_or_never_met_is_still_told(register: Connection) -> None:
    consent.subscribe(register, PHONE, origin(1), topics=["romance"])
    consent.stop(register, PHONE, origin(2))
    contacts.forget(register, PHONE)
    consent.stop(register, TELEGRAM, origin(3))
    for address, masked in ((PHONE, "+7701***4567"), (TELEGRAM, "telegram:***001")):
        found = consent_history.find(register, address.value)
        assert found is not None
        assert found.known.contact is None
        assert [(each.address, each.stopped, each.door) for each in found.silences] == [(masked, True, "sms")]
    forgotten, met = (consent_history.find(register, each.value) for each in (PHONE, TELEGRAM))
    assert forgotten is not None
    assert met is not None
    assert forgotten.known.said == ()
    assert [each.kind for each in met.known.said] == ["stop"]


def test_of_an_address_never_heard_of_nothing_is_told(register: Connection) -> None:
    assert consent_history.find(register, PHONE.value) is None
