"""The sender killed with -9 at random moments while a campaign runs: what the provider took against what the ledger says.

    .venv/bin/python -m benchmarks.kills [--kills 200] [--people 12000] [--rate 150] [--seed 1]

This process is Telegram, which answers after 0 to 60 ms; `python -m broadcaster send` runs beside it, is killed when it has just
begun to send, and started again. People say STOP meanwhile. At the end everybody got it once or not at all, and whoever is
`unknown` was in the air at a kill.
"""

import argparse
import asyncio
import contextlib
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from rich.progress import Progress

from broadcaster import addresses, campaign_files, campaigns, consent, contacts, database, staff
from broadcaster.addresses import Address, AddressKey, Channel
from broadcaster.campaign_states import Role
from broadcaster.consent import Origin, Permission
from broadcaster.database import Connection
from broadcaster.lane import IN_THE_AIR, OVERLAPPING
from broadcaster.ledger_codes import State
from content import library

ROOT = Path(__file__).parents[1]
TOKEN = "7000000001:AAFakeTokenOfTheLoopbackTelegram000-x"
KEY = "ab" * 32
FIRST = 700_000_000
LATE = 0.25
"""Seconds after a STOP in which a message that left before it may still arrive."""

CAMPAIGN = """
name: kill test
scheme: financial-pyramid
purpose: warn
legal_basis: consent
segment: {everybody: true}
channels: [telegram]
emergency: true
text: {kk: "Абай болыңыз!", ru: "Будьте осторожны!"}
"""


