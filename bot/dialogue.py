"""What was said just before, in memory only: bounded, forgotten after a day. Losing it at a restart does no harm.

Called by the conversation and its parts.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.message import Incoming
from bot.recent import Recent
from bot.tickets import QuestionId
from content.language import Language

ROOM = 50_000
KEEP = timedelta(hours=24)


class Awaited(StrEnum):
    """What we asked for and the next text may bring."""

    OPINION = "opinion"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """`question` is the last one judged; `opinion` what a person said is wrong with its verdict, not yet kept."""

    language: Language | None = None
    question: QuestionId | None = None
    awaited: Awaited | None = None
    opinion: str = ""


NEW = Dialogue()


class Dialogues:
    """One dialogue for each person at each door."""

    def __init__(self, *, room: int = ROOM, keep: timedelta = KEEP) -> None:
        self._dialogues: Recent[tuple[str, str], Dialogue] = Recent(room=room, keep=keep)

    def of(self, incoming: Incoming) -> Dialogue:
        return self._dialogues.get((incoming.door, incoming.sender), now=incoming.received_at) or NEW

    def change(self, incoming: Incoming, **changes: Any) -> None:
        """Changes fields of Dialogue and leaves the others."""
        dialogue = replace(self.of(incoming), **changes)
        self._dialogues.put((incoming.door, incoming.sender), dialogue, now=incoming.received_at)

    def forget(self, incoming: Incoming) -> None:
        self._dialogues.put((incoming.door, incoming.sender), NEW, now=incoming.received_at)
