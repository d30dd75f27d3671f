"""Keeps the promise «you will be told»: everybody who asked hears the decision, once, through the door they asked at.

Started by bot.app beside the doors. Slowly, so that answers to citizens never wait; with a connection and a thread of its own.
Whoever cannot be reached is told when they write (topics.owed_answers). Nothing here logs an address or a text.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

import structlog

from bot.message import Door, Reply
from bot.moderation import telling
from bot.moderation.telling import Outcome, Telling
from bot.moderation.told_words import reply_of
from broadcaster.channels.outcome import Accepted, Refused, TryLater, Unknown
from broadcaster.channels.outcome import Outcome as Answer
from broadcaster.database import Connection
from content.library import Library

log = structlog.get_logger()

A_SECOND = 5
"""People told in a second: Telegram lets 30 messages through, and the sender of warnings and our answers need the rest."""

LOOK_EVERY = 5.0
"""Seconds between two looks, while nobody is owed anything."""

LONGEST_END = 15.0
"""Seconds for the message in hand when we are stopped: cut off, nobody would know whether it arrived."""

SESSION = timedelta(hours=24)
"""WhatsApp takes a free text only so long after the person's own."""

T = TypeVar("T")


class Voice(Protocol):
    """A door that can be spoken through first. Tries once and raises nothing."""

    async def tell(self, to: str, reply: Reply) -> Answer: ...


class Teller:
    """`open_register` runs in the thread that will use it."""

    def __init__(
        self,
        open_register: Callable[[], Connection],
        voices: Mapping[Door, Voice],
        library: Library,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._open_register = open_register
        self._voices = voices
        self._library = library
        self._clock = clock
        self._sleep = sleep
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="teller")
        self._register: Connection | None = None

    async def run(self) -> None:
        """Until it is cancelled; then it finishes the message in hand. Raises nothing else."""
        try:
            while True:
                try:
                    told = await self.look()
                except Exception as error:
                    log.error("teller.failed", reason=type(error).__name__)
                    told = 0
                await self._sleep(1.0 if told == A_SECOND else LOOK_EVERY)
        finally:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            self._thread.shutdown()

    async def look(self) -> int:
        """Tells whoever is due now, A_SECOND at most; how many were due."""
        due = await self._ask(partial(telling.due, doors=tuple(self._voices), most=A_SECOND))
        for each in due:
            in_hand = asyncio.create_task(self._tell(each))
            try:
                await asyncio.shield(in_hand)
            except asyncio.CancelledError:
                await asyncio.wait((in_hand,), timeout=LONGEST_END)
                raise
        return len(due)

    async def _tell(self, each: Telling) -> None:
        """The claim comes before the call. What may have arrived stays claimed, and is never said again by itself."""
        if each.address is None or not await self._ask(partial(telling.claim, telling=each)):
            return
        answer = await self._answer(each.address.value, each)
        match answer:
            case Accepted():
                settled, after = Outcome.TOLD, timedelta()
            case Refused():
                settled, after = Outcome.REFUSED, timedelta()
            case TryLater():
                settled, after = Outcome.LATER, timedelta(seconds=max(1.0, answer.seconds))
            case Unknown():
                log.error("telling.unknown", door=each.door.value, report=each.report, reason=answer.reason)
                return
        await self._ask(partial(telling.settle, telling=each, outcome=settled, after=after))
        reason = "" if isinstance(answer, Accepted) else answer.reason
        log.info("telling.ended", door=each.door.value, report=each.report, outcome=settled.value, reason=reason)

    async def _answer(self, to: str, each: Telling) -> Answer:
        if each.door is Door.WHATSAPP and self._clock() - each.asked_at >= SESSION:
            return Refused(reason="whatsapp: later than 24 hours after their message")
        return await self._voices[each.door].tell(to, reply_of(each, self._library))

    async def _ask(self, work: Callable[..., T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._with_register, work)

    def _with_register(self, work: Callable[..., T]) -> T:
        if self._register is None:
            self._register = self._open_register()
            self._say_unknown(self._register)
        return work(self._register, now=self._clock())

    def _say_unknown(self, register: Connection) -> None:
        """What an earlier process left: a person looks at it."""
        if unknown := telling.unknown(register, before=self._clock()):
            log.error("tellings.unknown", how_many=unknown, effect="claimed and never ended: nobody is told twice")

    def _close(self) -> None:
        if self._register is not None:
            self._register.close()
