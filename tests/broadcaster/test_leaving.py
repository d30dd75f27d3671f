from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import campaign_records, leaving
from broadcaster.channels.outcome import Accepted, Refused
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.leaving import Leaving
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.town import Town, town

PYRAMID = "@pyramid_kz"
LATER = NOW + timedelta(days=7)


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def warned(register: Connection, people: Town, folder: Path, refused: ContactId | None = None) -> Ledger:
    ledger = Ledger(register, folder / "flight", people, segment={"followers_of": PYRAMID})
    ledger.run(lambda row: Refused(reason="x") if row.contact == refused else Accepted())
    return ledger


def since(register: Connection, ledger: Ledger) -> list[Leaving]:
    return list(leaving.since_the_warning(register, campaign_records.find(register, ledger.campaign)))


def test_a_later_snapshot_tells_who_of_the_warned_has_left(register: Connection, people: Town, tmp_path: Path) -> None:
    followers = people.people(10, follows=(PYRAMID,))
    ledger = warned(register, people, tmp_path, refused=followers[0])
    people.snapshot(people.suspect(PYRAMID), LATER, followers[7:])
    assert since(register, ledger) == [Leaving(suspect=PYRAMID, warned=9, unfollowed=6, seen_at=LATER)]


def test_without_a_snapshot_after_the_start_nothing_is_said(register: Connection, people: Town, tmp_path: Path) -> None:
    followers = people.people(3, follows=(PYRAMID,))
    ledger = warned(register, people, tmp_path)
    assert since(register, ledger) == []
    people.snapshot(people.suspect(PYRAMID), LATER, followers[:1], whole=False)
    assert since(register, ledger) == [], "half a snapshot says nothing"


def test_a_campaign_to_nobodys_followers_says_nothing(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(register, tmp_path / "flight", people, segment={"everybody": True})
    ledger.run()
    assert since(register, ledger) == []


def test_what_was_counted_at_the_import_stands_until_the_next_look(register: Connection, people: Town, tmp_path: Path) -> None:
    followers = people.people(10, follows=(PYRAMID,))
    ledger = warned(register, people, tmp_path)
    suspect = people.suspect(PYRAMID)
    people.snapshot(suspect, LATER, followers[7:])
    leaving.keep(register)
    register.execute("UPDATE edge SET last_seen = 0")
    assert since(register, ledger) == [Leaving(suspect=PYRAMID, warned=10, unfollowed=7, seen_at=LATER)]
    people.snapshot(suspect, LATER + timedelta(days=1), followers[9:])
    for _ in range(2):
        leaving.keep(register)
        assert since(register, ledger) == [Leaving(suspect=PYRAMID, warned=10, unfollowed=9, seen_at=LATER + timedelta(days=1))]
