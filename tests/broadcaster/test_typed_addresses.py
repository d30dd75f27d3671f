import pytest

from broadcaster import addresses, consent, typed_addresses
from broadcaster.addresses import Channel
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.typed_addresses import NoAddress, TwoPeople
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import Town, town


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.mark.parametrize(
    "typed",
    ["+77011234567", "8 (701) 123-45-67", "7011234567", " 77011234567\n", "phone:+7 701 123 45 67", "WhatsApp: 87011234567"],
)
def test_a_telephone_number_is_found_however_it_is_typed(register: Connection, people: Town, typed: str) -> None:
    people.person(phone="+77011234567")
    found = typed_addresses.find(register, typed)
    assert found is not None
    assert found.value == "+77011234567"


@pytest.mark.parametrize(
    ("typed", "channel"), [("700000001", "telegram"), ("telegram:700000001", "telegram"), ("bank/7f3a", "relay")]
)
def test_a_telegram_id_and_a_pseudonym_are_found_too(register: Connection, people: Town, typed: str, channel: str) -> None:
    people.person(telegram="700000001", relay="bank/7f3a")
    found = typed_addresses.find(register, typed)
    assert found is not None
    assert found.channel == channel


def test_a_stop_of_somebody_nobody_met_is_known(register: Connection) -> None:
    stranger = addresses.normalise(Channel.PHONE, "+77019999999")
    assert typed_addresses.find(register, "+77019999999") is None
    consent.stop(register, stranger, Origin(door="sms", message_id="1", at=NOW))
    assert typed_addresses.find(register, "+77019999999") == stranger


def test_digits_of_two_people_are_asked_about(register: Connection, people: Town) -> None:
    people.person(telegram="7011234567")
    people.person(phone="+77011234567")
    with pytest.raises(TwoPeople):
        typed_addresses.find(register, "7011234567")
    found = typed_addresses.find(register, "telegram:7011234567")
    assert found is not None
    assert found.channel is Channel.TELEGRAM


@pytest.mark.parametrize(
    "typed", ["", " ", "Айгүл", "+7701***4567", "telegram:***789", "phone:", "' OR 1=1 --", "<script>", "\x00", "9" * 500]
)
def test_what_is_no_address_is_refused_and_not_repeated(register: Connection, typed: str) -> None:
    with pytest.raises(NoAddress) as refusal:
        typed_addresses.find(register, typed)
    assert not typed.strip() or typed not in str(refusal.value)
