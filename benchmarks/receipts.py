"""Twilio's status callbacks at campaign rate: how long an answer takes, and whether every answered one stands in the ledger.

    .venv/bin/python -m benchmarks.receipts [--rate 1000] [--seconds 20]

    … --sending 100000   while a campaign goes out to so many, on paper, over the same database

Starts `python -m broadcaster serve` over a register with a campaign that has been sent; this process is Twilio. Each callback is
about another message, signed, over kept connections: 94 % delivered, 5 % not delivered, 1 % opted out. Open loop: a callback is
sent when it is due, and its time counts from then. The server is killed with its last answer, then the ledger is asked for each.
Its peer, in the same run: Starlette on uvicorn with a route that checks the signature with Twilio's library and keeps nothing.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from benchmarks.load import _cpu_of, _free_port, _quantile
from benchmarks.office import KEY, NOON, ROOT, Office
from broadcaster import database, links
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language

PUBLIC = "https://saqbol.example"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "0123456789abcdef0123456789abcdef"
CONNECTIONS = 200
WARMING = 3
"""Seconds before anything counts: a process that just started is no process under load."""

SENT = "INSERT INTO delivery SELECT :campaign, id, :route, :accepted, 60 FROM contact ORDER BY id LIMIT :told"
COUNTED = "INSERT INTO tally SELECT campaign, route, state, count(*) FROM delivery GROUP BY 1, 2, 3"
SERVE = ("broadcaster", "serve")
VALIDATOR = RequestValidator(TOKEN)


async def _bare(request: Request) -> Response:
    form = dict(await request.form())
    right = VALIDATOR.validate(f"{PUBLIC}{request.url.path}", form, request.headers.get("x-twilio-signature", ""))
    return Response(status_code=204 if right else 403)


bare = Starlette(routes=[Route("/receipts/twilio/{id}", _bare, methods=["POST"])])
"""The peer: `python -m uvicorn benchmarks.receipts:bare`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """As it goes over the wire, and where the delivery stands when it counted."""

    contact: int
    request: bytes
    ends: State


def _callback(campaign: int, contact: int) -> Callback:
    status, code = "delivered", ""
    if contact % 20 == 0:
        status, code = "undelivered", "21610" if contact % 100 == 0 else "30003"
    phone = f"+7701{contact:07d}"
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": "Saqbol",
        "MessageSid": f"SM{contact:032x}",
        "MessageStatus": status,
        "SmsSid": f"SM{contact:032x}",
        "SmsStatus": status,
        "To": phone,
        **({"ErrorCode": code} if code else {}),
    }
    path, body = f"/receipts/twilio/{links.receipt_token(KEY, campaign, contact)}", urlencode(form)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {VALIDATOR.compute_signature(PUBLIC + path, form)}\r\n"
        f"I-Twilio-Idempotency-Token: {contact:036x}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    ends = State.DELIVERED if status == "delivered" else State.UNDELIVERED
    return Callback(contact=contact, request=(head + body).encode(), ends=ends)


