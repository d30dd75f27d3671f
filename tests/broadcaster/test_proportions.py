import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.proportions import Difference, Share, difference, smallest_detectable


@st.composite
def shares(draw: st.DrawFn) -> Share:
    of = draw(st.integers(1, 5_000))
    return Share(of=of, hits=draw(st.integers(0, of)))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_the_interval_is_the_one_newcombe_printed(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    """Table II of the paper, method 10."""
    found = difference(Share(hits=one[0], of=one[1]), Share(hits=other[0], of=other[1]))
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


@given(shares(), shares())
def test_the_interval_holds_the_difference_and_stays_within_the_possible(one: Share, other: Share) -> None:
    found = difference(one, other)
    assert -1 - 1e-9 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1 + 1e-9


@given(shares(), shares())
def test_who_is_compared_with_whom_only_turns_the_sign(one: Share, other: Share) -> None:
    there, back = difference(one, other), difference(other, one)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low), abs=1e-12)
    assert there.inconclusive == back.inconclusive


@given(shares())
def test_a_share_lies_in_its_interval(share: Share) -> None:
    low, high = share.wilson
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1


def test_equal_shares_are_inconclusive_however_many_people_there_are() -> None:
    assert difference(Share(hits=1_000, of=10_000), Share(hits=100, of=1_000)).inconclusive


@pytest.mark.parametrize(("truth", "warned", "waited"), [(0.05, 1_900, 100), (0.2, 950, 50), (0.01, 9_500, 500)])
def test_the_interval_covers_a_known_difference_in_95_of_100_campaigns(truth: float, warned: int, waited: int) -> None:
    """The benchmark runs 2,000 through the ledger's tables; these are the bare draws, so the bounds are three standard errors."""
    chance = random.Random(17)
    runs = 1_000
    covered = 0
    for _ in range(runs):
        one = Share(hits=sum(chance.random() < truth + 0.1 for _ in range(warned)), of=warned)
        other = Share(hits=sum(chance.random() < truth for _ in range(waited)), of=waited)
        found = difference(one, other)
        covered += found.low <= 0.1 <= found.high
    spread = 3 * math.sqrt(0.95 * 0.05 / runs)
    assert 0.95 - spread <= covered / runs <= 0.95 + spread


def test_the_smallest_detectable_rise_matches_a_table() -> None:
    """Fleiss, Statistical Methods for Rates and Proportions: 0.10 against 0.20 wants 199 people in each group (0.05, 80 %)."""
    found = smallest_detectable(one=199, other=199, base=0.1)
    assert found == pytest.approx(0.1, abs=0.001)


@given(st.integers(10, 100_000), st.integers(10, 100_000), st.floats(0, 0.5))
def test_more_people_show_a_smaller_rise(one: int, other: int, base: float) -> None:
    few, many = smallest_detectable(one=one, other=other, base=base), smallest_detectable(one=2 * one, other=2 * other, base=base)
    if few is not None:
        assert many is not None
        assert 0 < many <= few + 1e-6


@pytest.mark.parametrize(("one", "other"), [(0, 10), (10, 0), (1, 1)])
def test_some_groups_show_nothing_at_all(one: int, other: int) -> None:
    assert smallest_detectable(one=one, other=other, base=0.3) is None


def test_an_interval_that_touches_zero_is_inconclusive() -> None:
    assert Difference(value=0.1, low=0.0, high=0.2).inconclusive
    assert not Difference(value=0.1, low=0.01, high=0.2).inconclusive
    assert not Difference(value=-0.1, low=-0.2, high=-0.01).inconclusive
