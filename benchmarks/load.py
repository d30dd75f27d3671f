"""Messages through every door at a fixed rate: how long an answer takes, at the median and at the worst.

    .venv/bin/python -m benchmarks.load [--rate 200] [--seconds 20] [--doors web twilio telegram] [--campaign 100000]

Starts `python -m bot serve` as its own process with a new database; this process is the people, Twilio, and a Bot API that
answers at once. With `--campaign` a warning goes out to so many people meanwhile, on paper, from `python -m broadcaster send`
over the same database. Open loop: a message is sent when it is due, and its time counts from then, whether or not others are
answered.
"""

import argparse
import asyncio
import os
import random
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from benchmarks.office import KEY, Office
from broadcaster.ledger_codes import SendingChannel
from broadcaster.settings import address_key_file
from content import library
from content.language import Language
from nlu.phrases import phrases

ROOT = Path(__file__).parents[1]
PUBLIC = "https://bot.example.kz"
TELEGRAM_TOKEN = "42:AAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAa"
TWILIO_TOKEN = "0123456789abcdef0123456789abcdef"
EVERY = 5
"""Seconds between two messages of one person: 12 a minute, under the flood limit, which would answer at no cost."""

WARMING = 3
"""Seconds before anything counts: a process that just started is no process under load."""

Send = Callable[[int, str], Awaitable[str]]
"""Hands one person's text in at a door; returns what was answered."""


@dataclass(slots=True)
class BotApi:
    """As much of Telegram as the bot needs to live, at once and without limits."""

    port: int
    secret: str = ""
    webhook_set: asyncio.Event = field(default_factory=asyncio.Event)
    answers: dict[str, asyncio.Future[str]] = field(default_factory=dict)

    async def called(self, request: web.Request) -> web.Response:
        given = await request.post()
        match request.match_info["method"]:
            case "setWebhook":
                self.secret = str(given["secret_token"])
                self.webhook_set.set()
            case "sendMessage":
                chat, text = str(given["chat_id"]), str(given["text"])
                if waiting := self.answers.pop(chat, None):
                    waiting.set_result(text)
                message = {"message_id": 1, "date": 0, "chat": {"id": int(chat), "type": "private"}, "text": text}
                return web.json_response({"ok": True, "result": message})
        return web.json_response({"ok": True, "result": True})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self.called)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        yield
        await runner.cleanup()


class Doors:
    """How a message goes in at each door, and what came back."""

    def __init__(self, session: aiohttp.ClientSession, api: BotApi) -> None:
        self._session = session
        self._api = api
        self._validator = RequestValidator(TWILIO_TOKEN)
        self._cookies: dict[int, str] = {}
        self._sent = 0

    def named(self, door: str) -> Send:
        doors: dict[str, Send] = {"web": self._web, "twilio": self._twilio, "telegram": self._telegram}
        return doors[door]

    async def _web(self, person: int, text: str) -> str:
        """What the page says last."""
        headers = {"Cookie": self._cookies[person]} if person in self._cookies else {}
        form = {"turn": str(self._next()), "text": text}
        async with self._session.post("/chat", data=form, headers=headers) as answer:
            answer.raise_for_status()
            self._cookies[person] = answer.headers["Set-Cookie"].partition(";")[0]
            page: str = await answer.text()
        return page.rpartition('<div class="turn bot"')[2].partition('<p class="said">')[2]

    async def _twilio(self, person: int, text: str) -> str:
        form = {"MessageSid": f"SM{self._next():032x}", "From": f"whatsapp:+7701{person:07}", "Body": text, "NumMedia": "0"}
        signature = self._validator.compute_signature(f"{PUBLIC}/webhooks/twilio", form)
        async with self._session.post("/webhooks/twilio", data=form, headers={"X-Twilio-Signature": signature}) as answer:
            answer.raise_for_status()
            return "".join(ElementTree.fromstring(await answer.text()).itertext())

    async def _telegram(self, person: int, text: str) -> str:
        """Until the bot has called sendMessage: the webhook's own 200 comes before anything is done."""
        chat = {"id": 1_000_000 + person, "type": "private", "first_name": "Aigul"}
        sender = {"id": chat["id"], "is_bot": False, "first_name": "Aigul", "language_code": "ru"}
        number = self._next()
        update = {"update_id": number, "message": {"message_id": number, "date": 0, "chat": chat, "from": sender, "text": text}}
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._api.answers[str(chat["id"])] = answered
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._api.secret}
        async with self._session.post("/webhooks/telegram", json=update, headers=headers) as accepted:
            accepted.raise_for_status()
        return await answered

    def _next(self) -> int:
        self._sent += 1
        return self._sent


@dataclass(slots=True)
class Figures:
    """Milliseconds from the moment a message was due until its answer; failures; how late this process itself was."""

    took: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def line(self, door: str, seconds: float) -> str:
        if not self.took:
            return f"{door:9} nothing was answered; {len(self.failures)} failures: {sorted(set(self.failures))}"
        quantiles = "  ".join(f"{name} {_quantile(self.took, share):6.1f}" for name, share in QUANTILES.items())
        failed = f"{len(self.failures)} failures {sorted(set(self.failures))}" if self.failures else "0 failures"
        rate = len(self.late) / seconds
        return (
            f"{door:9} {len(self.took)} answers at {rate:.0f}/s  {quantiles} ms  {failed}; client late p99 "
            f"{_quantile(self.late, 0.99):.1f}, max {max(self.late):.1f} ms"
        )


QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def _load(send: Send, texts: Iterator[str], *, rate: float, seconds: float, refusals: Sequence[str]) -> Figures:
    """Messages at random moments, as people write (Poisson), `rate` a second on average."""
    figures, chance, loop = Figures(), random.Random(7), asyncio.get_running_loop()

    async def one(person: int, text: str, due: float) -> None:
        figures.late.append(1000 * (loop.time() - due))
        try:
            async with asyncio.timeout(15):
                answer = await send(person, text)
        except Exception as error:
            figures.failures.append(type(error).__name__)
            return
        figures.took.append(1000 * (loop.time() - due))
        if not answer.strip() or any(refusal in answer for refusal in refusals):
            figures.failures.append(f"answered: {answer[:60]!r}")

    people, started, due, sent = round(rate * EVERY), loop.time(), 0.0, 0
    async with asyncio.TaskGroup() as all_of_them:
        while (due := due + chance.expovariate(rate)) < seconds:
            await asyncio.sleep(started + due - loop.time())
            all_of_them.create_task(one(sent % people, next(texts), started + due))
            sent += 1
    return figures


def _texts() -> Iterator[str]:
    known = [phrase.text for phrase in phrases()]
    random.Random(7).shuffle(known)
    while True:
        yield from known


def _cpu_of(process: int) -> float:
    """Milliseconds of processor time it has used, which neighbours on a busy machine change least; 0 where there is no /proc."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0.0
    used = stat.read_text().rpartition(")")[2].split()[11:13]
    return 1000 * sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def _bot(folder: str, api: BotApi) -> AsyncIterator[tuple[str, int]]:
    """The bot's own process, open at all three doors; its base URL and process id."""
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAQBOL_")} | {
        "PYTHONPATH": str(ROOT),
        "SAQBOL_DATABASE": f"sqlite:///{folder}/load.db",
        "SAQBOL_PORT": str(port),
        "SAQBOL_PUBLIC_URL": PUBLIC,
        "SAQBOL_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "SAQBOL_TELEGRAM_API": f"http://127.0.0.1:{api.port}",
        "SAQBOL_TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
    }
    with (Path(folder) / "bot.log").open("wb") as log:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            await asyncio.wait_for(api.webhook_set.wait(), 60)
            yield f"http://127.0.0.1:{port}", bot.pid
        finally:
            bot.terminate()
            await bot.wait()


@contextmanager
def _campaign(folder: str, people: int) -> Iterator[None]:
    """Being sent meanwhile; nothing where there are no people."""
    if not people:
        yield
        return
    office = Office(Path(folder), people, "load.db")
    address_key_file(Path(folder) / "load.db").write_text(KEY.secret.hex())
    office.campaign(SendingChannel.PAPER)
    with office.command("bot", "migrate") as migrating:
        migrating.wait()
    with office.command("broadcaster", "send"):
        yield
    sent = office.register.execute("SELECT count(*) FROM delivery WHERE state = 2").fetchone()[0]
    office.register.close()
    print(f"of {people:,} people of the campaign {sent:,} had their message")


async def _measured(doors: Sequence[str], *, rate: float, seconds: float, people: int) -> bool:
    words = library.load()
    refusals = [words.phrase("sorry", language)[:40] for language in Language]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        api = BotApi(_free_port())
        with _campaign(folder, people):
            async with api.running(), _bot(folder, api) as (url, bot):
                connections = aiohttp.TCPConnector(limit=0, keepalive_timeout=4)
                async with aiohttp.ClientSession(url, connector=connections, cookie_jar=aiohttp.DummyCookieJar()) as session:
                    into, texts = Doors(session, api), _texts()
                    for door in doors:
                        await _load(into.named(door), texts, rate=rate / 4, seconds=WARMING, refusals=refusals)
                        before = _cpu_of(bot)
                        figures = await _load(into.named(door), texts, rate=rate, seconds=seconds, refusals=refusals)
                        failed |= bool(figures.failures)
                        print(
                            figures.line(door, seconds),
                            f"bot {(_cpu_of(bot) - before) / len(figures.late):.2f} ms CPU each",
                            flush=True,
                        )
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=200, help="messages a second (default 200)")
    parser.add_argument("--seconds", type=float, default=20, help="for each door (default 20)")
    parser.add_argument("--doors", nargs="+", choices=("web", "twilio", "telegram"), default=("web", "twilio", "telegram"))
    parser.add_argument("--campaign", type=int, default=0, metavar="PEOPLE", help="warned meanwhile (default 0)")
    asked = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    return int(asyncio.run(_measured(asked.doors, rate=asked.rate, seconds=asked.seconds, people=asked.campaign)))


if __name__ == "__main__":
    sys.exit(main())
