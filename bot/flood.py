"""How many messages of one person are answered in a minute. Asked by the conversation, never about an emergency or a STOP."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.recent import Recent

LIMIT = 20
WINDOW = timedelta(minutes=1)
ROOM = 50_000
"""People counted at once; whoever is pushed out starts anew, which harms nobody."""


class Flow(Enum):
    """What to do with a message: answer it, say once that it is too much, or say nothing."""

    ANSWER = auto()
    NOTICE = auto()
    SILENCE = auto()


@dataclass(frozen=True, slots=True)
class _Count:
    since: datetime
    messages: int


class Flood:
    """Counts in windows that begin with a person's first message."""

    def __init__(self, *, limit: int = LIMIT, window: timedelta = WINDOW, room: int = ROOM) -> None:
        self._limit = limit
        self._window = window
        self._counts: Recent[tuple[str, str], _Count] = Recent(room=room, keep=window)

    def flow(self, door: str, sender: str, *, now: datetime) -> Flow:
        """Counts this message too."""
        count = self._counts.get((door, sender), now=now)
        if count is None or now - count.since >= self._window:
            count = _Count(now, 0)
        count = _Count(count.since, count.messages + 1)
        self._counts.put((door, sender), count, now=now)
        if count.messages <= self._limit:
            return Flow.ANSWER
        return Flow.NOTICE if count.messages == self._limit + 1 else Flow.SILENCE
