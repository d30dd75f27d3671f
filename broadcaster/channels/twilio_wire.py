"""The socket under the twilio library: our time-outs, no log, and Retry-After, which the library's errors drop."""

import base64
from typing import Any

import aiohttp
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from yarl import URL

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=30, sock_connect=5)


class TurnedAway(Exception):
    """Twilio took nothing, and said when to come again."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(status)
        self.status = status
        self.seconds = seconds


class Wire(AsyncTwilioHttpClient):  # type: ignore[misc]
    """Made inside the running loop. Raises TurnedAway."""

    def __init__(self) -> None:
        super().__init__(pool_connections=False)
        self.session = aiohttp.ClientSession(timeout=TIMEOUT)

    async def request(self, method: str, url: str, *, auth: tuple[str, str], headers: dict[str, str], **named: Any) -> Response:
        named_and_secret = base64.b64encode(":".join(auth).encode()).decode()
        headers["Authorization"] = f"Basic {named_and_secret}"  # the library's own way is deprecated by aiohttp
        if form := named.get("data"):  # aiohttp quotes it byte by byte, at a tenth of what the message costs
            named["data"] = URL.build(query=form).raw_query_string.encode()
        response = await super().request(method, url, headers=headers, **named)
        given = response.headers.get("Retry-After", "")
        if response.status_code == 429 or (response.status_code == 503 and given):
            raise TurnedAway(response.status_code, float(given) if given.isdecimal() else 1)
        return response

    def log_request(self, kwargs: object) -> None:
        """A log is no place for telephone numbers."""

    def log_response(self, status_code: int, response: object) -> None:
        """Nor for what Twilio says of them."""
