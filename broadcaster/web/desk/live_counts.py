"""Counts of people, kept: no page waits for one. Everybody of 2 million takes some 8 seconds on a busy machine.

A page asks for what it shows (`ask`). What nobody has counted yet is counted once in the background, for all who ask; the page
comes without it and asks again. Of several that wait for one person only the last is counted. Nothing is decided by a kept count.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from broadcaster import register_size, segment_rules, segments
from broadcaster.campaign_content import Content
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.headcounts import FRESH, Headcounts
from broadcaster.reach import Reach
from broadcaster.segment_rules import Rule
from broadcaster.staff import StaffId
from broadcaster.suspects import UnknownSuspect
from broadcaster.web.register import Register

T = TypeVar("T")
AT_ONCE = 20_000
"""People whom it takes a tenth of a second to count: so few are counted whenever somebody looks."""

LASTS = timedelta(hours=12)
MOST = 50
"""Segments whose counts are kept."""

_Question: TypeAlias = tuple[str, ...]
_Answers: TypeAlias = dict[_Question, tuple[datetime, Any]]


class NotCounted(Exception):
    """Nobody has counted these people yet."""

    def __init__(self, segment: str, question: _Question) -> None:
        super().__init__()
        self.asked = (segment, *question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[T]):
    """`at`: when the oldest of its counts was made, None where everything was counted just now."""

    what: T
    at: datetime | None


class LiveCounts:
    """One per process, so that a count made for the author serves the approver. `slow` counts, `quick` never does."""

    def __init__(self, quick: Register, slow: Register) -> None:
        self._quick = quick
        self._slow = slow
        self._kept: dict[str, _Answers] = {}
        self._wanted: dict[StaffId, _Question] = {}
        self._running: dict[_Question, asyncio.Task[None]] = {}

    async def ask(self, who: StaffId, look: Callable[[Connection, Headcounts], T], *, now: datetime) -> Seen[T] | None:
        """None: it is being counted, ask again. `look` counts people by what it is handed and by nothing else.

        Raises DatabaseUnavailable, and whatever `look` raises.
        """
        if await self._quick.ask(_are_few):
            return Seen(what=await self._slow.ask(look, FRESH), at=None)
        counts = _Kept(self._kept, now)
        try:
            what = await self._quick.ask(look, counts)
        except NotCounted as missing:
            self._begin(who, missing.asked, look, now)
            return None
        return Seen(what=what, at=counts.oldest)

    def forget(self, rule: Rule) -> None:
        """Whoever looks next has it counted again."""
        self._kept.pop(segment_rules.canonical(rule), None)

    async def close(self) -> None:
        """What is being counted is of no use to anybody any more."""
        self._wanted.clear()
        while self._running:  # a statement that has not begun yet cannot be interrupted
            self._slow.interrupt()
            await asyncio.wait(list(self._running.values()), timeout=0.1)

    def _begin(self, who: StaffId, asked: _Question, look: Callable[[Connection, Headcounts], object], now: datetime) -> None:
        self._wanted[who] = asked
        if asked not in self._running:
            self._running[asked] = asyncio.create_task(self._count(asked, look, now))

    async def _count(self, asked: _Question, look: Callable[[Connection, Headcounts], object], now: datetime) -> None:
        counts = _Counting(self._kept, now)

        def unless_overtaken(connection: Connection) -> None:
            if asked in self._wanted.values():
                look(connection, counts)

        try:
            with suppress(UnknownSuspect, DatabaseUnavailable):  # whoever looks next has it tried again
                await self._slow.ask(unless_overtaken)
        finally:
            del self._running[asked]


class _Kept(Headcounts):
    """Answers from what was counted. Raises NotCounted."""

    def __init__(self, kept: dict[str, _Answers], now: datetime) -> None:
        self.oldest: datetime | None = None
        self._kept = kept
        self._now = now

    def reached(self, connection: Connection, content: Content) -> Reach:
        question = ("reached", *content.channels, content.purpose, content.scheme, content.legal_basis)
        return self._answer(connection, content.rule, question, lambda: FRESH.reached(connection, content))

    def known(self, connection: Connection, rule: Rule) -> int:
        return self._answer(connection, rule, ("known",), lambda: FRESH.known(connection, rule))

    def sample(self, connection: Connection, rule: Rule, n: int) -> tuple[str, ...]:
        return self._answer(connection, rule, ("sample", str(n)), lambda: FRESH.sample(connection, rule, n))

    def shared(self, connection: Connection, rule: Rule, campaign: int) -> int:
        return self._answer(connection, rule, ("shared", str(campaign)), lambda: FRESH.shared(connection, rule, campaign))

    def _answer(self, connection: Connection, rule: Rule, question: _Question, count: Callable[[], T]) -> T:
        segment = segment_rules.canonical(rule)
        kept = self._kept.get(segment, {}).get(question)
        if kept is None or self._now - kept[0] > LASTS:
            segments.select(connection, rule)  # an account that nobody knows is told at once
            return self._missing(segment, question, count)
        at, answer = kept
        self.oldest = min(self.oldest or at, at)
        return answer  # type: ignore[no-any-return]

    def _missing(self, segment: str, question: _Question, count: Callable[[], T]) -> T:
        raise NotCounted(segment, question)


class _Counting(_Kept):
    """Counts what is missing, and keeps it."""

    def _missing(self, segment: str, question: _Question, count: Callable[[], T]) -> T:
        answer = count()
        self._kept.setdefault(segment, {})[question] = self._now, answer
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return answer


def _are_few(connection: Connection) -> bool:
    return register_size.of(connection).people <= AT_ONCE
