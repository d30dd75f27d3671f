"""A request's body, no longer and no slower than a door allows; and a form read out of it. For every door on the web.

Nobody may keep us waiting or fill our memory, and nothing a stranger sends may raise anything but Refused.
"""

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

SLOWEST = 10.0
"""Seconds for a whole body; a webhook takes milliseconds, a telephone on a poor line a few."""

FIELDS = 200
"""Twilio sends about 30, and a few per medium."""


class Refused(Exception):
    """This body is not read any further; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read(request: Request, *, longest: int, slowest: float = SLOWEST) -> bytes:
    """Raises Refused(413) as soon as it is too long, Refused(408) when it comes too slowly."""
    body = bytearray()
    try:
        async with asyncio.timeout(slowest):
            async for chunk in request.stream():
                body += chunk
                if len(body) > longest:
                    raise Refused(413)
    except TimeoutError:
        raise Refused(408) from None
    except ClientDisconnect:
        raise Refused(400) from None
    return bytes(body)


def kind(request: Request) -> str:
    """Its content type without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def form(request: Request, body: bytes, *, errors: str) -> list[tuple[str, str]]:
    """Fields in their order, empty ones too. `errors` as in bytes.decode: "strict" where a signature covers the bytes.

    Raises Refused: 415 for what is no form, 400 for what cannot be read as one.
    """
    if kind(request) != "application/x-www-form-urlencoded":
        raise Refused(415)
    try:
        text = body.decode("utf-8", errors)
        return parse_qsl(text, keep_blank_values=True, errors=errors, max_num_fields=FIELDS)
    except ValueError:
        raise Refused(400) from None
