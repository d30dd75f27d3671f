from datetime import timedelta

import pytest

from broadcaster.web.desk import tempo
from tests.broadcaster.conftest import NOW


def watched(*looks: tuple[float, int]) -> tempo.Tempo:
    """Seconds and how many were done, each look found in the address that the one before wrote."""
    query: dict[str, str] = {}
    pace = tempo.Tempo()
    for second, done in looks:
        pace = tempo.read(query).seen(done=done, now=NOW + timedelta(seconds=second))
        query = dict(part.split("=") for part in pace.query.split("&"))
    return pace


def test_the_first_look_knows_no_speed() -> None:
    assert watched((0, 100)).a_minute is None
    assert watched((0, 100), (3, 160)).a_minute is None


def test_the_speed_is_what_was_done_since_the_older_look() -> None:
    assert watched((0, 100), (30, 400)).a_minute == pytest.approx(600)


def test_what_was_quick_an_hour_ago_and_stands_still_has_no_speed() -> None:
    looks = [(3 * n, min(100 * n, 5_000)) for n in range(400)]
    assert watched(*looks).a_minute == 0


def test_the_window_is_some_minutes_however_long_somebody_looks() -> None:
    looks = [(3 * n, 10 * n if n < 1_000 else 10_000 + 20 * (n - 1_000)) for n in range(1_200)]
    assert watched(*looks).a_minute == pytest.approx(400, rel=0.01)


def test_a_page_that_slept_begins_anew() -> None:
    assert watched((0, 100), (3_600, 50_000)).a_minute is None


@pytest.mark.parametrize(
    "look", ["", "x", "1-", "-1", "1763709300", "9" * 40 + "-1", "١-٢", "1763709300-5;DROP", "99999999999-0", "0-0"]
)
def test_a_forged_address_is_no_look(look: str) -> None:
    pace = tempo.read({"before": look, "since": look}).seen(done=7, now=NOW)
    assert pace.a_minute is None
    assert tempo.read(dict(part.split("=") for part in pace.query.split("&"))).before is not None
