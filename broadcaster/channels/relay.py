"""Warnings that only a partner can deliver: gathered for a second, posted signed, and offered again when the answer is lost.

A kill leaves a gathered batch unknown like any other message; whoever decides to send it again doubles nothing, since partners
know each message by its id.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx

from broadcaster.channels import relay_protocol, signatures
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Outcome, Refused, TryLater, Unknown
from broadcaster.channels.relay_protocol import Partner

GATHERING_SECONDS = 1.0
LARGEST_BATCH = 500
PAUSES = (1.0, 4.0, 16.0)
"""Seconds before a batch whose answer was lost is offered again under the same id."""
UNREACHED_SECONDS = 60
MISUNDERSTOOD_SECONDS = 300
TIMEOUT = httpx.Timeout(30, connect=5)

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class Relay:
    """`partners` by the name before the slash of an address. `transport` stands in for the network."""

    def __init__(
        self,
        partners: Mapping[str, Partner],
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._partners = partners
        self._clock = clock
        self._sleep = sleep
        self._client = httpx.AsyncClient(transport=transport, timeout=TIMEOUT)
        self._gathering: dict[tuple[str, int], _Batch] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, message: Message) -> Outcome:
        name = message.address.value.partition("/")[0]
        if name not in self._partners:
            return Refused(reason="relay: no such partner", next_channel=True)
        key = name, message.campaign
        if key not in self._gathering:
            self._gathering[key] = _Batch()
            self._start(self._post_later(key))
        batch = self._gathering[key]
        place = batch.add(message)
        if len(batch.messages) == LARGEST_BATCH:
            self._start(self._post(self._partners[name], self._gathering.pop(key)))
        return (await asyncio.shield(batch.outcomes))[place]

    async def close(self) -> None:
        await asyncio.gather(*self._tasks)
        await self._client.aclose()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post_later(self, key: tuple[str, int]) -> None:
        batch = self._gathering[key]
        await self._sleep(GATHERING_SECONDS)
        if self._gathering.get(key) is batch:
            await self._post(self._partners[key[0]], self._gathering.pop(key))

    async def _post(self, partner: Partner, batch: "_Batch") -> None:
        outcomes: Sequence[Outcome] = [Unknown(reason="relay: not known")] * len(batch.messages)
        try:
            outcomes = await self._offered(partner, batch.messages)
            for pause in PAUSES:
                if not isinstance(outcomes[0], Unknown):
                    break
                await self._sleep(pause)
                again = await self._offered(partner, batch.messages)
                if not isinstance(again[0], TryLater):  # turned away now says nothing of the first time
                    outcomes = again
        finally:
            batch.outcomes.set_result(outcomes)

    async def _offered(self, partner: Partner, messages: Sequence[Message]) -> Sequence[Outcome]:
        body = relay_protocol.body_of(messages)
        id = relay_protocol.id_of(body)
        headers = signatures.signed(partner.secret, id=id, body=body, now=self._clock())
        try:
            response = await self._client.post(partner.url, content=body, headers=headers | {"content-type": "application/json"})
            if response.is_success:
                return relay_protocol.outcomes(response.content, messages, batch=id)
            outcome = _turned_away(response)
        except _NOT_SENT:
            outcome = TryLater(reason="relay: not reached", seconds=UNREACHED_SECONDS, whole_bucket=True)
        except (httpx.HTTPError, ValueError) as error:
            outcome = Unknown(reason=f"relay: {type(error).__name__}")
        return [outcome] * len(messages)


class _Batch:
    """Messages of one campaign to one partner, and the moment when their outcomes are known, in the same order."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.outcomes: asyncio.Future[Sequence[Outcome]] = asyncio.get_running_loop().create_future()

    def add(self, message: Message) -> int:
        self.messages.append(message)
        return len(self.messages) - 1


def _turned_away(response: httpx.Response) -> Outcome:
    status, given = response.status_code, response.headers.get("retry-after", "")
    reason = f"relay {status}"
    if status == 429 or (status == 503 and given):
        seconds = int(given) if given.isascii() and given.isdecimal() else UNREACHED_SECONDS
        return TryLater(reason=reason, seconds=seconds, whole_bucket=True, too_fast=status == 429)
    if status >= 500:
        return Unknown(reason=reason)
    return TryLater(reason=reason, seconds=MISUNDERSTOOD_SECONDS, whole_bucket=True)
