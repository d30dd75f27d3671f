"""Counts for forms that are being written. Everybody of 2 million people takes some 20 seconds to count, a key a tenth of one.

So a count serves again while the segment stays as it is, and of several that wait for one author only the last is made.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from broadcaster import audience, segment_rules
from broadcaster.campaign_content import Content
from broadcaster.database import Connection
from broadcaster.reach import Reach
from broadcaster.staff import StaffId

LASTS = timedelta(minutes=1)
MOST = 50
Counting: TypeAlias = Callable[[Connection, Content], Reach]
_Asked: TypeAlias = tuple[str, ...]


class Overtaken(Exception):
    """The same author has asked for a later one."""


class LiveCounts:
    """One per process. Turns are taken in the web's thread, counts made in that of the register."""

    def __init__(self) -> None:
        self._turns: dict[StaffId, int] = {}
        self._kept: dict[_Asked, tuple[datetime, Reach]] = {}

    def turn(self, who: StaffId, *, now: datetime) -> Counting:
        """For one look at the form. What it gives raises Overtaken, UnknownSuspect."""
        mine = self._turns[who] = self._turns.get(who, 0) + 1
        return partial(self._count, who, mine, now)

    def _count(self, who: StaffId, turn: int, now: datetime, connection: Connection, content: Content) -> Reach:
        if self._turns[who] != turn:
            raise Overtaken
        asked = _asked(content)
        at, found = self._kept.get(asked, (now, None))
        if found is None or now - at > LASTS:
            found = audience.reached(connection, content)
            self._kept.pop(asked, None)
            self._kept[asked] = now, found
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return found


def _asked(content: Content) -> _Asked:
    """All that a count depends on."""
    return (segment_rules.canonical(content.rule), *content.channels, content.purpose, content.scheme, content.legal_basis)
