"""Web push: encrypted by pywebpush for one browser, signed with VAPID, posted to the push service the browser named.

The address of a push contact is its subscription as JSON. Its endpoint is the word of a stranger: `push_subscription` says which
are taken, and here it gets no redirects, little of its answer is read, and nobody else waits for what it answers.
"""

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from broadcaster.addresses import AddressKey
from broadcaster.channels import vapid
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.channels.push_subscription import Subscription

LONGEST_BODY = 4_096
"""Encrypted bytes that every push service takes."""
KEPT = timedelta(days=1)
"""How long the push service waits for the browser to wake up."""
TOKEN_LIFE = timedelta(hours=12)
TIMEOUT = httpx.Timeout(15, connect=5)
LONGEST_SECONDS = 60
READING_SECONDS = 2
LONGEST_ANSWER = 16 * 1024
LONGEST_WAIT = 3_600
UNREACHED_SECONDS = 60

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_USELESS = Refused(reason="push: no usable subscription", dead=True, next_channel=True)
_TOO_LONG = Refused(reason="push: text is too long", next_channel=True)


class WebPush:
    """`contact` is where a push service complains: our public URL. `transport` stands in for the network."""

    def __init__(
        self,
        *,
        key: AddressKey,
        contact: str,
        clock: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._vapid = Vapid02(vapid.private_key(key), conf={"no-strict": True})
        self._contact = contact
        self._clock = clock
        self._client = httpx.AsyncClient(transport=transport, timeout=TIMEOUT, headers={"ttl": str(int(KEPT.total_seconds()))})

    async def send(self, message: Message) -> Outcome:
        try:
            subscription = Subscription.model_validate_json(message.address.value)
            body = WebPusher(subscription.model_dump()).encode(_payload(message))["body"]
        except (ValueError, IndexError, WebPushException):  # whatever pywebpush makes of keys that are none
            return _USELESS
        if len(body) > LONGEST_BODY:
            return _TOO_LONG
        headers = {"content-encoding": "aes128gcm", "content-type": "application/octet-stream", "topic": message.code}
        try:
            headers |= self._signed(subscription.endpoint)
            async with (
                asyncio.timeout(LONGEST_SECONDS),
                self._client.stream("POST", subscription.endpoint, content=body, headers=headers) as response,
            ):
                await _read_little(response)
                return _outcome(response)
        except _NOT_SENT:
            return TryLater(reason="push: not reached", seconds=UNREACHED_SECONDS)
        except (httpx.HTTPError, TimeoutError) as error:
            return Unknown(reason=f"push: {type(error).__name__}")

    async def close(self) -> None:
        await self._client.aclose()

    def _signed(self, endpoint: str) -> dict[str, str]:
        expires = int((self._clock() + TOKEN_LIFE).timestamp())
        claims = {"aud": f"https://{urlsplit(endpoint).hostname}", "exp": expires, "sub": self._contact}
        signed: dict[str, str] = self._vapid.sign(claims)
        return signed


def _payload(message: Message) -> bytes:
    """What our service worker shows."""
    shown = {"text": message.text, "language": message.language, "code": message.code, "stop": message.stop_link}
    return json.dumps(shown, ensure_ascii=False).encode()


async def _read_little(response: httpx.Response) -> None:
    """To the end where that is near, so that the connection can be used again; the status has said all that matters."""
    read = 0
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(READING_SECONDS):
            async for chunk in response.aiter_raw():
                read += len(chunk)
                if read > LONGEST_ANSWER:
                    return


def _outcome(response: httpx.Response) -> Outcome:
    status, given = response.status_code, response.headers.get("retry-after", "")
    reason = f"push {status}"
    if status in (200, 201, 202):
        return Accepted()
    if status in (404, 410):
        return Refused(reason=f"{reason}: unsubscribed", dead=True, next_channel=True)
    if status == 429 or (status == 503 and given):
        return TryLater(reason=reason, seconds=min(LONGEST_WAIT, int(given) if re.fullmatch("[0-9]{1,9}", given) else 0))
    if status >= 500:
        return Unknown(reason=reason)
    return _TOO_LONG if status == 413 else Refused(reason=reason, next_channel=True)
