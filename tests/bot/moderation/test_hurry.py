"""Nobody judges more within an hour than a person can read: a stolen account does not empty the queue."""

from datetime import timedelta

import pytest

from bot.moderation import cases, decisions, queue
from bot.moderation.cases import Ruling, State
from bot.moderation.hurry import AN_HOUR, TooFast
from tests.bot.moderation.hall import AIGUL, FINE, SAFE, TIMUR, Hall


def busy(hall: Hall, name: str) -> None:
    """They have done as much as anybody may."""
    hall.asks(TIMUR, SAFE)
    other = hall.case_of(SAFE).id
    for _ in range(AN_HOUR):
        queue.pass_on(hall.register, other, hall.people[name], now=hall.now)


def test_whoever_did_too_much_changes_nothing_more_within_the_hour(hall: Hall) -> None:
    hall.asks(AIGUL, FINE)
    case = hall.case_of(FINE)
    busy(hall, "Arman")
    arman = hall.people["Arman"]
    with pytest.raises(TooFast):
        decisions.vote(hall.register, case.id, by=arman, ruling=Ruling.SCAM, now=hall.now)
    with pytest.raises(TooFast):
        decisions.ask_senior(hall.register, case.id, by=arman, now=hall.now)
    with pytest.raises(TooFast):
        queue.pass_on(hall.register, case.id, arman, now=hall.now)
    assert not decisions.has_voted(hall.register, case.id, arman)
    assert cases.with_id(hall.register, case.id).state is State.OPEN


def test_a_senior_is_held_back_too(hall: Hall) -> None:
    case = hall.judged(FINE, Ruling.SCAM)
    busy(hall, "Gulnar")
    with pytest.raises(TooFast):
        decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.GENUINE, now=hall.now)


def test_others_and_the_next_hour_are_free(hall: Hall) -> None:
    hall.asks(AIGUL, FINE)
    case = hall.case_of(FINE)
    busy(hall, "Arman")
    hall.votes("Bota", case.id)
    hall.waits(timedelta(hours=1))
    hall.votes("Arman", case.id)
    assert cases.with_id(hall.register, case.id).state is State.JUDGED