@dataclass(kw_only=True)
class Telegram:
    """Counts what it took; `times` is when, by chat."""

    random: random.Random
    took: Counter[int] = field(default_factory=Counter)
    times: dict[int, float] = field(default_factory=dict)
    url: str = ""

    @contextlib.asynccontextmanager
    async def serving(self):  # type: ignore[no-untyped-def]
        app = web.Application()
        app.router.add_post("/bot{token}/sendMessage", self._send)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _send(self, request: web.Request) -> web.Response:
        form = await request.post()
        chat = int(str(form["chat_id"]))
        self.took[chat] += 1
        self.times[chat] = time.time()
        await asyncio.sleep(self.random.uniform(0, 0.06))
        message = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}, "text": ""}
        return web.json_response({"ok": True, "result": message})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`lost`: accepted by the ledger and not by the provider, or left in the queue. `late`: sent although STOP had come."""

    kills: int
    people: int
    lost: int
    doubled: int
    unknown: int
    in_the_air_at_most: int
    late: int
    stopped: int

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.late) and self.unknown <= self.in_the_air_at_most


async def kill_test(folder: Path, *, kills: int, people: int, rate: float, seed: int) -> Verdict:
    chance = random.Random(seed)
    url = f"sqlite:///{folder / 'saqbol.db'}"
    register = database.open(url, AddressKey.from_hex(KEY))
    campaign = _prepared(register, people)
    stopped: dict[int, float] = {}
    async with Telegram(random=random.Random(seed + 1)).serving() as telegram:
        settings = {
            "SAQBOL_DATABASE": url,
            "SAQBOL_ADDRESS_KEY": KEY,
            "SAQBOL_SECRET": KEY,
            "SAQBOL_TELEGRAM_TOKEN": TOKEN,
            "SAQBOL_TELEGRAM_API": telegram.url,
            "SAQBOL_TELEGRAM_RATE": str(rate),
        }
        done = 0
        with Progress(disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("kills", total=kills)
            while True:
                sender = await _started(settings, folder)
                if done < kills and await _killed(sender, telegram, chance):
                    done += 1
                    bar.advance(task)
                    _somebody_stops(register, chance, people, telegram, stopped)
                elif await sender.wait() == 0:
                    break
                else:
                    raise RuntimeError("the sender ended by itself, and not well")
    return _compared(register, campaign, telegram, stopped, kills=done, people=people)


def _prepared(register: Connection, people: int) -> int:
    """Everybody with a Telegram chat and a consent, and a campaign that two others approved."""
    database.migrate(register, "broadcaster", database.MIGRATIONS)
    now = datetime.now(UTC)
    with database.transaction(register):
        for number in range(people):
            contact = contacts.record(register, _chat(number), now=now)
            consent.grant(register, contact, Permission.WARN, Channel.TELEGRAM, origin="kill test", at=now)
    daniyar = staff.add(register, "Daniyar", Role.AUTHOR, who="test", now=now)
    saule = staff.add(register, "Saule", Role.APPROVER, who="test", now=now)
    marat = staff.add(register, "Marat", Role.APPROVER, who="test", now=now)
    draft = campaigns.create(register, campaign_files.read(CAMPAIGN.encode(), library.load()), by=daniyar, now=now)
    submitted = campaigns.submit(register, draft, by=daniyar, now=now)
    approved = campaigns.approve(register, submitted, by=saule, now=now)
    twice = campaigns.approve(register, approved, by=marat, now=now, reason="the test runs at night too")
    return campaigns.schedule(register, twice, by=daniyar, now=now).id


def _chat(number: int) -> Address:
    return addresses.normalise(Channel.TELEGRAM, str(FIRST + number))


async def _started(settings: dict[str, str], folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "broadcaster", "send", "--until-idle"),
        cwd=folder,
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )


async def _killed(sender: asyncio.subprocess.Process, telegram: Telegram, chance: random.Random) -> bool:
    """At a random moment within the first half second of its sending; False: it was done before."""
    before = telegram.took.total()
    while telegram.took.total() == before:
        if sender.returncode is not None:
            return False
        await asyncio.sleep(0.002)
    await asyncio.sleep(chance.uniform(0, 0.5))
    if sender.returncode is not None:
        return False
    sender.kill()
    await sender.wait()
    return True


def _somebody_stops(
    register: Connection, chance: random.Random, people: int, telegram: Telegram, stopped: dict[int, float]
) -> None:
    for number in chance.sample(range(people), 5):
        if number not in stopped and telegram.took[FIRST + number] == 0:
            origin = Origin(door="telegram", message_id=f"stop {number}", at=datetime.now(UTC))
            consent.stop(register, _chat(number), origin)
            stopped[number] = time.time()


def _compared(
    register: Connection, campaign: int, telegram: Telegram, stopped: dict[int, float], *, kills: int, people: int
) -> Verdict:
    rows = register.execute(
        "SELECT address.value, delivery.state FROM delivery JOIN address USING (contact) WHERE campaign = ?", [campaign]
    )
    states = {int(row["value"]): State(row["state"]) for row in rows}
    late = [number for number, at in stopped.items() if telegram.times.get(FIRST + number, 0) > at + LATE]
    taken = telegram.took
    verdict = Verdict(
        kills=kills,
        people=people,
        lost=sum(
            (state is State.ACCEPTED and not taken[chat]) or state in (State.QUEUED, State.WAITING, State.REFUSED)
            for chat, state in states.items()
        )
        + people
        - len(states),
        doubled=sum(n > 1 for n in taken.values()),
        unknown=sum(state is State.UNKNOWN for state in states.values()),
        in_the_air_at_most=kills * OVERLAPPING * IN_THE_AIR,
        late=len(late),
        stopped=len(stopped),
    )
    register.close()
    return verdict


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--people", type=int, default=12_000)
    arguments.add_argument("--rate", type=float, default=150, help="messages a second")
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        verdict = asyncio.run(kill_test(Path(folder), kills=asked.kills, people=asked.people, rate=asked.rate, seed=asked.seed))
    print(
        f"{verdict.kills} kills, {verdict.people} people: {verdict.lost} lost, {verdict.doubled} doubled, "
        f"{verdict.late} sent after one of {verdict.stopped} STOPs, {verdict.unknown} unknown "
        f"(in the air at most {verdict.in_the_air_at_most})"
    )
    return 0 if verdict.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
