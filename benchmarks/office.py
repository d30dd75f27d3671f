"""A register full of people and a sender over it: what the benchmarks of the sending side begin with."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
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
from content import library
from tests.broadcaster.town import town

ANY_RATE = 1e6
NOON = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
KEY = AddressKey(bytes(32))
WORDS = library.load()
PUBLIC_URL = "https://saqbol.example"
TOPIC = "INSERT INTO topic SELECT id, 'phishing-link' FROM contact WHERE id % 11 = 0"


class Office:
    """All have Telegram, every third a telephone, every eleventh the topic `phishing-link`."""

    def __init__(self, folder: Path, people: int) -> None:
        self.url = f"sqlite:///{folder / 'saqbol.db'}"
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

    def accepted(self, campaign: int) -> int:
        found = self.register.execute("SELECT count(*) FROM delivery WHERE campaign = ? AND state = 2", [campaign])
        return int(found.fetchone()[0])


def cpu_seconds(work: Callable[[], Coroutine[Any, Any, None]]) -> float:
    """Of this process with all its threads, kernel included."""
    started = time.process_time()
    asyncio.run(work())
    return time.process_time() - started
