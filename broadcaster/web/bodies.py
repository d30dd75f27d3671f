"""A request's body, no longer and no slower than allowed; and a form read out of it.

Nobody may keep us waiting or fill our memory, and nothing a stranger sends may raise anything but Refused.
"""

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

SLOWEST_SECONDS = 10.0
MOST_FIELDS = 200


class Refused(Exception):
    """This body is not read any further; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read(request: Request, *, longest: int) -> bytes:
    """Raises Refused(413) as soon as it is too long, Refused(408) when it comes too slowly."""
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > longest:
                    raise Refused(413)
    except TimeoutError:
        raise Refused(408) from None
    except ClientDisconnect:
        raise Refused(400) from None
    return bytes(body)


def form(request: Request, body: bytes) -> list[tuple[str, str]]:
    """Fields in their order, empty ones too. Raises Refused: 415 for what is no form, 400 for what cannot be read as one."""
    kind, _, _ = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/x-www-form-urlencoded":
        raise Refused(415)
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refused(400) from None
