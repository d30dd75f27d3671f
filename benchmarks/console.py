"""The console's pages over a register as large as the country's: p50 and p95 of each, beside /healthz of the same process.

    .venv/bin/python -m benchmarks.console [--register FOLDER] [--rate 5] [--seconds 8]

Wanted: p95 of at most 150 ms for every page that is opened. First what the pages ask, function by function, in milliseconds.
Then `python -m broadcaster console` as its own process and a signed-in admin. Open loop: a page is asked for when it is due
and its time counts from then, whether or not the others have been answered; /healthz is asked for as often, in between.
Before that each page is opened as a browser opens it: the page, then its pieces until they ask for nothing any more.
FOLDER holds a register of `benchmarks.big_register`; without it one is built, which takes a minute or two.
"""

import argparse
import asyncio
import contextlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import aiohttp
from starlette.routing import Route

from benchmarks import big_register
from benchmarks.big_register import BIG, KEY, NOW, SMALL
from broadcaster import (
    addresses,
    attention,
    audit,
    campaign_records,
    consent_history,
    contacts,
    database,
    delivery_lookup,
    effect,
    followers,
    halt,
    journal,
    leaving,
    opt_out_counts,
    policy,
    receipts,
    register_size,
    report,
    safety,
    sessions,
)
from broadcaster.addresses import Channel
from broadcaster.database import Connection
from broadcaster.settings import SenderSettings
from broadcaster.staff import StaffId
from broadcaster.web import console

LIMIT = 0.150
TOO_LONG = 1.0
"""Seconds: asked for in an open loop such a page would be waited for longer each time."""

PATIENCE = 120
"""Seconds for the pieces of a page."""

_PIECE = re.compile(r'data-refresh="(\d+)" data-from="([^"]+)"')
COMING = BIG + SMALL + 1
"""A campaign to everybody that waits for an approver."""

FOLLOWED = 4
"""A campaign of the big ones that went to a suspect's followers and had a waiting group."""

SAMPLES = {"suspects": 1, "staff": 1, "templates": 1, "imports": 1}
"""Which of them is opened, by the first part of the path; of the campaigns the one that runs."""

