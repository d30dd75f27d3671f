"""Which message of the volunteers' Telegram shows which case, and which of them say what is true no more. Called by volunteering.

A card is written down before the call: then none is posted twice in the group, and none stays with the text of a case that was
erased meanwhile.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from bot.moderation.cases import Case, CaseId, State
from broadcaster import database
from broadcaster.database import Connection
from content.language import Language

RecordId = NewType("RecordId", int)

FOLLOWED = timedelta(days=30)
"""For so long a card follows what becomes of its case; an erased case leaves it at any time."""

IN_GROUP = 10
"""Cards in the group that wait for votes at once: more would push one another out of sight, and Telegram takes 20 messages a
minute there."""

_AT_ONCE = 20
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A message to be edited. `case` is None where the case was erased; `look` is what to write down afterwards."""

    id: RecordId
    chat: int
    message: int
    case: CaseId | None
    language: Language
    look: str


def add(connection: Connection, case: Case, *, chat: int, language: Language, now: datetime) -> RecordId:
    """Before the call; `posted` comes after it."""
    row = {"case": case.id, "round": case.round, "chat": chat, "language": language}
    look = _look(case, voted(connection, case.id), is_group=chat < 0)
    with database.transaction(connection, durable=False):
        id = connection.execute(_SQL["add"], row | {"look": look, "now": database.instant(now)}).lastrowid
        return RecordId(id or 0)


def posted(connection: Connection, id: RecordId, message: int) -> None:
    with database.transaction(connection, durable=False):
        connection.execute(_SQL["posted"], {"id": id, "message": message})


def drop(connection: Connection, id: RecordId) -> None:
    """It was certainly not sent, or is gone and can be edited no more."""
    with database.transaction(connection, durable=False):
        connection.execute(_SQL["drop"], {"id": id})


def looks(connection: Connection, id: RecordId, look: str) -> None:
    with database.transaction(connection, durable=False):
        connection.execute(_SQL["looks"], {"id": id, "look": look})


def voted(connection: Connection, case: CaseId) -> int:
    """How many have voted in the present round: all that the group may see of it."""
    return int(connection.execute(_SQL["voted"], {"case": case}).fetchone()["n"])


def to_post(connection: Connection, group: int) -> CaseId | None:
    """The case whose card comes next into the group."""
    row = connection.execute(_SQL["to_post"], {"chat": group, "room": IN_GROUP}).fetchone()
    return CaseId(row["id"]) if row else None


def stale(connection: Connection, resting: Sequence[int] = (), *, now: datetime) -> Sequence[Stale]:
    """The oldest _AT_ONCE, none of the chats that rest."""
    moment = {"now": database.instant(now), "since": database.instant(now - FOLLOWED), "most": _AT_ONCE}
    moment |= {"resting": json.dumps(resting)}
    rows = connection.execute(_SQL["stale"], moment)
    return [
        Stale(
            id=RecordId(row["id"]),
            chat=row["chat"],
            message=row["message"],
            case=CaseId(row["known_case"]) if row["known_case"] else None,
            language=Language(row["language"]),
            look=row["look_now"],
        )
        for row in rows
    ]


def delete_old(connection: Connection, *, now: datetime) -> None:
    """Volunteers' own cards that say no more than what was decided: whose chat it was is kept no longer than it is followed."""
    with database.transaction(connection, durable=False):
        connection.execute(_SQL["delete_old"], {"before": database.instant(now - FOLLOWED)})


def _look(case: Case, votes: int, *, is_group: bool) -> str:
    """As the query `stale` spells it. Of what is judged only a test question is dealt."""
    if case.state is State.OPEN:
        return f"open:{votes}" if is_group else "open"
    return "senior" if case.state is State.SENIOR else "test"
