"""Where every door hands in a message: one thread answers them all, one after another, so that SQLite has one writer.

Called by the doors. A citizen never sees an error: what fails or takes too long becomes a calm sentence, an emergency the steps
of first aid; a STOP is never dropped. Texts are never logged.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from traceback import extract_tb
from typing import Protocol

import structlog

from bot.emergency import Emergency, emergency_in
from bot.language import language_of
from bot.message import Incoming, Reply
from bot.topics.first_aid import first_aid, pressed_emergency
from broadcaster import stop_words
from content.library import Library

log = structlog.get_logger()

PATIENCE = 10.0
"""Seconds until the calm sentence; Twilio hangs up after 15."""

URGENT = 2.0
"""Seconds until first aid is given without the conversation: it may be waiting for a database that somebody else holds."""

ROOM = 500
"""Messages that may wait at once; at 5 ms each the last of them is answered in time."""


class Answering(Protocol):
    """Whoever can answer: the conversation. Stays in the thread it was opened in."""

    def reply_to(self, incoming: Incoming) -> Reply: ...


class TooManyWaiting(Exception):
    """More messages wait than can be answered in time."""


class Reception:
    """`open_conversation` runs in the one thread, because a database connection belongs to the thread that opened it."""

    def __init__(
        self,
        open_conversation: Callable[[], Answering],
        library: Library,
        *,
        patience: float = PATIENCE,
        urgent: float = URGENT,
        room: int = ROOM,
    ) -> None:
        self._open_conversation = open_conversation
        self._library = library
        self._patience = patience
        self._urgent = min(urgent, patience)
        self._room = room
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="conversation")
        self._conversation: Answering | None = None
        self._waiting = 0

    @property
    def is_open(self) -> bool:
        return self._conversation is not None

    async def open(self) -> None:
        """Raises whatever keeps the conversation from being built."""
        self._conversation = await asyncio.get_running_loop().run_in_executor(self._thread, self._open_conversation)

    def close(self) -> None:
        """Finishes the message in hand, drops those still waiting."""
        self._thread.shutdown(cancel_futures=True)

    async def reply_to(self, incoming: Incoming) -> Reply:
        """Never raises, never takes longer than `patience`."""
        self._waiting += 1
        try:
            if self._waiting > self._room and not _is_stop(incoming):
                raise TooManyWaiting
            return await self._answered_in_time(incoming)
        except Exception as error:
            where = extract_tb(error.__traceback__)[-1]
            log.error("answer.failed", door=incoming.door.value, reason=type(error).__name__, at=f"{where.name}:{where.lineno}")
            return self._without_conversation(incoming)
        finally:
            self._waiting -= 1

    async def _answered_in_time(self, incoming: Incoming) -> Reply:
        """What a message is matters only once it waits: looking at each beforehand cost a tenth of all processor time."""
        answered = asyncio.get_running_loop().run_in_executor(self._thread, self._answer, incoming)
        await asyncio.wait((answered,), timeout=self._urgent)
        if not answered.done() and _emergency_in(incoming) is None:
            await asyncio.wait((answered,), timeout=self._patience - self._urgent)
        if answered.done():
            return answered.result()
        if _is_stop(incoming):
            answered.add_done_callback(_log_a_failure)
        else:
            answered.cancel()
        raise TimeoutError

    def _without_conversation(self, incoming: Incoming) -> Reply:
        """Whoever has just been robbed is helped whatever is broken or crowded."""
        language = incoming.language_hint or language_of(incoming.text)
        emergency = _emergency_in(incoming)
        if emergency is not None:
            return first_aid(emergency, language, self._library)
        return Reply(text=self._library.phrase("sorry", language), language=language)

    def _answer(self, incoming: Incoming) -> Reply:
        if self._conversation is None:
            raise RuntimeError("open() comes first")
        return self._conversation.reply_to(incoming)


def _log_a_failure(answered: asyncio.Future[Reply]) -> None:
    """Of a STOP that nobody waits for any more."""
    if not answered.cancelled() and (error := answered.exception()):
        log.error("stop.failed", reason=type(error).__name__)


def _emergency_in(incoming: Incoming) -> Emergency | None:
    """A button, or a person's own words: a forwarded message tells of somebody else."""
    if incoming.pressed:
        return pressed_emergency(incoming.pressed)
    return None if incoming.forwarded else emergency_in(incoming.text)


def _is_stop(incoming: Incoming) -> bool:
    """Obeyed also when its answer comes too late to be told: an opt-out said twice is one that was ignored."""
    if incoming.pressed:
        return incoming.pressed == "stop"
    return not incoming.forwarded and stop_words.command(incoming.text) == "stop"
