from collections.abc import Mapping

import pytest

from broadcaster import attempts, database
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from tests.broadcaster.kept_counts import agree_with_scans
from tests.broadcaster.town import town

AIGUL, TIMUR = ContactId(1), ContactId(2)


@pytest.fixture
def campaign(register: Connection) -> int:
    return town(register).campaign()


def said(register: Connection, campaign: int, words: Mapping[ContactId, tuple[str, str]], second: int = 60) -> Mapping[str, int]:
    with database.transaction(register):
        attempts.note(register, campaign, 0, second, words)
    assert agree_with_scans(register)
    return attempts.reasons(register, campaign)


def test_reasons_are_counted_the_most_frequent_first(register: Connection, campaign: int) -> None:
    said(register, campaign, {AIGUL: ("", "blocked"), TIMUR: ("", "timed out")})
    found = said(register, campaign, {AIGUL: ("", "timed out"), TIMUR: ("SM1", "")}, second=90)
    assert list(found.items()) == [("timed out", 2), ("blocked", 1)]


def test_a_reason_that_replaces_another_of_the_same_second_is_counted_instead_of_it(register: Connection, campaign: int) -> None:
    said(register, campaign, {AIGUL: ("", "timed out"), TIMUR: ("", "timed out")})
    assert said(register, campaign, {AIGUL: ("", "blocked")}) == {"blocked": 1, "timed out": 1}
    assert said(register, campaign, {AIGUL: ("", "blocked"), TIMUR: ("", "blocked")}) == {"blocked": 2}


def test_a_reference_that_comes_late_takes_no_reason_away(register: Connection, campaign: int) -> None:
    said(register, campaign, {AIGUL: ("", "timed out")})
    assert said(register, campaign, {AIGUL: ("SM1", "")}) == {"timed out": 1}
    assert tuple(register.execute("SELECT reference, reason FROM attempt").fetchone()) == ("SM1", "timed out")


def test_another_campaign_has_reasons_of_its_own(register: Connection, campaign: int) -> None:
    said(register, campaign, {AIGUL: ("", "blocked")})
    assert attempts.reasons(register, campaign + 1) == {}
