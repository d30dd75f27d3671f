"""A sender under test: a loop whose seconds are short, and a provider whose answers the test says."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from broadcaster import campaign_records
from broadcaster.channels.message import Message, Provider
from broadcaster.channels.outcome import Accepted, Outcome
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.envelopes import Envelopes
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.policy import Policy
from broadcaster.sender import Outfit, Sender
from content import library
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.ledger import QUICK

SPEED = 20
"""Seconds of the loop in one of the wall."""

WORDS = library.load()
PUBLIC_URL = "https://saqbol.example"
ENVELOPES = Envelopes(key=KEY, public_url=PUBLIC_URL, words=WORDS)
TELEGRAM, SMS = SendingChannel.TELEGRAM, SendingChannel.SMS


class _Hurried(selectors.SelectSelector):
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(None if timeout is None else timeout / SPEED)


class FastLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__(_Hurried())

    def time(self) -> float:
        return super().time() * SPEED


def fast(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        runner.run(work)


class Post:
    """Takes every message, or answers what the test says, after `seconds`. `called` and `at` (seconds of the loop) in order."""

    def __init__(self, answer: Callable[[Message], Outcome] | None = None, *, seconds: float = 0) -> None:
        self._answer, self.seconds = answer, seconds
        self.called: list[Message] = []
        self.at: list[float] = []
        self.accepted: list[ContactId] = []
        self.is_closed = False

    async def send(self, message: Message) -> Outcome:
        self.called.append(message)
        self.at.append(asyncio.get_running_loop().time())
        outcome = self._answer(message) if self._answer else Accepted()
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if isinstance(outcome, Accepted):
            self.accepted.append(message.contact)
        return outcome

    async def close(self) -> None:
        self.is_closed = True

    @property
    def contacts(self) -> list[ContactId]:
        return [message.contact for message in self.called]


def clock(start: datetime = NOW) -> Callable[[], datetime]:
    """Wall time that keeps step with the running loop."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    return lambda: start + timedelta(seconds=loop.time() - begun)


def sender(
    folder: Path,
    providers: Mapping[SendingChannel, Provider],
    *,
    start: datetime = NOW,
    rate: float = 300,
    policy: Policy = QUICK,
    reconcile: Callable[[], None] | None = None,
) -> Sender:
    """Inside the running loop, over the register in that folder."""
    return Sender(
        Outfit(
            url=url_in(folder),
            key=KEY,
            policy=policy,
            providers=providers,
            rates=dict.fromkeys(SendingChannel, rate),
            envelopes=ENVELOPES,
            now=clock(start),
            monotonic=asyncio.get_running_loop().time,
            reconcile=reconcile,
        )
    )


def send(
    folder: Path,
    *posts: Post,
    start: datetime = NOW,
    rate: float = 300,
    policy: Policy = QUICK,
    channels: tuple[SendingChannel, ...] = (TELEGRAM, SMS),
) -> None:
    """Until idle; the posts are the providers of `channels`, in order."""

    async def whole() -> None:
        providers = dict(zip(channels, posts, strict=False))
        await sender(folder, providers, start=start, rate=rate, policy=policy).run(until_idle=True)

    fast(whole())


def states(register: Connection, campaign: int) -> dict[str, int]:
    rows = register.execute("SELECT state, count(*) AS n FROM delivery WHERE campaign = ? GROUP BY state", [campaign])
    return {State(row["state"]).word: row["n"] for row in rows}


def stage(register: Connection, campaign: int) -> tuple[str, str]:
    found = campaign_records.find(register, campaign)
    return found.state.value, found.reason


def leases(register: Connection) -> int:
    return int(register.execute("SELECT count(*) FROM lease").fetchone()[0])


def at_call(n: int, act: Callable[[], object]) -> Post:
    """A post that does it once, at the nth message, before taking it."""

    def answer(_: Message) -> Outcome:
        if len(post.called) == n:
            act()
        return Accepted()

    post = Post(answer)
    return post
