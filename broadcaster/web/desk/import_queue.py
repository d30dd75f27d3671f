"""Imports of the console, one after the other in a thread and with a connection of their own. Built by web.console.

Files lie in a private folder beside the database as ID.csv and are deleted when their import has ended; the refused rows stay in
ID.csv.errors.csv for a month: they hold addresses.
"""

import queue
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from broadcaster import import_jobs, import_runs
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.import_jobs import State
from broadcaster.imports import BadFile
from content.library import Library

log = structlog.get_logger()

KEPT = timedelta(days=30)
"""Refused rows: long enough to mend a list and import it again."""

PATIENCE = 5.0
"""Seconds that closing waits for a running import; whoever does not notice in time is interrupted by the end of the process."""


class _Closing(Exception):
    """The console is being stopped."""


class ImportQueue:
    def __init__(self, opening: Callable[[], Connection], folder: Path, *, words: Library, clock: Callable[[], datetime]) -> None:
        self._opening = opening
        self._folder = folder
        self._words = words
        self._clock = clock
        self._waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="imports", daemon=True)

    def open(self) -> None:
        """What an earlier console did not end is marked, and its files are deleted. Raises DatabaseUnavailable."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with closing(self._opening()) as connection:
            import_jobs.interrupt_unended(connection, now=self._clock())
        for file in self._folder.iterdir():
            if not file.name.endswith(".errors.csv"):
                file.unlink()
        self._sweep()
        self._thread.start()

    def add(self, id: int, file: Path) -> None:
        """`file` is moved here: it is deleted when the import has ended."""
        self._sweep()
        file.replace(self._file(id))
        self._waiting.put(id)

    def _sweep(self) -> None:
        too_old = (self._clock() - KEPT).timestamp()
        for file in self._folder.glob("*.errors.csv"):
            if file.stat().st_mtime < too_old:
                file.unlink(missing_ok=True)

    def errors_file(self, id: int) -> Path:
        """There only where a row was refused."""
        return self._folder / f"{id}.csv.errors.csv"

    def close(self) -> None:
        self._closing.set()
        self._waiting.put(None)
        self._thread.join(PATIENCE)

    def _file(self, id: int) -> Path:
        return self._folder / f"{id}.csv"

    def _work(self) -> None:
        """A connection for each: one that cannot be opened must not end the thread, and leave every later import waiting."""
        while (id := self._waiting.get()) is not None and not self._closing.is_set():
            try:
                with closing(self._opening()) as connection:
                    self._run(connection, id)
            except DatabaseUnavailable as error:
                log.error("import.not_noted", id=id, reason=str(error))

    def _run(self, connection: Connection, id: int) -> None:
        job = import_jobs.find(connection, id)
        state, reason = State.FAILED, ""
        try:
            import_runs.run(connection, job, self._file(id), words=self._words, go_on=self._go_on, clock=self._clock)
            return
        except BadFile as bad:
            state, reason = State.REFUSED, str(bad)
        except _Closing:
            state = State.INTERRUPTED
        except DatabaseUnavailable as error:
            log.error("import.failed", id=id, reason=str(error))
        except Exception:
            log.exception("import.failed", id=id)
        finally:
            self._file(id).unlink(missing_ok=True)
        import_jobs.end(connection, id, state, now=self._clock(), reason=reason)

    def _go_on(self) -> None:
        if self._closing.is_set():
            raise _Closing
