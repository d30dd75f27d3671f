"""Every limit of the gate stops what falls below it and lets pass what does not."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.moderation import gate
from bot.moderation.gate import Compared, DifferentExamination, Limit

FILE = Path(__file__).parents[3] / "nlu" / "evaluation" / "gate.yaml"
SHIPPED = gate.limits_in(FILE)


def right(count: int, of: int) -> Sequence[bool]:
    return [at < count for at in range(of)]


def fallen(old: Mapping[str, Sequence[bool]], new: Mapping[str, Sequence[bool]]) -> list[str]:
    return [each.figure for each in gate.compare(old, new, SHIPPED) if not each.passes]


ALL_RIGHT = {figure: right(1_000, 1_000) for figure in SHIPPED}
NOT_ONE_MAY_FALL = ("held_out.spared", "canary.spared")


def test_the_shipped_limits_are_those_that_the_learning_loop_promises() -> None:
    assert set(SHIPPED) == {"held_out.caught", "held_out.emergencies", *NOT_ONE_MAY_FALL}
    assert all(limit.least > 0.8 for limit in SHIPPED.values())


def test_what_answers_as_before_passes() -> None:
    assert not fallen(ALL_RIGHT, ALL_RIGHT)


@pytest.mark.parametrize("figure", NOT_ONE_MAY_FALL)
def test_one_more_genuine_message_called_a_scam_stops_it(figure: str) -> None:
    assert fallen(ALL_RIGHT, ALL_RIGHT | {figure: right(999, 1_000)}) == [figure]


def test_one_emergency_lost_is_noise_and_two_are_a_fall() -> None:
    assert not fallen(ALL_RIGHT, ALL_RIGHT | {"held_out.emergencies": right(999, 1_000)})
    assert fallen(ALL_RIGHT, ALL_RIGHT | {"held_out.emergencies": right(998, 1_000)}) == ["held_out.emergencies"]


@pytest.mark.parametrize("figure", SHIPPED)
def test_as_many_texts_but_others_pass(figure: str) -> None:
    others = [at != 0 for at in range(1_000)]
    assert not fallen(ALL_RIGHT | {figure: right(999, 1_000)}, ALL_RIGHT | {figure: others})


def test_of_caught_scams_noise_is_forgiven_and_a_fall_is_not() -> None:
    # 25 scams lost and none won: a fall. 25 lost and 17 won, 42 changed: 8 less, within 1.64 standard errors (10).
    old = [True] * 975 + [False] * 25
    lost = [False] * 25 + [True] * 950 + [False] * 25
    noisy = [False] * 25 + [True] * 950 + [True] * 17 + [False] * 8
    assert fallen(ALL_RIGHT | {"held_out.caught": old}, ALL_RIGHT | {"held_out.caught": lost}) == ["held_out.caught"]
    assert not fallen(ALL_RIGHT | {"held_out.caught": old}, ALL_RIGHT | {"held_out.caught": noisy})


@pytest.mark.parametrize("figure", SHIPPED)
def test_many_small_falls_end_at_the_floor(figure: str) -> None:
    floor = int(SHIPPED[figure].least * 1_000)
    low = {figure: right(floor - 1, 1_000)}
    assert fallen(ALL_RIGHT | low, ALL_RIGHT | low) == [figure]
    assert not fallen(ALL_RIGHT | {figure: right(floor, 1_000)}, ALL_RIGHT | {figure: right(floor, 1_000)})


def test_what_is_needed_is_told_as_a_number_of_texts() -> None:
    (told,) = gate.compare({"a": right(90, 100)}, {"a": right(70, 100)}, {"a": Limit(noise=1.64, least=0.5)})
    assert told == Compared(figure="a", old=90, new=70, count=100, needed=83)


@pytest.mark.parametrize(("contradicted", "count"), [(1, 1), (1, 20), (4, 200), (7, 200), (10, 300)])
def test_as_many_contradictions_as_right_labels_make_stop_no_batch(contradicted: int, count: int) -> None:
    assert not gate.batch_in(FILE).stops(contradicted, count)


@pytest.mark.parametrize(("contradicted", "count"), [(2, 2), (2, 20), (8, 200), (12, 212), (11, 300)])
def test_more_contradictions_stop_it(contradicted: int, count: int) -> None:
    assert gate.batch_in(FILE).stops(contradicted, count)


@pytest.mark.parametrize("new", [{}, {"a": []}, {"a": right(5, 6)}])
def test_a_figure_that_was_not_examined_passes_nothing(new: Mapping[str, Sequence[bool]]) -> None:
    with pytest.raises(DifferentExamination):
        gate.compare({"a": right(5, 5)}, new, {"a": Limit(noise=0, least=0)})
    with pytest.raises(DifferentExamination):
        gate.compare({}, {}, {"a": Limit(noise=0, least=0)})
