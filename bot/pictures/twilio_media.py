"""Fetches a picture that came through Twilio. Called by the WhatsApp and SMS door.

The address in a form is only compared, never followed: the request goes to the configured host, with our account in the path, and
our password goes nowhere else. Twilio leads on to its own store of media; to any other host nobody is led.
"""

import re
from urllib.parse import urlsplit

import httpx

from bot.message import Unread
from bot.pictures.limits import LONGEST, Refused
from bot.pictures.reading import NotFetched

STORES = frozenset({"mms.twiliocdn.com", "media.twiliocdn.com"})
TIMEOUT = httpx.Timeout(5.0)


class Media:
    """One per process. `transport` stands in for the network."""

    def __init__(self, *, api: str, account_sid: str, auth_token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._ours = re.compile(
            re.escape(f"{api.rstrip('/')}/2010-04-01/Accounts/{account_sid}/Messages/")
            + r"(?:SM|MM)[0-9a-zA-Z]{1,64}/Media/ME[0-9a-zA-Z]{1,64}"
        )
        self._login = httpx.BasicAuth(account_sid, auth_token)
        self._has_login = bool(account_sid)
        self._transport = transport

    async def fetch(self, url: str) -> bytes:
        """Raises NotFetched, or Refused for what is too long."""
        if not self._has_login or not self._ours.fullmatch(url):
            raise NotFetched
        headers = {"Accept-Encoding": "identity"}
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=TIMEOUT, headers=headers, trust_env=False) as client:
                async with client.stream("GET", url, auth=self._login) as answer:
                    if not answer.is_redirect:
                        return await _body(answer)
                    store = answer.headers.get("location", "")
                if not _is_store(store):
                    raise NotFetched
                async with client.stream("GET", store) as answer:
                    return await _body(answer)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise NotFetched from None


def _is_store(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.netloc in STORES and httpx.URL(url).host in STORES
    except (ValueError, httpx.InvalidURL):
        return False


async def _body(answer: httpx.Response) -> bytes:
    if answer.status_code != 200 or "content-encoding" in answer.headers:
        raise NotFetched
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > LONGEST:
            raise Refused(Unread.TOO_LONG)
    return bytes(body)
