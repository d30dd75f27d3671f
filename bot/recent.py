"""A map that forgets: at most `room` entries, none older than `keep`. Doors remember sessions, choices and answers in it.

It is memory of a process, never a file; whatever it loses must be harmless to lose.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The entry that was put longest ago leaves first."""

    def __init__(self, *, room: int, keep: timedelta) -> None:
        self._room = room
        self._keep = keep
        self._entries: OrderedDict[K, tuple[datetime, V]] = OrderedDict()

    def get(self, key: K, *, now: datetime) -> V | None:
        """None when it was never put, was pushed out, or is too old."""
        put_at, value = self._entries.get(key, (None, None))
        return value if put_at is not None and now - put_at < self._keep else None

    def put(self, key: K, value: V, *, now: datetime) -> None:
        """Replaces what was there and makes it the youngest."""
        self._entries.pop(key, None)
        self._entries[key] = (now, value)
        while len(self._entries) > self._room or self._is_old(now):
            self._entries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._entries)

    def _is_old(self, now: datetime) -> bool:
        put_at, _ = next(iter(self._entries.values()))
        return now - put_at >= self._keep
