"""Who must be told which decision: the ledger behind every answer that volunteers owe a citizen. Sends nothing itself.

Whoever sends claims a row before the call and writes down what came of it. A claim whose end nobody wrote down may have reached
the person: it is never told again by itself. A STOP said before the question does not forbid its answer; after one said later,
the answer waits until they write to us.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.message import Door
from bot.moderation import sketches
from bot.moderation.cases import CaseId, Ruling
from bot.moderation.reports import ReportId, ticket_of
from bot.tickets import QuestionId
from broadcaster import database
from broadcaster.addresses import Address, Channel
from broadcaster.database import Connection
from content.language import Language

_SQL = database.queries_beside(__file__)
_CHANNELS = {Door.TELEGRAM: Channel.TELEGRAM, Door.WHATSAPP: Channel.WHATSAPP, Door.SMS: Channel.PHONE}


class What(StrEnum):
    """`withdrawn`: what we had said of a message like theirs was wrong, and theirs is not judged. `partly_seen`: no danger in
    their words, but a number in them was hidden or their end cut off."""

    DECISION = "decision"
    CORRECTION = "correction"
    WITHDRAWN = "withdrawn"
    PARTLY_SEEN = "partly_seen"


class Outcome(StrEnum):
    """`refused`: they cannot be reached there; `later`: the provider asks for patience."""

    TOLD = "told"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One person, one decision. `was`: what they were told before. `address` is None where they can only be told when they
    write. `question` and `about`, their own masked words, are gone where nobody agreed to keep them."""

    report: ReportId
    ticket: str
    version: int
    what: What
    case: CaseId
    ruling: Ruling
    scheme: str | None
    was: Ruling | None
    decided_at: datetime
    asked_at: datetime
    question: QuestionId | None
    about: str
    door: Door
    language: Language
    address: Address | None


def due(
    connection: Connection, *, doors: Collection[Door] = tuple(_CHANNELS), now: datetime, most: int = 100
) -> Sequence[Telling]:
    """Whoever can be written to at these doors and was not told the latest decision whose review time is over; the longest
    waiting first."""
    tellings = _due(connection, doors, now, most)
    if len(tellings) < most:
        with database.transaction(connection, durable=False):
            everywhere = _due(connection, tuple(_CHANNELS), now, most)
            if len(everywhere) < most:
                paid = {"now": database.instant(now), "due": json.dumps([each.case for each in everywhere])}
                connection.execute(_SQL["paid"], paid)
    return tellings


def of_asker(connection: Connection, asker: bytes, *, now: datetime) -> Sequence[Telling]:
    """What this person must be told now that they write to us: a browser's tickets, and what a STOP held back."""
    rows = connection.execute(_SQL["of_asker"], {"asker": asker, "now": database.instant(now)})
    return [_telling(row) for row in rows]


def claim(connection: Connection, telling: Telling, *, now: datetime) -> bool:
    """Before the call. False: somebody else has it, it was told, a later decision has come, or a STOP since we looked."""
    row = {"report": telling.report, "version": telling.version, "now": database.instant(now)}
    row["pushed"] = telling.address is not None
    with database.transaction(connection):
        if connection.execute(_SQL["is_latest"], row).fetchone() is None:
            return False
        return connection.execute(_SQL["claim"], row).rowcount == 1


def settle(connection: Connection, telling: Telling, outcome: Outcome, *, after: timedelta = timedelta(), now: datetime) -> None:
    """After the call. What is put off is due again `after` so long."""
    row = {"report": telling.report, "version": telling.version, "state": outcome, "at": database.instant(now + after)}
    with database.transaction(connection):
        connection.execute(_SQL["settle"], row)
        if outcome is Outcome.TOLD:
            connection.execute(_SQL["told"], row)


def unknown(connection: Connection, *, before: datetime) -> int:
    """Claims older than this that never ended: a person looks at them."""
    return int(connection.execute(_SQL["unknown"], {"before": database.instant(before)}).fetchone()["n"])


def _due(connection: Connection, doors: Collection[Door], now: datetime, most: int) -> Sequence[Telling]:
    asked = {"now": database.instant(now), "doors": json.dumps(tuple(doors)), "most": most}
    return [_telling(row) for row in connection.execute(_SQL["due"], asked)]


def _telling(row: sqlite3.Row) -> Telling:
    ruling = Ruling(row["verdict"])
    was = Ruling(row["was"]) if row["was"] else None
    door = Door(row["door"])
    return Telling(
        report=ReportId(row["report"]),
        ticket=ticket_of(ReportId(row["report"]), datetime.fromisoformat(row["reported_at"])),
        version=row["version"],
        what=_what(row, ruling, was),
        case=CaseId(row["known_case"]),
        ruling=ruling,
        scheme=row["scheme"],
        was=was,
        decided_at=datetime.fromisoformat(row["decided_at"]),
        asked_at=datetime.fromisoformat(row["reported_at"]),
        question=QuestionId(row["question"]) if row["question"] else None,
        about=row["about"],
        door=door,
        language=Language(row["language"]),
        address=Address(_CHANNELS[door], row["value"]) if row["value"] and door in _CHANNELS else None,
    )


def _what(row: sqlite3.Row, ruling: Ruling, was: Ruling | None) -> What:
    if ruling.clears and not row["verbatim"]:
        return What.PARTLY_SEEN if sketches.has_same_words(row["about"], row["judged"]) else What.WITHDRAWN
    return What.DECISION if was is None or was is ruling else What.CORRECTION
