"""A rehearsal: each message becomes one JSON line of a file, and reaches nobody.

The file names people in clear, for whoever rehearses wants to see who would be written to: only its owner can read it.
"""

import fcntl
import json
import os
from pathlib import Path

from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, TryLater

_FULL_DISK_SECONDS = 60


class Paper:
    """Several processes may write one file: a line is whole or not there. No fsync: what a power cut takes is unknown anyway."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def send(self, message: Message) -> Outcome:
        line = {
            "address": message.address.value,
            "channel": message.address.channel,
            "language": message.language,
            "text": message.text,
        }
        try:
            self._append(f"{json.dumps(line, ensure_ascii=False)}\n".encode())
        except OSError as error:
            return TryLater(reason=f"paper: {os.strerror(error.errno or 0)}", seconds=_FULL_DISK_SECONDS, whole_bucket=True)
        return Accepted()

    async def close(self) -> None:
        """Nothing is held open."""

    def _append(self, line: bytes) -> None:
        """Raises OSError with the file as it was."""
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # released when the descriptor is closed
            before = os.fstat(descriptor).st_size
            try:
                written = 0
                while written < len(line):
                    written += os.write(descriptor, line[written:])
            except OSError:
                os.ftruncate(descriptor, before)
                raise
        finally:
            os.close(descriptor)
