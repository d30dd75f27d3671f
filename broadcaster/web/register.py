"""The register for a web process: one thread holds the one connection, and requests queue for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from broadcaster.database import Connection

P = ParamSpec("P")
T = TypeVar("T")


class Register:
    """`opening` is called in the thread that keeps the connection."""

    def __init__(self, opening: Callable[[], Connection]) -> None:
        self._opening = opening
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="register")
        self._connection: Connection | None = None

    async def open(self) -> None:
        """Raises what `opening` raises."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connect)

    async def ask(self, question: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls it with the connection. Raises DatabaseUnavailable, and whatever the question raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: question(self._connect(), *args, **kwargs))

    def interrupt(self) -> None:
        """Ends the question that is being answered: it raises DatabaseUnavailable. From any thread."""
        if self._connection is not None:
            self._connection.interrupt()

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._opening()
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