class Kept(asyncio.Protocol):
    """A connection that carries one callback at a time; answers of 204 and 403 have no body."""

    def __init__(self) -> None:
        self._answered: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_result(int(data[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._answered and not self._answered.done():
            self._answered.set_exception(ConnectionResetError())

    async def send(self, request: bytes, port: int) -> int:
        if self._transport is None:
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered


@dataclass(slots=True)
class Figures:
    """Milliseconds from the moment a callback was due until its answer, and what was answered to whom."""

    took: list[float] = field(default_factory=list)
    answers: dict[int, int | str] = field(default_factory=dict)
    warmed: dict[int, int | str] = field(default_factory=dict)
    cpu: float = 0.0
    seconds: float = 0.0

    @property
    def p99(self) -> float:
        return _quantile(self.took, 0.99)

    def line(self, name: str) -> str:
        good = sum(answer == 204 for answer in self.answers.values())
        others = sorted({str(answer) for answer in self.answers.values() if answer != 204})
        return (
            f"{name:9} {good:,} answered 204 at {good / self.seconds:,.0f}/s, {len(self.answers) - good} not {others}; "
            f"p50 {_quantile(self.took, 0.5):.1f}  p95 {_quantile(self.took, 0.95):.1f}  p99 {self.p99:.1f}  "
            f"max {max(self.took):.1f} ms; {self.cpu / len(self.answers):.2f} ms CPU each"
        )


async def _posted(callbacks: Sequence[Callback], port: int, server: int, *, rate: float) -> Figures:
    figures, loop = Figures(), asyncio.get_running_loop()
    free: asyncio.LifoQueue[Kept] = asyncio.LifoQueue()
    for _ in range(CONNECTIONS):
        free.put_nowait(Kept())

    async def one(callback: Callback, due: float) -> None:
        connection = await free.get()
        try:
            async with asyncio.timeout(30):
                figures.answers[callback.contact] = await connection.send(callback.request, port)
        except (OSError, TimeoutError) as error:
            figures.answers[callback.contact] = type(error).__name__
        free.put_nowait(connection)
        figures.took.append(1000 * (loop.time() - due))

    before, started = _cpu_of(server), loop.time()
    async with asyncio.TaskGroup() as all_of_them:
        for number, callback in enumerate(callbacks):
            due = started + number / rate
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            all_of_them.create_task(one(callback, due))
    figures.seconds = loop.time() - started
    figures.cpu = _cpu_of(server) - before
    return figures


@contextmanager
def _running(*command: str, port: int, folder: Path, url: str = "") -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAQBOL_")} | {
        "PYTHONPATH": str(ROOT),
        "SAQBOL_DATABASE": url,
        "SAQBOL_ADDRESS_KEY": KEY.secret.hex(),
        "SAQBOL_SECRET": KEY.secret.hex(),
        "SAQBOL_PUBLIC_URL": PUBLIC,
        "SAQBOL_TWILIO_ACCOUNT_SID": ACCOUNT,
        "SAQBOL_TWILIO_AUTH_TOKEN": TOKEN,
        "SAQBOL_RECEIVING_PORT": str(port),
    }
    with subprocess.Popen((sys.executable, "-m", *command), cwd=folder, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


async def _listens(port: int, server: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(60):
        while server.poll() is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
    raise RuntimeError("the server did not start")


async def _measured(callbacks: Sequence[Callback], port: int, server: subprocess.Popen[bytes], *, rate: float) -> Figures:
    """Of all but the first ones, which warm the server."""
    await _listens(port, server)
    early = round(WARMING * rate)
    warmed = await _posted(callbacks[:early], port, server.pid, rate=rate)
    figures = await _posted(callbacks[early:], port, server.pid, rate=rate)
    figures.warmed = warmed.answers
    return figures


@contextmanager
def _warning(office: Office, people: int) -> Iterator[None]:
    """A campaign on paper that goes out meanwhile; nothing where there are no people."""
    if not people:
        yield
        return
    warned = office.campaign(SendingChannel.PAPER)
    with office.command("broadcaster", "send"):
        yield
    print(f"of {people:,} people of the campaign {office.accepted(warned):,} had their message")


def _lost(office: Office, campaign: int, callbacks: Sequence[Callback], figures: Figures) -> int:
    """Answered with 204 and not in the ledger, in the tally or under the suppressions."""
    answers = figures.answers | figures.warmed
    states = dict(office.register.execute("SELECT contact, state FROM delivery WHERE campaign = ?", [campaign]).fetchall())
    stopped = {row["message_id"] for row in office.register.execute("SELECT message_id FROM consent_event WHERE kind = 'stop'")}
    counted = dict(office.register.execute("SELECT state, sum(n) FROM tally WHERE campaign = ? GROUP BY state", [campaign]))
    if any(counted.get(state, 0) != list(states.values()).count(state) for state in State):
        print("the tally does not count what stands in the ledger")
        return len(callbacks)
    return sum(
        answers[each.contact] == 204
        and (states[each.contact] != each.ends or (each.contact % 100 == 0 and f"SM{each.contact:032x}" not in stopped))
        for each in callbacks
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=1_000, help="callbacks a second (default 1000)")
    parser.add_argument("--seconds", type=float, default=20, help="for each server (default 20)")
    parser.add_argument("--sending", type=int, default=0, metavar="PEOPLE", help="warned meanwhile (default 0)")
    asked = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        told = round(asked.rate * (asked.seconds + WARMING))
        office = Office(Path(folder), max(told, asked.sending))
        campaign = office.campaign(SendingChannel.SMS, state="sending", started_at=NOON)
        route = route_of(SendingChannel.SMS, Language.RU)
        with database.transaction(office.register):
            office.register.execute(SENT, {"campaign": campaign, "route": route, "accepted": State.ACCEPTED, "told": told})
            office.register.execute(COUNTED)
        contacts = [row["id"] for row in office.register.execute("SELECT contact AS id FROM delivery ORDER BY 1")]
        callbacks = [_callback(campaign, contact) for contact in contacts]
        port = _free_port()
        with _running("uvicorn", "benchmarks.receipts:bare", "--no-access-log", f"--port={port}", port=port, folder=ROOT) as peer:
            bare_figures = asyncio.run(_measured(callbacks, port, peer, rate=asked.rate))
        print(bare_figures.line("peer"), flush=True)
        port = _free_port()
        with _warning(office, asked.sending), _running(*SERVE, port=port, folder=Path(folder), url=office.url) as server:
            figures = asyncio.run(_measured(callbacks, port, server, rate=asked.rate))
        print(figures.line("receipts"))
        lost = _lost(office, campaign, callbacks, figures)
        office.register.close()
    print(f"{lost} lost of {len(callbacks):,}; {figures.cpu / bare_figures.cpu:.2f}× the CPU of the peer")
    return int(lost > 0 or any(answer != 204 for answer in figures.answers.values()))


if __name__ == "__main__":
    sys.exit(main())
