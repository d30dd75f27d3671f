from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import addresses, contacts, database, delivery_lookup, merging
from broadcaster.addresses import Channel
from broadcaster.channels.outcome import Refused
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town

PHONE, TELEGRAM = "+77011234567", "700000001"


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def test_what_a_person_got_is_told_newest_first_and_masked(register: Connection, people: Town, tmp_path: Path) -> None:
    aigul = people.person(telegram=TELEGRAM, phone=PHONE, consent=("warn",))
    people.people(3)
    first = Ledger(register, tmp_path / "flight", people)
    first.run()
    second = Ledger(register, tmp_path / "flight", people, channels=("telegram", "sms"))
    second.run(Refused(reason="chat not found", next_channel=True), now=LATER + timedelta(hours=1))
    second.run(Refused(reason="unreachable"), channel=SendingChannel.SMS, now=LATER + timedelta(hours=2))
    waiting = Ledger(register, tmp_path / "flight", people)
    found = delivery_lookup.find(register, "8 701 123 45 67")
    assert found is not None
    assert (found.asked, found.contact, found.addresses) == ("+7701***4567", aigul, ("telegram:***001", "+7701***4567"))
    assert [(each.campaign, each.channel, each.address, each.state, each.at, each.reason) for each in found.messages] == [
        (waiting.campaign, "telegram", "telegram:***001", "queued", None, ""),
        (second.campaign, "sms", "+7701***4567", "refused", LATER + timedelta(hours=2), "unreachable"),
        (first.campaign, "telegram", "telegram:***001", "accepted", LATER, ""),
    ]
    assert TELEGRAM not in repr(found)
    assert PHONE not in repr(found)


def test_what_went_to_the_contacts_that_became_this_one_is_told_too(register: Connection, people: Town, tmp_path: Path) -> None:
    """A complaint about being written to twice is answered by both."""
    people.person(telegram=TELEGRAM, consent=("warn",))
    people.person(phone=PHONE, consent=("warn",))
    ledger = Ledger(register, tmp_path / "flight", people, channels=("telegram", "sms"))
    ledger.run()
    ledger.run(channel=SendingChannel.SMS)
    both = [addresses.normalise(Channel.TELEGRAM, TELEGRAM), addresses.normalise(Channel.PHONE, PHONE)]
    with database.transaction(register):
        merging.unite(register, both, who="Daniyar", now=NOW)
    found = delivery_lookup.find(register, TELEGRAM)
    assert found is not None
    assert sorted((each.channel, each.state) for each in found.messages) == [("sms", "accepted"), ("telegram", "accepted")]


def test_nobody_is_found_behind_an_address_that_was_forgotten(register: Connection, people: Town, tmp_path: Path) -> None:
    people.person(phone=PHONE, consent=("warn",))
    people.stop(people.person(telegram=TELEGRAM), "telegram")
    contacts.forget(register, addresses.normalise(Channel.PHONE, PHONE))
    contacts.forget(register, addresses.normalise(Channel.TELEGRAM, TELEGRAM))
    assert delivery_lookup.find(register, PHONE) is None
    assert delivery_lookup.find(register, TELEGRAM) is None


def test_whoever_got_nothing_has_no_messages(register: Connection, people: Town) -> None:
    people.person(phone=PHONE)
    people.campaign(state="draft")
    found = delivery_lookup.find(register, PHONE)
    assert found is not None
    assert found.messages == ()
