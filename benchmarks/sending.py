"""The sender whole: an audience is frozen, sent through the ledger to a provider that answers at once, and settled.

    .venv/bin/python -m benchmarks.sending [libraries flat memory rate urgent] [--rounds 5]

libraries: Telegram and SMS beside what python-telegram-bot and twilio do bare, 64 calls at once, in the same run
flat:      a message of 200,000 beside one of 2,000, on paper
memory:    `broadcaster send` with a million people frozen, while it sends on paper
rate:      25 messages a second for 20 s, to a Telegram that takes at most 30
urgent:    an urgent thousand behind a running ten thousand, at 1,000 a second on paper

CPU time is of the sending process with all its threads, kernel included; synchronous=FULL throughout.
"""

import argparse
import asyncio
import functools
import gc
import logging
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.request import HTTPXRequest
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from benchmarks import loopback
from benchmarks.office import PUBLIC_URL, WORDS, Office, cpu_seconds
from broadcaster import policy
from broadcaster.channels import twilio_codes
from broadcaster.channels.message import Message, Provider
from broadcaster.channels.outcome import Accepted, Outcome
from broadcaster.channels.paper import Paper
from broadcaster.channels.telegram import STOP, Telegram
from broadcaster.channels.twilio import Twilio
from broadcaster.ledger_codes import SendingChannel
from content.language import Language
from tests.broadcaster.ledger import without_canary

AT_ONCE = 64
MILLION = 1_000_000
PAPER_LINES = 30_000
TOKEN = "7000000001:AAFakeTokenOfTheLoopbackTelegram000-x"
ACCOUNT, FROM = "AC" + 32 * "0", "+77010000000"
TEXT = {
    "kk": "Сізге табыс уәде етсе, ақша аудармаңыз: бұл қаржы пирамидасы. Лицензиясы бар ұйымдар тізімі: gov.kz",
    "ru": "Вам обещают доход без риска? Не переводите деньги: это финансовая пирамида. Список лицензий: gov.kz",
}
LABELS = {language: WORDS.phrase("button_stop", language) for language in Language}


