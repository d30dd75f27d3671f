"""What is in the air: a memory-mapped file per lease that says of each message if the provider was called and what it said.

Written without a system call, it survives kill -9; a power cut it does not, which is what the boot id is for. Whoever sends from
the lease keeps an OS lock on the file: only when nobody holds it may the lease be adopted, whatever the clock says.
"""

import errno
import fcntl
import mmap
import os
import secrets
import struct
import time
from array import array
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path

from broadcaster import flight_answers
from broadcaster.channels.outcome import Outcome
from broadcaster.contacts import ContactId
from broadcaster.settings import file_of

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_MAGIC = b"SAQBOL1\n"
_HEADER = struct.Struct("<8sq")


class BadRecord(ValueError):
    """This flight record cannot be read: what was in the air is unknown."""


class Mark(IntEnum):
    """The byte of a message. CALLED: the intent before the call; without an answer nobody knows whether it went out."""

    ON_THE_GROUND = 0
    CALLED = 1
    ANSWERED = 2


def boot_id() -> str:
    """Changes with every start of the machine. Where the system has none: a moment, which a corrected clock changes too."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return f"booted {time.time() - time.monotonic():.0f}"


def folder_of(url: str) -> Path:
    """saqbol.db.flight beside the database, made if it is not there; on the same disk, so that both are lost together."""
    file = file_of(url)
    folder = file.with_name(f"{file.name}.flight")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


class FlightRecord:
    """Made by `begin` or `orphan`; holds the lock until `land` or `let_go`."""

    def __init__(self, file: Path, descriptor: int, contacts: Sequence[ContactId]) -> None:
        self._file, self._descriptor = file, descriptor
        self._memory = mmap.mmap(descriptor, 0)
        self._place = {contact: place for place, contact in enumerate(contacts)}
        self._marks = _HEADER.size + 8 * len(contacts)
        self._answers = self._marks + len(contacts)

    @property
    def name(self) -> str:
        return self._file.name

    def call(self, contact: ContactId) -> None:
        """Before the provider is called."""
        self._memory[self._marks + self._place[contact]] = Mark.CALLED

    def call_off(self, contact: ContactId) -> None:
        """The last look said no: the provider was not called after all."""
        self._memory[self._marks + self._place[contact]] = Mark.ON_THE_GROUND

    def answer(self, contact: ContactId, outcome: Outcome) -> None:
        """What came back; a text longer than 78 bytes is cut."""
        place = self._place[contact]
        flight_answers.pack(outcome, self._memory, self._answers + place * flight_answers.SIZE)
        self._memory[self._marks + place] = Mark.ANSWERED

    def entries(self) -> Iterator[tuple[ContactId, Mark, Outcome | None]]:
        """Raises BadRecord."""
        for contact, place in self._place.items():
            offset = self._answers + place * flight_answers.SIZE
            try:
                mark = Mark(self._memory[self._marks + place])
                answer = flight_answers.unpack(self._memory, offset) if mark is Mark.ANSWERED else None
            except ValueError as error:
                raise BadRecord from error
            yield contact, mark, answer

    def land(self) -> None:
        """The lease is settled: the file goes."""
        self._file.unlink(missing_ok=True)
        self.let_go()

    def let_go(self) -> None:
        """As the end of the process would: the file stays for whoever adopts the lease."""
        self._memory.close()
        os.close(self._descriptor)


def begin(folder: Path, contacts: Sequence[ContactId]) -> FlightRecord:
    """A record with everybody on the ground, locked. Before the lease that names it is committed. Raises OSError."""
    while True:
        file = folder / secrets.token_hex(8)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if _locked(descriptor) and os.fstat(descriptor).st_nlink:  # a sweep may have come between
                _write(descriptor, contacts)
                return FlightRecord(file, descriptor, contacts)
        except BaseException:
            os.close(descriptor)
            file.unlink(missing_ok=True)
            raise
        os.close(descriptor)


def _write(descriptor: int, contacts: Sequence[ContactId]) -> None:
    """To its last byte: memory of a file with holes kills the process (SIGBUS) where the disk is full when it is first marked."""
    head = _HEADER.pack(_MAGIC, len(contacts)) + array("q", contacts).tobytes()
    whole = head + bytes(len(contacts) * (1 + flight_answers.SIZE))
    if os.pwrite(descriptor, whole, 0) < len(whole):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def orphan(folder: Path, name: str) -> FlightRecord | None:
    """The record of a lease that nobody holds any more, locked by us now; None: its sender is alive.

    Raises BadRecord where there is none or it makes no sense, OSError where it cannot be opened: then its sender may be alive.
    """
    file = folder / name
    try:
        descriptor = os.open(file, os.O_RDWR)
    except FileNotFoundError as error:
        raise BadRecord from error
    try:
        if not _locked(descriptor):
            os.close(descriptor)
            return None
        return FlightRecord(file, descriptor, _contacts(descriptor))
    except BaseException:
        os.close(descriptor)
        raise


def sweep(folder: Path, kept: Sequence[str]) -> None:
    """Removes records without a lease and without a holder: of a lease that was never committed, or was settled as we died."""
    for file in folder.iterdir():
        if file.name in kept:
            continue
        try:
            descriptor = os.open(file, os.O_RDWR)
        except OSError:
            continue
        if _locked(descriptor):
            file.unlink(missing_ok=True)
        os.close(descriptor)


def _contacts(descriptor: int) -> list[ContactId]:
    head = os.pread(descriptor, _HEADER.size, 0)
    if len(head) < _HEADER.size:
        raise BadRecord
    magic, count = _HEADER.unpack(head)
    if magic != _MAGIC or os.fstat(descriptor).st_size != _HEADER.size + count * (9 + flight_answers.SIZE):
        raise BadRecord
    contacts = array("q", os.pread(descriptor, 8 * count, _HEADER.size))
    return [ContactId(contact) for contact in contacts]


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
