"""A register full of people and a sender over it: what the benchmarks of the sending side begin with."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.ledger import TOWN
from broadcaster import database
from broadcaster.addresses import AddressKey
from broadcaster.channels.message import Provider
from broadcaster.envelopes import Envelopes
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy
from broadcaster.sender import Outfit, Sender
from broadcaster.settings import file_of
from content import library
from tests.broadcaster.town import town

ROOT = Path(__file__).parents[1]
ANY_RATE = 1e6
NOON = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
KEY = AddressKey(bytes(32))
WORDS = library.load()
PUBLIC_URL = "https://saqbol.example"
TOPIC = "INSERT INTO topic SELECT id, 'phishing-link' FROM contact WHERE id % 11 = 0"


class Office:
    """All have Telegram, every third a telephone, every eleventh the topic `phishing-link`."""

    def __init__(self, folder: Path, people: int, name: str = "saqbol.db") -> None:
        self.url = f"sqlite:///{folder / name}"
        self.register = database.open(self.url, KEY)
        database.migrate(self.register, "broadcaster", database.MIGRATIONS)
        with database.transaction(self.register, durable=False):
            for sql in (*TOWN, TOPIC):
                self.register.execute(sql, {"n": people, "at": database.instant(NOON)})
        database.scrub(self.register)
        self._people = town(self.register)

    def campaign(self, channel: SendingChannel, *, emergency: bool = False, **about: Any) -> int:
        """Approved and due; nobody is remembered under the cap."""
        with database.transaction(self.register, durable=False):
            self.register.execute("DELETE FROM contact_recent")
        return self._people.campaign(channels=[channel], emergency=emergency, **about)

    def sender(self, providers: Mapping[SendingChannel, Provider], *, rules: Policy, rate: float = ANY_RATE) -> Sender:
        """Inside the running loop; it is noon on a Friday."""
        begun = time.monotonic()
        return Sender(
            Outfit(
                url=self.url,
                key=KEY,
                policy=rules,
                providers=providers,
                rates=dict.fromkeys(SendingChannel, rate),
                envelopes=Envelopes(key=KEY, public_url=PUBLIC_URL, words=WORDS),
                now=lambda: NOON + timedelta(seconds=time.monotonic() - begun),
                monotonic=time.monotonic,
            )
        )

    @contextlib.contextmanager
    def command(self, module: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """`python -m …` over this register, in its folder; terminated at the end."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SAQBOL_")} | {
            "PYTHONPATH": str(ROOT),
            "SAQBOL_DATABASE": self.url,
            "SAQBOL_ADDRESS_KEY": KEY.secret.hex(),
            "SAQBOL_SECRET": KEY.secret.hex(),
        }
        command = (sys.executable, "-m", module, *words)
        with subprocess.Popen(command, cwd=file_of(self.url).parent, env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                yield process
            finally:
                process.terminate()

    def accepted(self, campaign: int) -> int:
        found = self.register.execute("SELECT count(*) FROM delivery WHERE campaign = ? AND state = 2", [campaign])
        return int(found.fetchone()[0])


def cpu_seconds(work: Callable[[], Coroutine[Any, Any, None]]) -> float:
    """Of this process with all its threads, kernel included."""
    started = time.process_time()
    asyncio.run(work())
    return time.process_time() - started
