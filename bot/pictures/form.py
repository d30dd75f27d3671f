"""The chat page's form with a picture in it, read as it comes and never held whole while it is too long. Called by the web door.

Raises bodies.Refused alone.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bot.pictures.limits import LONGEST
from broadcaster.web import bodies

LONGEST_FIELD = 1024 * 1024
SLOWEST = 60.0
"""Seconds for all of it: ten megabytes on a poor line."""

DRAINED = 4 * LONGEST
"""Read and thrown away of what is too long: a browser cut off while it sends shows its own error and not our page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`picture` is None when none was chosen; one that is too long is cut somewhere behind what is allowed."""

    fields: dict[str, str]
    picture: bytes | None


async def read(request: Request) -> Form:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise bodies.Refused(415)
    pieces = _pieces(request, end=b"\r\n--" + options.get(b"boundary", b"") + b"--\r\n")
    try:
        async with asyncio.timeout(SLOWEST):
            parser = MultiPartParser(request.headers, pieces, max_files=1, max_fields=20, max_part_size=LONGEST_FIELD)
            form = await parser.parse()
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
            sent = next((value for _, value in form.multi_items() if isinstance(value, UploadFile)), None)
            picture = await sent.read() if sent else b""
            await form.close()
    except TimeoutError:
        raise bodies.Refused(408) from None
    except OSError:
        raise bodies.Refused(507) from None
    except (MultiPartException, FormParserError, ClientDisconnect, UnicodeError, ValueError):
        raise bodies.Refused(400) from None
    return Form(fields=fields, picture=picture or None)


async def _pieces(request: Request, *, end: bytes) -> AsyncGenerator[bytes, None]:
    """The body up to as much as may be sent; the rest is thrown away. It always has its `end`, so that no file stays open."""
    size, room, last = 0, LONGEST + LONGEST_FIELD, b""
    async for chunk in request.stream():
        if size < room:
            given = chunk[: room - size]
            last = (last + given)[-len(end) :]
            yield given
        size += len(chunk)
        if size > DRAINED:
            break
    if not last.rstrip().endswith(end.strip()):
        yield end
