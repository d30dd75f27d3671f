"""An answer that may be lost: a senior says that it arrived, or has it said once more; never beside a teller, never twice."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.message import Door
from bot.moderation import decisions, reports, telling, unended
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.teller import Teller
from bot.moderation.telling import Outcome, What
from bot.moderation.unended import AT_WORK, Unended
from bot.moderation.volunteers import NotSenior
from broadcaster import database
from broadcaster.addresses import AddressKey
from content.library import Library
from tests.bot.moderation.hall import AIGUL, FINE, TIMUR, Hall
from tests.bot.moderation.test_teller import Mouth

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


def test_a_press_on_an_old_page_is_not_a_word_on_a_later_attempt(lost: Hall) -> None:
    (old,) = listed(lost)
    again(lost, old)
    (owed,) = telling.due(lost.register, now=lost.now)
    assert telling.claim(lost.register, owed, now=lost.now)
    assert not again(lost, old), "the teller is at work on it"
    lost.waits(LATE)
    assert not again(lost, old), "that claim is another one"
    (new,) = listed(lost)
    assert new.claim.at > old.claim.at
    assert again(lost, new)


def test_a_claim_somebody_may_be_at_work_on_is_left_alone(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    hall.waits(REVIEW)
    (owed,) = telling.due(hall.register, now=hall.now)
    telling.claim(hall.register, owed, now=hall.now)
    young = unended.Claim(report=owed.report, version=owed.version, at=hall.now)
    hall.waits(AT_WORK)
    for say in (unended.arrived, unended.send_again):
        assert not say(hall.register, young, by=hall.people["Gulnar"], now=hall.now)
    telling.settle(hall.register, owed, Outcome.TOLD, now=hall.now)
    assert [row["state"] for row in hall.rows("telling")] == ["told"]


def test_a_look_that_began_before_the_press_takes_nothing_off_what_is_owed(lost: Hall) -> None:
    """The last step of that look, after the press."""
    (only,) = listed(lost)
    assert again(lost, only)
    with database.transaction(lost.register):
        lost.register.execute(telling._SQL["paid"], {"now": database.instant(lost.now), "due": "[]"})
    assert [each.ticket for each in telling.due(lost.register, now=lost.now)] == [only.ticket]


def test_two_seniors_and_two_tellers_at_once_tell_it_once(lost: Hall, tmp_path: Path) -> None:
    """Each with a connection of their own; whatever the order, one press counts and one claim is given."""
    (only,) = listed(lost)
    pressed: list[bool] = []
    claimed: list[bool] = []
    start = threading.Barrier(4)
    done = threading.Event()

    def senior() -> None:
        register = database.open(f"sqlite:///{tmp_path / 'saqbol.db'}", AddressKey(b"k" * 32))
        start.wait()
        pressed.append(unended.send_again(register, only.claim, by=lost.people["Gulnar"], now=lost.now))
        register.close()

    def teller() -> None:
        register = database.open(f"sqlite:///{tmp_path / 'saqbol.db'}", AddressKey(b"k" * 32))
        start.wait()
        for _ in range(2_000):
            claimed.extend(telling.claim(register, each, now=lost.now) for each in telling.due(register, now=lost.now))
            if done.is_set():
                break
        register.close()

    seniors = [threading.Thread(target=senior) for _ in range(2)]
    tellers = [threading.Thread(target=teller) for _ in range(2)]
    for thread in (*seniors, *tellers):
        thread.start()
    for thread in seniors:
        thread.join()
    for _ in range(200):
        if any(claimed):
            break
        threading.Event().wait(0.05)
    done.set()
    for thread in tellers:
        thread.join()
    assert sorted(pressed) == [False, True]
    assert claimed.count(True) == 1


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
    reports.forget(lost.register, lost.reporter(AIGUL).asker)
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


async def test_a_teller_says_it_once_more_and_no_further(lost: Hall, tmp_path: Path, words: Library) -> None:
    mouth = Mouth()
    (only,) = listed(lost)
    running = Teller(
        lambda: database.open(f"sqlite:///{tmp_path / 'saqbol.db'}", AddressKey(b"k" * 32)),
        {Door.WHATSAPP: mouth},
        words,
        clock=lambda: lost.now,
    )
    assert await running.look() == 0
    assert again(lost, only)
    assert not again(lost, only)
    assert [await running.look() for _ in range(3)] == [1, 0, 0]
    assert [to for to, _ in mouth.told] == [AIGUL]
    assert listed(lost) == []
