"""Aigul and her neighbours at a door, so that tests of the conversation read as sentences."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.conversation import Conversation
from bot.message import Button, Door, Incoming, Reply
from bot.register import SETS
from bot.verdict.evidence import Guess
from broadcaster import database
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_NUMBERS = itertools.count(1)


def new_register(folder: Path) -> Connection:
    register = database.open(f"sqlite:///{folder / 'saqbol.db'}", AddressKey(b"k" * 32))
    for name, migrations in SETS:
        database.migrate(register, name, migrations)
    return register


class TaughtEar:
    """Hears what a test has taught it, and nothing else."""

    def __init__(self, taught: Mapping[str, Sequence[tuple[str, float]]]) -> None:
        self.taught = dict(taught)
        self.heard: list[str] = []

    def hear(self, text: str) -> Guess:
        self.heard.append(text)
        intents = tuple(self.taught.get(text, ()))
        return Guess(intents=intents, understood=bool(intents) and intents[0][0] != "out_of_scope" and intents[0][1] >= 0.3)


@dataclass
class Person:
    """One person at one door; remembers the last answer."""

    conversation: Conversation
    sender: str = "+77011234567"
    door: Door = Door.WHATSAPP
    now: datetime = NOON
    reply: Reply = field(init=False)

    def writes(self, text: str, *, message_id: str = "", forwarded: bool = False, other: str = "") -> Reply:
        return self._says(text=text, message_id=message_id, forwarded=forwarded, other=other)

    def presses(self, label: str) -> Reply:
        """A button of the last answer, by what stands on it."""
        data = [button.data for button in self.buttons if button.label == label]
        assert data, f"no «{label}» among {[button.label for button in self.buttons]}"
        return self.sends_data(data[0])

    def sends_data(self, data: str) -> Reply:
        return self._says(pressed=data)

    def waits(self, span: timedelta) -> None:
        self.now += span

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.reply.buttons for button in row]

    @property
    def data(self) -> list[str]:
        return [button.data for button in self.buttons]

    def _says(self, text: str = "", pressed: str = "", message_id: str = "", forwarded: bool = False, other: str = "") -> Reply:
        self.reply = self.conversation.reply_to(
            Incoming(
                door=self.door,
                sender=self.sender,
                message_id=message_id or f"m{next(_NUMBERS)}",
                received_at=self.now,
                text=text,
                pressed=pressed,
                forwarded=forwarded,
                other=other,
            )
        )
        return self.reply
