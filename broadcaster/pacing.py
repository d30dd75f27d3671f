"""How fast a channel may send, which campaign is next, and which process holds the pacer. `now` is monotonic seconds.

A rate belongs to a provider's account: whoever sends there holds the account's PacerLock, the others stand by.
"""

import fcntl
import os
from collections.abc import Hashable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

TICK = 0.01
"""Seconds between two looks at the pacer: one timer per message costs more than the messages."""

_LATENESS = 0.03  # what a late tick may catch up; up to 0.0309 any second holds at most the documented rate at 0.97 of it
_SLOWER, _SLOWEST = 0.7, 0.1
_ONE_STORM = 1.0  # refusals within this many seconds come from messages that were in the air together

K = TypeVar("K", bound=Hashable)


class Urgency(StrEnum):
    URGENT = "urgent"
    BULK = "bulk"


SHARES: Mapping[Urgency, float] = {Urgency.URGENT: 9, Urgency.BULK: 1}


class Pacer:
    """The generic cell rate algorithm over units: messages, for SMS segments. Idle time is not saved up, a late tick is."""

    def __init__(self, rate: float) -> None:
        if not rate > 0:
            raise ValueError("a rate is more than nothing")
        self._rate = rate
        self._slowest = rate * _SLOWEST
        self._next: float | None = None
        self._held_until = float("-inf")
        self._slowed_at = float("-inf")

    @property
    def rate(self) -> float:
        """Units a second, as far as the provider has let us."""
        return self._rate

    def take(self, units: int, now: float) -> float:
        """0: send now, it is counted. Otherwise the seconds until it is worth asking again."""
        due = now if self._next is None else max(self._next, now - _LATENESS)
        wait = max(due, self._held_until) - now
        if wait > 0:
            return wait
        self._next = due + units / self._rate
        return 0

    def hold(self, seconds: float, now: float) -> None:
        """Retry-After: nothing leaves before, whoever it was said to."""
        self._held_until = max(self._held_until, now + seconds)

    def held_for(self, now: float) -> float:
        """Seconds until a hold is over; 0: none."""
        return max(0.0, self._held_until - now)

    def slow_down(self, now: float) -> None:
        """After "too many requests", and never up again: to 0.7, at the least to a tenth. One storm counts once."""
        if now - self._slowed_at >= _ONE_STORM:
            self._slowed_at = now
            self._rate = max(self._slowest, self._rate * _SLOWER)


class Stride(Generic[K]):
    """Shares turns: whoever is ready gets them in proportion. Waiting elsewhere earns no claim and pays no debt."""

    def __init__(self) -> None:
        self._passes: dict[K, float] = {}
        self._reached = 0.0

    def choose(self, ready: Mapping[K, float], units: int = 1) -> K:
        """`ready`: who has something to send → share. `units` is what the turn costs."""
        passes = {key: max(self._passes.get(key, 0.0), self._reached) for key in ready}
        chosen = min(ready, key=lambda key: (passes[key], -ready[key]))
        self._reached = passes[chosen]
        passes[chosen] += units / ready[chosen]
        self._passes = {key: at for key, at in (self._passes | passes).items() if at > self._reached}
        return chosen


class PacerLock:
    """Held until released or until the process ends, however it ends."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """False: another process holds it. Never waits; asking again while holding it is fine."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
