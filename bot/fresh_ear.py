"""The archive's ear of a process that runs for weeks: takes a newly released archive over without a restart.

Called by bot.opening and by the Cyberbot. A new file is read in a thread of its own and must understand one plain sentence first;
then it takes over between two texts. A file that is broken changes nothing and is told once in the log.
"""

import threading
import time
from collections.abc import Callable
from math import isclose
from pathlib import Path

import structlog

from bot.understanding import ARCHIVE, ArchiveEar, Ear, NoEar, RasaEar
from bot.verdict.evidence import Guess
from bot.verdict.weighing import NOT_SCHEMES
from nlu import model

log = structlog.get_logger()

EVERY = 30.0
"""Seconds between two looks at the file."""

PLAIN = "Это служба безопасности банка. С вашей карты списывают деньги, срочно назовите код из СМС"
"""An archive that does not take this for a scheme is no ear, whatever its checksums say."""

Stamp = tuple[int, int, int] | None


class FreshEar:
    """Hears with the last archive that was whole; asked by any number of threads."""

    def __init__(self, archive: Path = ARCHIVE, *, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        self._archive = archive
        self._every = every
        self._clock = clock
        self._looking = threading.Lock()
        self._seen: Stamp = None
        self._ear: Ear = NoEar()
        self._look_again = 0.0
        self._take_over(_stamp(archive))

    def hear(self, text: str) -> Guess:
        if self._clock() >= self._look_again and self._looking.acquire(blocking=False):
            self._look()
        return self._ear.hear(text)

    def _look(self) -> None:
        """Holds the lock until the new file is in use or refused."""
        self._look_again = self._clock() + self._every
        stamp = _stamp(self._archive)
        if stamp == self._seen:
            self._looking.release()
            return
        threading.Thread(target=self._take_over_and_release, args=(stamp,), name="fresh-ear", daemon=True).start()

    def _take_over_and_release(self, stamp: Stamp) -> None:
        before = self._ear
        try:
            self._take_over(stamp)
        finally:
            self._looking.release()
        if self._ear is not before:
            log.info("model.taken_over", archive=self._archive.name)

    def _take_over(self, stamp: Stamp) -> None:
        self._seen = stamp
        self._look_again = self._clock() + self._every
        try:
            ear = ArchiveEar(_sound(model.load(self._archive)))
        except model.ModelRefused as error:
            effect = "evidence alone decides" if isinstance(self._ear, NoEar) else "the archive before stays in use"
            log.error("model.refused", reason=str(error), effect=effect)
            return
        self._ear = ear


def open_fresh_ear(nlu_url: str, nlu_token: str) -> Ear:
    """Of a process that runs on: the Rasa server when one is named, else the archive of the day."""
    return RasaEar(nlu_url, nlu_token) if nlu_url else FreshEar()


def _sound(trained: model.Model) -> model.Model:
    """Raises ModelRefused."""
    intents = trained.rank(PLAIN).intents
    if not isclose(sum(chance for _, chance in intents), 1.0, abs_tol=1e-6) or intents[0][0] in NOT_SCHEMES:
        raise model.ModelRefused("it does not understand a plain sentence")
    return trained


def _stamp(archive: Path) -> Stamp:
    """Changes with every file put in its place; None: there is none."""
    try:
        found = archive.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
