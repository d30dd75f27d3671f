from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.recent import Recent

NOW = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_entry_is_forgotten_when_its_time_is_over() -> None:
    recent = Recent[str, int](room=10, keep=HOUR)
    recent.put("aigul", 1, now=NOW)
    assert recent.get("aigul", now=NOW + HOUR - timedelta(seconds=1)) == 1
    assert recent.get("aigul", now=NOW + HOUR) is None


def test_the_entry_put_longest_ago_leaves_first() -> None:
    recent = Recent[str, int](room=2, keep=HOUR)
    recent.put("aigul", 1, now=NOW)
    recent.put("timur", 2, now=NOW)
    recent.put("aigul", 3, now=NOW)
    recent.put("saule", 4, now=NOW)
    assert [recent.get(name, now=NOW) for name in ("aigul", "timur", "saule")] == [3, None, 4]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 600))))
def test_it_never_holds_more_than_its_room_nor_anything_old(puts: list[tuple[int, int]]) -> None:
    recent = Recent[int, datetime](room=5, keep=HOUR)
    now = NOW
    for key, seconds in puts:
        now += timedelta(seconds=seconds)
        recent.put(key, now, now=now)
        assert len(recent) <= 5
        assert recent.get(key, now=now) == now
        assert all(found is None or now - found < HOUR for found in (recent.get(other, now=now) for other in range(21)))
