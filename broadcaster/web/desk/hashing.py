"""Threads of their own for passwords: argon2 costs 64 MiB and some 100 ms a try, and nobody else at the desk waits for it.

AT_ONCE tries run and WAITING wait, that is 128 MiB and a few seconds at most; whoever comes then is told to try again.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
WAITING = 20


class TooManyAtOnce(Exception):
    """Too many people sign in at this moment: try again in a minute."""


class Hashing:
    """Lives in one event loop, like the requests that use it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="hashing")
        self._asked = 0

    async def ask(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Raises TooManyAtOnce, and whatever the work raises."""
        if self._asked >= AT_ONCE + WAITING:
            raise TooManyAtOnce
        self._asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*args, **kwargs))
        finally:
            self._asked -= 1

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
