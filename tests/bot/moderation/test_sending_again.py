"""«Send again» beside tellers at work, other seniors and old pages: whatever the order, nobody is told twice."""

import threading
from pathlib import Path

from bot.message import Door
from bot.moderation import telling, unended
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.teller import Teller
from bot.moderation.telling import Outcome
from bot.moderation.unended import AT_WORK
from broadcaster import database
from broadcaster.addresses import AddressKey
from content.library import Library
from tests.bot.moderation.hall import AIGUL, FINE, Hall
from tests.bot.moderation.test_teller import Mouth
from tests.bot.moderation.test_unended import LATE, again, listed, lost  # noqa: F401


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


def test_a_look_that_began_before_the_press_takes_nothing_off_what_is_owed(lost: Hall) -> None:  # noqa: F811
    """The last step of that look, after the press."""
    (only,) = listed(lost)
    assert again(lost, only)
    with database.transaction(lost.register):
        lost.register.execute(telling._SQL["paid"], {"now": database.instant(lost.now), "due": "[]"})
    assert [each.ticket for each in telling.due(lost.register, now=lost.now)] == [only.ticket]


def test_two_seniors_and_two_tellers_at_once_tell_it_once(lost: Hall, tmp_path: Path) -> None:  # noqa: F811
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


async def test_a_teller_says_it_once_more_and_no_further(lost: Hall, tmp_path: Path, words: Library) -> None:  # noqa: F811
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


def test_a_press_on_an_old_page_is_not_a_word_on_a_later_attempt(lost: Hall) -> None:  # noqa: F811
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