def libraries(folder: Path, rounds: int) -> Iterator[str]:
    for channel, people, ours, bare in (
        (SendingChannel.TELEGRAM, 1_500, _telegram, _bare_telegram),
        (SendingChannel.SMS, 9_000, _twilio, _bare_twilio),
    ):
        (folder / channel).mkdir()
        office = Office(folder / channel, people)
        with loopback.running() as url:
            pairs = list(_beside(office, channel, functools.partial(ours, url), functools.partial(bare, url), rounds))
        office.register.close()
        whole, alone = (statistics.median(costs) for costs in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        yield (
            f"{channel}: the library bare {1 / alone:,.0f} messages per CPU-second, through the ledger {1 / whole:,.0f}: "
            f"{ratio:.2f} of it (median of {rounds})"
        )


def _beside(
    office: Office,
    channel: SendingChannel,
    ours: Callable[[], Provider],
    bare: Callable[[Sequence[Message]], Coroutine[Any, Any, None]],
    rounds: int,
) -> Iterator[tuple[float, float]]:
    """CPU seconds a message of both, with the very same messages, which the bare side finds made."""
    made = _Kept()
    _cost(office, channel, lambda: made)
    for number in range(rounds + 1):
        costs = _cost(office, channel, ours), cpu_seconds(lambda: bare(made.messages)) / len(made.messages)
        if number:  # the first round warms up
            yield costs


@dataclass(slots=True, kw_only=True, eq=False)
class _Kept:
    """A provider that takes everything, to know what is sent."""

    messages: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> Outcome:
        self.messages.append(message)
        return Accepted()

    async def close(self) -> None:
        """Nothing is held open."""


def flat(folder: Path, rounds: int) -> Iterator[str]:
    costs: dict[int, list[float]] = {2_000: [], 200_000: []}
    offices = {}
    for people in costs:
        (folder / str(people)).mkdir()
        offices[people] = Office(folder / str(people), people)
    for _ in range(rounds):
        for people, office in offices.items():
            costs[people].append(_cost(office, SendingChannel.PAPER, lambda: Paper(folder / "paper.jsonl")))
            (folder / "paper.jsonl").unlink()
    for people, found in costs.items():
        yield f"{people:,} people: {1e6 * statistics.median(found):.0f} µs of CPU a message (median of {rounds})"
    small, large = costs.values()
    yield f"ratio {statistics.median(b / a for a, b in zip(small, large, strict=True)):.2f}"


def memory(folder: Path, _: int) -> Iterator[str]:
    """R23."""
    office = Office(folder, MILLION)
    office.campaign(SendingChannel.PAPER)
    office.register.close()
    paper = folder / "paper.jsonl"
    with office.command("broadcaster", "send") as sender:
        while sender.poll() is None and _lines(paper) < PAPER_LINES:
            time.sleep(1)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    yield f"{most} MB at the most, {MILLION:,} people frozen, {_lines(paper):,} of them sent"


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def rate(folder: Path, _: int) -> Iterator[str]:
    asked, seconds = 25, 20
    office = Office(folder, asked * seconds)
    office.campaign(SendingChannel.TELEGRAM)
    with loopback.running(most=30) as url:

        async def whole() -> None:
            await office.sender({SendingChannel.TELEGRAM: _telegram(url)}, rules=policy.load(), rate=asked).run(until_idle=True)

        begun = time.monotonic()
        used = cpu_seconds(whole)
        share = used / (time.monotonic() - begun)
        taken = loopback.taken(url)
    office.register.close()
    yield (
        f"{taken.rate / asked:.3f} of {asked} a second over {taken.messages} messages, {taken.refused} answers of 429, "
        f"{100 * share:.1f} % of a core"
    )


@dataclass(slots=True, kw_only=True, eq=False)
class _Stamped:
    """Paper, and when each campaign's last message came."""

    paper: Paper
    last: dict[int, float] = field(default_factory=dict)

    async def send(self, message: Message) -> Outcome:
        self.last[message.campaign] = time.monotonic()
        return await self.paper.send(message)

    async def close(self) -> None:
        await self.paper.close()


def urgent(folder: Path, rounds: int) -> Iterator[str]:
    late = []
    for number in range(rounds):
        (folder / str(number)).mkdir()
        late.append(_urgent(folder / str(number)))
    yield (
        f"a thousand came {statistics.median(late):.2f} s later than alone at 1,000 a second since they were due "
        f"(median of {rounds}, {min(late):.2f} to {max(late):.2f})"
    )


def _urgent(folder: Path) -> float:
    office = Office(folder, 11_000)
    stamped = _Stamped(paper=Paper(folder / "paper.jsonl"))
    office.campaign(SendingChannel.PAPER, segment={"not": {"topic": "phishing-link"}})

    async def whole() -> float:
        sender = office.sender({SendingChannel.PAPER: stamped}, rules=policy.load(), rate=1_000)
        sending = asyncio.create_task(sender.run(until_idle=True))
        await asyncio.sleep(3)
        due = time.monotonic()
        thousand = office.campaign(SendingChannel.PAPER, emergency=True, segment={"topic": "phishing-link"})
        await sending
        assert office.accepted(thousand) == 1_000
        return stamped.last[thousand] - due - 1

    late = asyncio.run(whole())
    office.register.close()
    return late


def _cost(office: Office, channel: SendingChannel, provider: Callable[[], Provider]) -> float:
    """CPU seconds a message, of a campaign from its beginning to its end."""
    campaign = office.campaign(channel, text=TEXT)

    async def whole() -> None:
        await office.sender({channel: provider()}, rules=without_canary()).run(until_idle=True)

    return cpu_seconds(whole) / office.accepted(campaign)


def _telegram(url: str) -> Telegram:
    return Telegram(token=TOKEN, api=url, labels=LABELS)


def _twilio(url: str) -> Twilio:
    return Twilio(account_sid=ACCOUNT, auth_token="0" * 32, api=url, public_url=PUBLIC_URL, sms_from=FROM, whatsapp_from="")


async def _bare_telegram(url: str, messages: Sequence[Message]) -> None:
    request = HTTPXRequest(connection_pool_size=AT_ONCE, connect_timeout=5, read_timeout=30, write_timeout=10, pool_timeout=30)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
    no_preview = LinkPreviewOptions(is_disabled=True)
    buttons = {
        language: InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=STOP)]]) for language, label in LABELS.items()
    }

    async def send(message: Message) -> None:
        button = buttons[message.language]
        await bot.send_message(int(message.address.value), message.text, reply_markup=button, link_preview_options=no_preview)

    await _at_once(send, messages)
    await request.shutdown()


async def _bare_twilio(url: str, messages: Sequence[Message]) -> None:
    wire = AsyncTwilioHttpClient()
    client = Client(ACCOUNT, "0" * 32, http_client=wire)
    client.api.base_url = url
    receipts = f"{PUBLIC_URL}{twilio_codes.RECEIPT_PATH}/"

    async def send(message: Message) -> None:
        await client.messages.create_async(
            to=message.address.value, from_=FROM, body=message.text, status_callback=receipts + message.receipt_id
        )

    await _at_once(send, messages)
    await wire.close()


async def _at_once(send: Callable[[Message], Awaitable[None]], messages: Sequence[Message]) -> None:
    left = iter(messages)

    async def one_after_another() -> None:
        for message in left:
            await send(message)

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


FIGURES: dict[str, Callable[[Path, int], Iterator[str]]] = {
    "libraries": libraries,
    "flat": flat,
    "memory": memory,
    "rate": rate,
    "urgent": urgent,
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("figures", nargs="*", metavar="figure", help=f"of {', '.join(FIGURES)}; default: all")
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    asked = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    gc.freeze()  # on both sides: what is loaded is not looked through again
    for name in asked.figures or FIGURES:
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        with tempfile.TemporaryDirectory() as folder:
            for line in FIGURES[name](Path(folder), asked.rounds):
                print(f"{name}: {line}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
