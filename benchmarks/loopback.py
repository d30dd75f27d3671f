"""Telegram and Twilio on this machine: a process of its own that takes every message and answers at once.

    .venv/bin/python -m benchmarks.loopback [--most 30]

Prints its port. Beyond `--most` messages within any second Telegram answers 429. `GET /taken` tells what came, and begins anew.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
from aiohttp import web

ROOT = Path(__file__).parents[1]


@dataclass(slots=True, kw_only=True)
class Taken:
    """`first` and `last`: monotonic seconds."""

    messages: int = 0
    refused: int = 0
    first: float = 0
    last: float = 0

    @property
    def rate(self) -> float:
        """Messages a second."""
        return (self.messages - 1) / (self.last - self.first)


@dataclass(slots=True, kw_only=True)
class _Providers:
    most: int
    taken: Taken = field(default_factory=Taken)
    within_a_second: deque[float] = field(default_factory=deque)

    async def telegram(self, request: web.Request) -> web.Response:
        form = await request.post()
        now = time.monotonic()
        while self.within_a_second and self.within_a_second[0] <= now - 1:
            self.within_a_second.popleft()
        if self.most and len(self.within_a_second) >= self.most:
            self.taken.refused += 1
            told = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
            return web.json_response(told, status=429)
        self.within_a_second.append(now)
        chat = {"id": int(str(form["chat_id"])), "type": "private"}
        message = {"message_id": self._count(now), "date": 0, "chat": chat, "text": str(form["text"])}
        return web.json_response({"ok": True, "result": message})

    async def twilio(self, request: web.Request) -> web.Response:
        form = await request.post()
        message = {
            "sid": f"SM{self._count(time.monotonic()):032x}",
            "status": "queued",
            "num_segments": "1",
            "to": str(form["To"]),
            "from": str(form["From"]),
            "body": str(form["Body"]),
            "direction": "outbound-api",
            "date_created": "Fri, 21 Nov 2025 07:15:00 +0000",
        }
        return web.json_response(message, status=201)

    async def told(self, _: web.Request) -> web.Response:
        taken, self.taken = self.taken, Taken()
        return web.json_response(asdict(taken))

    def _count(self, now: float) -> int:
        self.taken.first = self.taken.first or now
        self.taken.last = now
        self.taken.messages += 1
        return self.taken.messages


@contextlib.contextmanager
def running(*, most: int = 0) -> Iterator[str]:
    """Its base URL."""
    command = (sys.executable, "-m", "benchmarks.loopback", "--most", str(most))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def taken(url: str) -> Taken:
    return Taken(**httpx.get(f"{url}/taken").json())


async def _serve(most: int) -> None:
    providers = _Providers(most=most)
    app = web.Application()
    app.router.add_post("/bot{token}/sendMessage", providers.telegram)
    app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", providers.twilio)
    app.router.add_get("/taken", providers.told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--most", type=int, default=0, help="messages Telegram takes within a second (0: any number)")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.parse_args().most))
    return 0


if __name__ == "__main__":
    sys.exit(main())