PLOTS = {"campaign-plot": "unsubscribes", "unsubscribes-plot": "day"}
QUERIES = {
    "people": "?q=100000004",
    "person": "?q=100000004",
    "campaign-deliveries": "?q=100000004",
    "suppression": "?q=100000004",
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--register", type=Path, help="folder of a register that is there already")
    arguments.add_argument(
        "--people", type=int, default=2_000_000, help="contacts of the register that is built (default 2,000,000)"
    )
    arguments.add_argument("--rate", type=float, default=5, help="pages a second (default 5)")
    arguments.add_argument("--seconds", type=float, default=8, help="for each page (default 8)")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = asked.register / "saqbol.db" if asked.register else big_register.build(Path(folder), asked.people)
        connection = database.open(f"sqlite:///{file}", KEY)
        database.migrate(connection, "broadcaster", database.MIGRATIONS)
        _print_functions(connection)
        token = _signed_in(connection)
        connection.close()
        return asyncio.run(_pages(file, token, asked.rate, asked.seconds))


def _functions(register: Connection) -> dict[str, Callable[[], object]]:
    chat = addresses.normalise(Channel.TELEGRAM, "100000004")
    rules = policy.load()
    first, last = date(2025, 11, 21), date(2025, 12, 20)
    return {
        "report.report_of": lambda: report.report_of(register, BIG),
        "receipts.unknowns, all": lambda: receipts.unknowns(register, BIG),
        "receipts.unknowns, the first 20": lambda: receipts.unknowns(register, BIG, most=20),
        "leaving.since_the_warning": lambda: leaving.since_the_warning(register, campaign_records.find(register, FOLLOWED)),
        "effect.measure": lambda: effect.measure(register, FOLLOWED),
        "campaign_records.every": lambda: campaign_records.every(register),
        "attention.now": lambda: attention.now(register),
        "opt_out_counts.of_campaign": lambda: opt_out_counts.of_campaign(register, 1),
        "opt_out_counts.within 30 days": lambda: opt_out_counts.within(register, first=first, last=last),
        "opt_out_counts.today": lambda: opt_out_counts.today(register, now=NOW),
        "delivery_lookup.find": lambda: delivery_lookup.find(register, "100000004"),
        "consent_history.find": lambda: consent_history.find(register, "100000004"),
        "contacts.mydata": lambda: contacts.mydata(register, chat),
        "contacts.warnings_since": lambda: contacts.warnings_since(register, contacts.ContactId(4), NOW - timedelta(days=30)),
        "register_size.of": lambda: register_size.of(register),
        "followers.latest": lambda: followers.latest(register, 1),
        "followers.unfollowed": lambda: followers.unfollowed(register, 1),
        "journal.work": lambda: journal.work(register),
        "safety.reason_to_pause": lambda: safety.reason_to_pause(register, BIG, rules),
        "halt.is_stopped": lambda: halt.is_stopped(register),
        "audit.verify": lambda: audit.verify(register),
    }


def _print_functions(connection: Connection) -> None:
    print(f"{'milliseconds':36} {'first':>9} {'median':>9} {'worst':>9}")
    for name, function in _functions(connection).items():
        took = []
        for _ in range(7):
            started = time.perf_counter()
            function()
            took.append((time.perf_counter() - started) * 1_000)
        print(f"{name:36} {took[0]:9.1f} {statistics.median(took):9.1f} {max(took[1:]):9.1f}")


def _signed_in(connection: Connection) -> str:
    with database.transaction(connection):
        about = {"name": "Gulnara", "now": database.instant(datetime.now(UTC))}
        connection.execute("INSERT OR IGNORE INTO staff (name, role, added_at) VALUES (:name, 'admin', :now)", about)
        gulnara = connection.execute("SELECT id FROM staff WHERE name = :name", about).fetchone()["id"]
        return sessions.begin(connection, StaffId(gulnara), now=datetime.now(UTC))


async def _pages(file: Path, token: str, rate: float, seconds: float) -> int:
    settings = SenderSettings(database=f"sqlite:///{file}", address_key=KEY.secret.hex(), secret="0" * 64)  # type: ignore[arg-type]
    late = 0
    with _desk(settings) as base:
        async with aiohttp.ClientSession(base, cookies={"desk": token}) as session:
            await _until_alive(session)
            alive = await _asked(session, "/healthz", rate, seconds)
            print(f"\n{'milliseconds':48} {'p50':>8} {'p95':>8} {'p50 to /healthz':>16}")
            _print_page("/healthz", alive, alive)
            for path in _paths(settings):
                status, took, pieces = await _opened(session, path)
                if status != 200:
                    print(f"{path:48} answers {status}: not measured")
                    continue
                if took > TOO_LONG:
                    print(f"{path:48} takes {took:.1f} s alone: not asked for again")
                    late += 1
                    continue
                if pieces > TOO_LONG:
                    print(f"{path:48} came after {took * 1_000:.0f} ms, its pieces were complete after {pieces:.1f} s")
                page, beside = await asyncio.gather(
                    _asked(session, path, rate, seconds), _asked(session, "/healthz", rate, seconds, after=0.5 / rate)
                )
                late += _print_page(path, page, beside)
    print("every p95 within the limit" if not late else f"{late} pages are later than {LIMIT * 1_000:.0f} ms at p95")
    return 1 if late else 0


async def _opened(session: aiohttp.ClientSession, path: str) -> tuple[int, float, float]:
    """Status, seconds until the page was there, and until its pieces were."""
    started = time.perf_counter()
    async with session.get(path, allow_redirects=False) as answer:
        page = await answer.text()
    took = time.perf_counter() - started
    waiting = list(_PIECE.findall(page))
    while waiting and time.perf_counter() - started < PATIENCE:
        every, source = waiting.pop()
        await asyncio.sleep(float(every))
        async with session.get(unescape(source)) as piece:
            if "preview" in source:  # the progress of a campaign that runs never ends
                waiting += _PIECE.findall(await piece.text())
    return answer.status, took, time.perf_counter() - started


def _paths(settings: SenderSettings) -> list[str]:
    """Of every page that is opened and not sent; a file of half a million lines is no page."""
    found = []
    for route in console.build(settings).routes:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()) or route.name == "healthz":
            continue
        if not route.path.endswith(".csv"):
            id = SAMPLES.get(route.path.split("/")[1], BIG)
            path = route.path.replace("{name}", PLOTS.get(route.name, ""))
            found.append(re.sub(r"{\w+(?::\w+)?}", str(id), path) + QUERIES.get(route.name, ""))
    return [*found, *(f"/campaigns/{COMING}{piece}" for piece in ("", "/preview", "/edit", "/copy"))]


@contextlib.contextmanager
def _desk(settings: SenderSettings) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SAQBOL_")},
        "SAQBOL_DATABASE": settings.database,
        "SAQBOL_ADDRESS_KEY": settings.address_key.get_secret_value(),
        "SAQBOL_SECRET": settings.secret.get_secret_value(),
        "SAQBOL_CONSOLE_PORT": str(port),
        "SAQBOL_CONSOLE_URL": f"http://127.0.0.1:{port}",
    }
    desk = subprocess.Popen([sys.executable, "-m", "broadcaster", "console"], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        desk.terminate()
        try:
            desk.wait(10)
        except subprocess.TimeoutExpired:
            desk.kill()
            desk.wait()


async def _until_alive(session: aiohttp.ClientSession) -> None:
    for _ in range(200):
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get("/healthz") as answer:
                if answer.status == 200:
                    return
        await asyncio.sleep(0.1)
    raise TimeoutError("the console does not start")


async def _asked(session: aiohttp.ClientSession, path: str, rate: float, seconds: float, *, after: float = 0) -> Sequence[float]:
    begin = time.perf_counter() + after

    async def one(due: float) -> float:
        await asyncio.sleep(max(0, due - time.perf_counter()))
        async with session.get(path, allow_redirects=False) as answer:
            await answer.read()
        return time.perf_counter() - due

    return await asyncio.gather(*(one(begin + number / rate) for number in range(max(2, int(rate * seconds)))))


def _print_page(path: str, page: Sequence[float], beside: Sequence[float]) -> bool:
    """True when it is too late."""
    half, p95 = statistics.median(page), statistics.quantiles(page, n=20)[-1]
    print(f"{path:48} {half * 1_000:8.1f} {p95 * 1_000:8.1f} {half / statistics.median(beside):15.1f}×")
    return p95 > LIMIT


if __name__ == "__main__":
    sys.exit(main())
