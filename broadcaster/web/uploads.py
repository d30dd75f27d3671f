"""A form with one file in it, written to disk as it comes: no more than a chunk is ever held. Called by the console's guard.

The fields stand before the file, so that nothing is written for whoever sends no token of ours. Raises bodies.Refused alone.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import ClientDisconnect, Request

from broadcaster.web.bodies import FIELDS, SLOWEST, Refused

LONGEST_FILE = 100 * 1024 * 1024
LONGEST_FIELDS = 64 * 1024
"""Names and values of all fields together."""

LONGEST_UPLOAD = 600.0
"""Seconds for all of it; SLOWEST is for each piece."""

DRAINED = 10 * LONGEST_FILE
"""Read and thrown away of what is too long: a browser that is cut off while it sends shows its own error and not our page."""

Fields = ImmutableMultiDict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`name` is what the browser says, and anything may stand in it; `file` is ours and private."""

    name: str
    file: Path
    size: int


async def receive(request: Request, folder: Path, *, allows: Callable[[Fields], bool]) -> tuple[Fields, Upload | None]:
    """`allows` is asked with the fields before the file, and again with all of them. No file chosen: None.

    Raises Refused: 413 too long, 400 cannot be read or two files, 403 not allowed, 408 too slow, 507 the disk is full.
    """
    reading = _Reading(request, folder, allows)
    try:
        async with asyncio.timeout(LONGEST_UPLOAD):
            return await reading.whole()
    except TimeoutError:
        raise _given_up(reading, Refused(408)) from None
    except (FormParserError, ClientDisconnect):
        raise _given_up(reading, Refused(400)) from None
    except OSError:
        raise _given_up(reading, Refused(507)) from None
    except BaseException:
        reading.discard()
        raise


def _given_up(reading: "_Reading", refused: Refused) -> Refused:
    reading.discard()
    return refused


@dataclass(slots=True)
class _Part:
    name: str = ""
    file_name: str | None = None
    value: bytearray = field(default_factory=bytearray)


class _Reading:
    def __init__(self, request: Request, folder: Path, allows: Callable[[Fields], bool]) -> None:
        self._request = request
        self._allows = allows
        self._path = folder / f"{secrets.token_hex(16)}.upload"
        self._part = _Part()
        self._header, self._value = bytearray(), bytearray()
        self._held = 0
        self._fields: list[tuple[str, str]] = []
        self._files: list[str] = []
        self._pending = bytearray()
        self._size = 0
        self._ended = False

    async def whole(self) -> tuple[Fields, Upload | None]:
        parser = MultipartParser(
            _boundary(self._request),
            {
                "on_part_begin": self._on_part_begin,
                "on_header_begin": self._on_header_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
        )
        stream = self._request.stream()
        while (chunk := await _next(stream)) is not None:
            parser.write(chunk)
            if self._size > LONGEST_FILE or self._held > LONGEST_FIELDS:
                self.discard()
                await _drain(stream)
                raise Refused(413)
            if self._pending:
                await asyncio.to_thread(self._write)
        if not self._ended:
            raise Refused(400)
        fields = Fields(self._fields)
        if not self._allows(fields):
            raise Refused(403)
        if not self._files or not (self._files[0] or self._size):
            return fields, None
        if not self._size:
            await asyncio.to_thread(self._write)
        return fields, Upload(name=self._files[0], file=self._path, size=self._size)

    def discard(self) -> None:
        self._pending.clear()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as out:
            out.write(self._pending)
        self._pending.clear()

    def _on_part_begin(self) -> None:
        self._part = _Part()

    def _on_header_begin(self) -> None:
        self._header.clear()
        self._value.clear()

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
            file_name = options.get(b"filename")
            self._part.file_name = None if file_name is None else file_name.decode("utf-8", "replace")

    def _on_headers_finished(self) -> None:
        if self._part.file_name is None:
            if len(self._fields) >= FIELDS:
                raise Refused(400)
            return
        if self._files:
            raise Refused(400)
        if not self._allows(Fields(self._fields)):
            raise Refused(403)
        self._files.append(self._part.file_name)

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._part.file_name is not None:
            self._size += end - start
            self._pending += data[start:end]
            return
        self._held += end - start
        if self._held <= LONGEST_FIELDS:
            self._part.value += data[start:end]

    def _on_part_end(self) -> None:
        if self._part.file_name is None:
            try:
                self._fields.append((self._part.name, self._part.value.decode("utf-8")))
            except UnicodeDecodeError:
                raise Refused(400) from None

    def _on_end(self) -> None:
        self._ended = True


async def _next(stream: AsyncGenerator[bytes, None]) -> bytes | None:
    """The next piece; None at the end. One that does not come in time raises TimeoutError."""
    async with asyncio.timeout(SLOWEST):
        return await anext(stream, None)


async def _drain(stream: AsyncGenerator[bytes, None]) -> None:
    left = DRAINED
    while left > 0 and (chunk := await _next(stream)) is not None:
        left -= len(chunk)


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Refused(415)
    return options[b"boundary"]
