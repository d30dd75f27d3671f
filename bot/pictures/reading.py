"""Has a picture read by a process of its own (bot.pictures.worker), one at a time and with little patience. Called by the doors.

This process never decodes a pixel. Whatever a picture does to the other one, it crashes, hangs or floods alone.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec

import structlog

from bot.emergency import emergency_in
from bot.flood import Flood, Flow
from bot.message import Incoming, Unread
from bot.pictures.limits import Refused, picture_in
from bot.pictures.words import text_of
from broadcaster import stop_words

log = structlog.get_logger()

ROOM = 10
"""Pictures in hand or waiting; about a second each. Whoever comes when it is full is asked for the text at once."""

A_MINUTE = 6
"""Pictures of one person: whoever sends more leaves the room to others."""

PATIENCE = 25.0
"""Seconds for a picture to come, to wait and to be read."""

LONGEST_ANSWER = 4 * 1024 * 1024

COMMAND = (sys.executable, "-I", "-B", "-m", "bot.pictures.worker")
"""Isolated: neither the environment nor the folder we stand in has a say in what it imports."""

Fetch = Callable[[], Awaitable[bytes]]


class NotFetched(Exception):
    """The picture did not come from where it lies."""


class Reader:
    """One per process. `command` must speak as bot.pictures.worker does."""

    def __init__(self, *, command: tuple[str, ...] = COMMAND, room: int = ROOM) -> None:
        self._command = command
        self._room = room
        self._in_hand = 0
        self._turn = asyncio.Lock()
        self._flood = Flood(limit=A_MINUTE)

    async def look_at(self, incoming: Incoming, fetch: Fetch, *, patience: float = PATIENCE) -> Incoming:
        """The message with what its picture says. Who writes beside it of an emergency, or STOP, does not wait for that."""
        if not incoming.forwarded and (emergency_in(incoming.text) or stop_words.command(incoming.text)):
            return incoming
        flow = self._flood.flow(incoming.door, incoming.sender, now=incoming.received_at)
        read = await self.read(fetch, patience=patience) if flow is Flow.ANSWER else Unread.BUSY
        return replace(incoming, unread=read) if isinstance(read, Unread) else replace(incoming, in_picture=read)

    async def read(self, fetch: Fetch, *, patience: float = PATIENCE) -> str | Unread:
        """The words in it, or why there are none. Never raises for what a picture is or does."""
        if not is_possible():
            return Unread.NO_READER
        if self._in_hand >= self._room:
            return Unread.BUSY
        self._in_hand += 1
        try:
            async with asyncio.timeout(patience):
                picture = picture_in(await fetch())
                async with self._turn:
                    return await self._words(picture.data) or Unread.NO_WORDS
        except Refused as refused:
            return refused.why
        except TimeoutError:
            return Unread.BUSY
        except NotFetched:
            return Unread.NOT_FETCHED
        except Exception as error:
            log.warning("picture.not_read", reason=type(error).__name__)
            return Unread.BROKEN
        finally:
            self._in_hand -= 1

    async def _words(self, picture: bytes) -> str:
        answer = json.loads(await self._asked(picture))
        return await asyncio.to_thread(text_of, answer["table"], answer["codes"])

    async def _asked(self, picture: bytes) -> bytes:
        """Raises ValueError when it fails or says too much. Whatever happens, nothing of it lives on."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
            limit=LONGEST_ANSWER,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with suppress(ConnectionError):  # it may die before it has read all
                process.stdin.write(picture)
                await process.stdin.drain()
                process.stdin.close()
            answer = bytearray()
            while chunk := await process.stdout.read(64 * 1024):
                answer += chunk
                if len(answer) > LONGEST_ANSWER:
                    raise ValueError
            if await process.wait():
                raise ValueError
            return bytes(answer)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await asyncio.shield(process.wait())


def is_possible() -> bool:
    """Whether what the worker needs is on this machine."""
    return bool(shutil.which("tesseract") and find_spec("PIL") and find_spec("zxingcpp"))
