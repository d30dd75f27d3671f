from datetime import datetime, timedelta

import pytest

from broadcaster import addresses, consent, database, opt_outs
from broadcaster.addresses import Address, Channel
from broadcaster.consent import Origin
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import Town, town

ROUTE = route_of(SendingChannel.TELEGRAM, Language.KK)


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def timur() -> Address:
    return addresses.normalise(Channel.TELEGRAM, "700000001")


def sent(register: Connection, campaign: int, contact: ContactId, second: int, state: State = State.ACCEPTED) -> None:
    register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, ?)", [campaign, contact, ROUTE, state, second])


def stop(register: Connection, address: Address, at: datetime, message: str = "stop") -> None:
    consent.stop(register, address, Origin(door="telegram", message_id=message, at=at))


def answered(register: Connection) -> list[tuple[int, int, int]]:
    return [tuple(row) for row in register.execute("SELECT campaign, contact, second FROM opt_out ORDER BY at, campaign")]


def test_a_stop_answers_the_last_warning(register: Connection, people: Town, timur: Address) -> None:
    contact, other = people.person(telegram=timur.value), people.person(telegram="700000002")
    earlier, later = people.campaign(started_at=NOW), people.campaign(started_at=NOW + timedelta(hours=1))
    sent(register, earlier, contact, 600)
    sent(register, later, contact, 60, State.UNKNOWN)
    sent(register, later, other, 7_000)
    stop(register, timur, NOW + timedelta(hours=2))
    assert answered(register) == [(later, contact, 3_540)]
    assert register.execute("SELECT route FROM opt_out").fetchone()["route"] == ROUTE


def test_a_second_stop_is_not_counted_twice(register: Connection, people: Town, timur: Address) -> None:
    contact = people.person(telegram=timur.value)
    sent(register, people.campaign(started_at=NOW), contact, 0)
    for message in ("1", "2"):
        stop(register, timur, NOW + timedelta(minutes=5), message)
    consent.start(register, timur, Origin(door="telegram", message_id="3", at=NOW + timedelta(minutes=6)))
    stop(register, timur, NOW + timedelta(minutes=7), "4")
    assert [second for _, _, second in answered(register)] == [300]


@pytest.mark.parametrize("state", [State.QUEUED, State.WAITING, State.REFUSED, State.SUPPRESSED, State.UNDELIVERED, State.CLOSED])
def test_what_never_came_drove_nobody_away(register: Connection, people: Town, timur: Address, state: State) -> None:
    sent(register, people.campaign(started_at=NOW), people.person(telegram=timur.value), 0, state)
    stop(register, timur, NOW + timedelta(minutes=5))
    assert answered(register) == []


@pytest.mark.parametrize(("days", "counted"), [(13, 1), (15, 0), (-1, 0)])
def test_a_stop_is_held_against_a_warning_for_two_weeks(
    register: Connection, people: Town, timur: Address, days: int, counted: int
) -> None:
    sent(register, people.campaign(started_at=NOW), people.person(telegram=timur.value), 0)
    stop(register, timur, NOW + timedelta(days=days))
    assert len(answered(register)) == counted


def test_a_clock_a_little_behind_still_finds_its_warning(register: Connection, people: Town, timur: Address) -> None:
    sent(register, people.campaign(started_at=NOW), people.person(telegram=timur.value), 30)
    stop(register, timur, NOW)
    assert [second for _, _, second in answered(register)] == [0]


def test_a_stranger_answers_nothing(register: Connection, timur: Address) -> None:
    stop(register, timur, NOW)
    assert answered(register) == []


def test_a_stop_finds_its_warning_by_the_primary_key(register: Connection, people: Town, timur: Address) -> None:
    """Without it a flood of STOPs would read millions of deliveries each."""
    plan = register.execute(
        "EXPLAIN QUERY PLAN " + database.queries_beside(opt_outs.__file__)["attribute"],
        {"contact": 1, "at": database.instant(NOW), "days": 14, "accepted": 2, "delivered": 3, "unknown": 7},
    )
    assert any("SEARCH delivery USING PRIMARY KEY (campaign=? AND contact=?)" in row["detail"] for row in plan)
