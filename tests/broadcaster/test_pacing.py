import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadcaster.pacing import SHARES, TICK, Pacer, PacerLock, Stride, Urgency

LATE = st.lists(st.floats(0, 0.05), min_size=1, max_size=40)


def sent_at(pacer: Pacer, *, seconds: float, late: Sequence[float] = (0.0,), units: int = 1) -> list[float]:
    """When units left, for a sender that always has something, looks every tick and whose ticks come late."""
    times, now, tick = [], 100.0, 0
    while now < 100.0 + seconds:
        while pacer.take(units, now) == 0:
            times += [now] * units
        tick += 1
        now += TICK + late[tick % len(late)]
    return times


@pytest.mark.parametrize("rate", [0.5, 3, 20, 25, 97, 1_000])
def test_a_busy_channel_gets_its_rate_and_not_more(rate: float) -> None:
    sent = len(sent_at(Pacer(rate), seconds=60, late=[0, 0.004, 0.011]))
    assert 0.97 * rate * 60 - 1 <= sent <= rate * 60.03 + 1


@given(st.integers(1, 400), LATE)
@example(30, [0.0, 0.02])
def test_no_second_ever_holds_more_than_the_documented_rate(documented: int, late: list[float]) -> None:
    times = sent_at(Pacer(0.97 * documented), seconds=5, late=late)
    begin = 0
    for end, moment in enumerate(times):
        while moment - times[begin] >= 1:
            begin += 1
        assert end - begin + 1 <= documented


@given(LATE, st.sampled_from([1, 2, 3]))
def test_long_messages_pay_for_each_segment(late: list[float], units: int) -> None:
    assert len(sent_at(Pacer(30), seconds=20, late=late, units=units)) <= 30 * 20.1 + units


def test_an_idle_hour_saves_nothing_up() -> None:
    pacer = Pacer(10)
    assert pacer.take(1, 0) == 0
    assert len([1 for _ in range(100) if pacer.take(1, 3_600) == 0]) == 1


def test_the_answer_says_when_to_ask_again() -> None:
    pacer = Pacer(10)
    pacer.take(1, 5.0)
    wait = pacer.take(1, 5.0)
    assert 0 < wait <= 0.1
    assert pacer.take(1, 5.0 + wait + 1e-9) == 0


@given(st.floats(0, 100), st.floats(0, 100))
def test_retry_after_holds_everybody_for_the_longest_of_the_waits(one: float, other: float) -> None:
    pacer = Pacer(1_000)
    pacer.hold(one, 0.0)
    pacer.hold(other, 0.0)
    longest = max(one, other)
    assert longest < 0.001 or pacer.take(1, longest - 0.001) > 0
    assert pacer.take(1, longest) == 0
    assert len([1 for _ in range(100) if pacer.take(1, longest) == 0]) <= 30


def test_too_many_requests_slow_down_for_good_and_to_a_tenth_at_the_least() -> None:
    pacer = Pacer(100)
    pacer.slow_down(0.0)
    assert pacer.rate == pytest.approx(70)
    assert len(sent_at(pacer, seconds=10)) <= 703
    for second in range(1, 60):
        pacer.slow_down(float(second))
    assert pacer.rate == pytest.approx(10)


def test_a_hundred_refusals_at_once_are_one_storm() -> None:
    pacer = Pacer(100)
    for message in range(100):
        pacer.slow_down(message / 1_000)
    assert pacer.rate == pytest.approx(70)


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="rate"):
        Pacer(0)


def test_urgent_and_bulk_share_nine_to_one() -> None:
    stride: Stride[Urgency] = Stride()
    assert Counter(stride.choose(SHARES) for _ in range(1_000)) == {Urgency.URGENT: 900, Urgency.BULK: 100}


def test_an_urgent_thousand_behind_a_running_ten_thousand_waits_a_tenth_longer() -> None:
    stride: Stride[Urgency] = Stride()
    for _ in range(5_000):
        stride.choose({Urgency.BULK: 1})
    turns, left = 0, 1_000
    while left:
        turns += 1
        left -= stride.choose(SHARES) is Urgency.URGENT
    assert turns <= 1_112


def test_a_turn_counts_by_what_it_costs() -> None:
    stride: Stride[str] = Stride()
    units: Counter[str] = Counter()
    for _ in range(3_000):
        chosen = stride.choose({"short": 1, "long": 1}, units=3)
        units[chosen] += 3
    assert units["short"] == units["long"]


@given(st.lists(st.booleans(), min_size=100, max_size=300))
def test_a_bulk_campaign_that_comes_and_goes_gets_no_more_than_its_share(there: list[bool]) -> None:
    stride: Stride[Urgency] = Stride()
    ready = [SHARES if bulk else {Urgency.URGENT: 9.0} for bulk in there]
    bulk = sum(stride.choose(who) is Urgency.BULK for who in ready)
    assert bulk <= len(there) / 10 + 1


def test_whoever_comes_back_after_a_pause_does_not_starve_the_others() -> None:
    stride: Stride[str] = Stride()
    for _ in range(1_000):
        stride.choose({"busy": 1})
    chosen = [stride.choose({"busy": 1, "back": 1}) for _ in range(10)]
    assert chosen.count("busy") == 5


def test_one_process_at_a_time_holds_a_pacer_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    file = tmp_path / "saqbol.db.telegram.pacer"
    ours = PacerLock(file)
    hold = (
        "import sys, time; from pathlib import Path; from broadcaster.pacing import PacerLock; "
        "lock = PacerLock(Path(sys.argv[1])); print(lock.acquire(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(file)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert not ours.acquire()
        other.kill()
        other.wait()
    assert ours.acquire()
    assert ours.acquire()
    assert not PacerLock(file).acquire()
    ours.release()
    assert PacerLock(file).acquire()


def test_a_hold_is_told_of_until_it_is_over() -> None:
    pacer = Pacer(10)
    assert pacer.held_for(100) == 0
    pacer.hold(30, 100)
    assert pacer.held_for(110) == 20
    assert pacer.held_for(131) == 0
