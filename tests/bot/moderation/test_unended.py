"""An answer that may be lost: a senior says that it arrived, or has it said once more; never beside a teller, never twice."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.message import Door
from bot.moderation import decisions, reports, telling, unended
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.telling import Outcome, What
from bot.moderation.unended import AT_WORK, Unended
from bot.moderation.volunteers import NotSenior
from tests.bot.moderation.hall import AIGUL, FINE, TIMUR, Hall

LATE = AT_WORK + timedelta(seconds=1)


@pytest.fixture
def lost(hall: Hall) -> Hall:
    """Aigul's answer was claimed, and nobody wrote down what came of it."""
    hall.judged(FINE, Ruling.SCAM)
    hall.waits(REVIEW)
    (owed,) = telling.due(hall.register, now=hall.now)
    assert telling.claim(hall.register, owed, now=hall.now)
    hall.waits(LATE)
    return hall


def listed(hall: Hall) -> Sequence[Unended]:
    return unended.listed(hall.register, by=hall.people["Gulnar"], now=hall.now)


def again(hall: Hall, of: Unended) -> bool:
    return unended.send_again(hall.register, of.claim, by=hall.people["Gulnar"], now=hall.now)


def arrived(hall: Hall, of: Unended) -> bool:
    return unended.arrived(hall.register, of.claim, by=hall.people["Gulnar"], now=hall.now)


def test_what_may_be_lost_is_listed_once_nobody_can_be_at_work_on_it(lost: Hall) -> None:
    lost.now -= timedelta(seconds=1)
    assert listed(lost) == []
    assert unended.unknown(lost.register, now=lost.now) == 0
    lost.now += timedelta(seconds=1)
    (only,) = listed(lost)
    assert (only.ticket, only.door, only.refused, only.case) == ("2026-000001", Door.WHATSAPP, False, 1)
    assert AIGUL not in repr(only)
    assert unended.unknown(lost.register, now=lost.now) == 1


def test_what_is_sent_again_is_told_once_more_by_whoever_tells(lost: Hall) -> None:
    assert telling.due(lost.register, now=lost.now) == []
    assert [row["owed"] for row in lost.rows("decision")] == [0], "a look has taken it off what is owed"
    (only,) = listed(lost)
    assert again(lost, only)
    assert listed(lost) == []
    (owed,) = telling.due(lost.register, now=lost.now)
    assert (owed.ticket, owed.what) == (only.ticket, What.DECISION)
    assert telling.claim(lost.register, owed, now=lost.now)
    telling.settle(lost.register, owed, Outcome.TOLD, now=lost.now)
    assert telling.due(lost.register, now=lost.now) == []
    assert lost.audited("telling.again") == 1


def test_what_arrived_is_told_and_a_correction_of_it_follows(lost: Hall) -> None:
    (only,) = listed(lost)
    assert arrived(lost, only)
    assert telling.due(lost.register, now=lost.now) == []
    assert [row["told_version"] for row in lost.rows("report")] == [1]
    case = lost.case_of(FINE).id
    decisions.correct(lost.register, case, by=lost.people["Gulnar"], ruling=Ruling.GENUINE, now=lost.now)
    lost.waits(REVIEW)
    assert [each.what for each in telling.due(lost.register, now=lost.now)] == [What.CORRECTION]
    assert lost.audited("telling.arrived") == 1


def test_a_second_press_does_nothing_more(lost: Hall) -> None:
    (only,) = listed(lost)
    assert again(lost, only)
    assert not again(lost, only)
    assert not arrived(lost, only)
    assert (lost.audited("telling.again"), lost.audited("telling.arrived")) == (1, 0)


def test_a_refused_one_is_listed_after_the_unknown_and_has_no_end_to_write_down(hall: Hall) -> None:
    hall.asks(TIMUR, FINE)
    hall.judged(FINE, Ruling.SCAM)
    hall.waits(REVIEW)
    first, second = telling.due(hall.register, now=hall.now)
    for each in (first, second):
        assert telling.claim(hall.register, each, now=hall.now)
    telling.settle(hall.register, first, Outcome.REFUSED, now=hall.now)
    hall.waits(LATE)
    lost, refused = listed(hall)
    assert (lost.ticket, lost.refused, refused.ticket, refused.refused) == (second.ticket, False, first.ticket, True)
    assert unended.unknown(hall.register, now=hall.now) == 1
    assert not again(hall, refused)
    assert not arrived(hall, refused)


def test_what_a_later_decision_overtook_or_somebody_forgotten_was_owed_waits_for_nobody(lost: Hall) -> None:
    case = lost.case_of(FINE).id
    decisions.correct(lost.register, case, by=lost.people["Gulnar"], ruling=Ruling.GENUINE, now=lost.now)
    assert len(listed(lost)) == 1
    lost.waits(REVIEW)
    assert listed(lost) == [], "they are told the new one"
    assert unended.unknown(lost.register, now=lost.now) == 0


def test_whoever_is_forgotten_is_on_the_list_no_more(lost: Hall) -> None:
    reports.forget(lost.register, lost.reporter(AIGUL).asker, now=lost.now)
    assert listed(lost) == []


def test_only_seniors_see_and_say_it(lost: Hall) -> None:
    (only,) = listed(lost)
    arman = lost.people["Arman"]
    with pytest.raises(NotSenior):
        unended.listed(lost.register, by=arman, now=lost.now)
    for say in (unended.arrived, unended.send_again):
        with pytest.raises(NotSenior):
            say(lost.register, only.claim, by=arman, now=lost.now)
    assert [row["state"] for row in lost.rows("telling")] == ["claimed"]
