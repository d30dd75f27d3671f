"""Which pictures may be decoded at all, told from their first bytes and the frame around their parts. Pure.

Called before a picture is handed on. It must never decode: a PNG of 10 KiB can hold 20,000 by 20,000 points.
"""

import re
from dataclasses import dataclass

from bot.message import Unread

LONGEST = 10 * 1024 * 1024
"""Bytes; a screenshot has less than one million."""

MOST_POINTS = 12_000_000
LONGEST_SIDE = 16_000
"""Points; a long chat in one screenshot is high, but no text is wider than that."""

MOST_PARTS = 10_000
"""Chunks or segments walked over; a photograph has a few dozen, and millions of empty ones would hold everybody up."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_MARKER = re.compile(rb"\xff+")
_JPEG_SCAN_ENDS = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


class Refused(Exception):
    """This picture is not decoded; `why` is what the person is told."""

    def __init__(self, why: Unread) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`data` ends where the picture ends: what telephones (a film, a brighter copy) or attackers (an archive) hang on is cut."""

    data: bytes
    width: int
    height: int


def picture_in(data: bytes) -> Picture:
    """Raises Refused, and nothing else, whatever the bytes."""
    if len(data) > LONGEST:
        raise Refused(Unread.TOO_LONG)
    try:
        picture = _kind(data)
    except (IndexError, ValueError):  # it ends in the middle
        raise Refused(Unread.BROKEN) from None
    if min(picture.width, picture.height) < 1:
        raise Refused(Unread.BROKEN)
    if max(picture.width, picture.height) > LONGEST_SIDE or picture.width * picture.height > MOST_POINTS:
        raise Refused(Unread.TOO_MANY_POINTS)
    return picture


def _kind(data: bytes) -> Picture:
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(_JPEG):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    raise Refused(Unread.NO_PICTURE)


def _png(data: bytes) -> Picture:
    """Chunks one after the other up to IEND; the first says the size, acTL that it moves."""
    at, width, height = len(_PNG), 0, 0
    for number in range(MOST_PARTS):
        length, kind = _big(data, at, 4), data[at + 4 : at + 8]
        if (number == 0) is not (kind == b"IHDR"):
            raise Refused(Unread.BROKEN)
        if kind == b"IHDR":
            width, height = _big(data, at + 8, 4), _big(data, at + 12, 4)
        if kind in (b"acTL", b"fcTL", b"fdAT"):
            raise Refused(Unread.MOVES)
        at += 12 + length
        if at > len(data):
            break
        if kind == b"IEND":
            return Picture(data=data[:at], width=width, height=height)
    raise Refused(Unread.BROKEN)


def _jpeg(data: bytes) -> Picture:
    """Segments up to the end marker, over the scans between them. A second frame size in one picture is a trick."""
    at, sizes = 2, list[tuple[int, int]]()
    for _ in range(MOST_PARTS):
        begin = _JPEG_MARKER.match(data, at)
        if begin is None:
            break
        marker = data[begin.end()]
        at = begin.end() + 1
        if marker == 0xD9:
            if len(sizes) != 1:
                break
            return Picture(data=data[:at], width=sizes[0][0], height=sizes[0][1])
        if marker in _JPEG_ALONE:
            continue
        if marker in _JPEG_SIZES:
            sizes.append((_big(data, at + 5, 2), _big(data, at + 3, 2)))
        at += max(2, _big(data, at, 2))
        if marker == 0xDA:
            ends = _JPEG_SCAN_ENDS.search(data, at)
            if ends is None:
                break
            at = ends.start()
    raise Refused(Unread.BROKEN)


def _webp(data: bytes) -> Picture:
    """RIFF chunks within the length that the file gives itself; the canvas and the frame in it both have a size."""
    end = 8 + _little(data, 4, 4)
    if end > len(data):
        raise Refused(Unread.BROKEN)
    at, sizes, frames = 12, list[tuple[int, int]](), 0
    for _ in range(MOST_PARTS):
        if at + 8 > end:
            break
        kind, length, start = data[at : at + 4], _little(data, at + 4, 4), at + 8
        if kind in (b"ANIM", b"ANMF"):
            raise Refused(Unread.MOVES)
        if kind == b"VP8X":
            if data[start] & 2:
                raise Refused(Unread.MOVES)
            sizes.append((1 + _little(data, start + 4, 3), 1 + _little(data, start + 7, 3)))
        elif kind == b"VP8 ":
            sizes.append((_little(data, start + 6, 2) & 0x3FFF, _little(data, start + 8, 2) & 0x3FFF))
        elif kind == b"VP8L":
            packed = _little(data, start + 1, 4)
            sizes.append(((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1))
        frames += kind in (b"VP8 ", b"VP8L")
        at = start + length + length % 2
    if frames != 1:
        raise Refused(Unread.BROKEN)
    widths, heights = zip(*sizes, strict=True)
    return Picture(data=data[:end], width=max(widths), height=max(heights))


def _big(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(_slice(data, at, length), "big")


def _little(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(_slice(data, at, length), "little")


def _slice(data: bytes, at: int, length: int) -> bytes:
    if at + length > len(data):
        raise IndexError
    return data[at : at + length]
