"""Known cases: one text that people ask about, with all its near-duplicates, and what volunteers found it to be.

Called by reports, queue and the conversation. Texts come here masked, never otherwise.
"""

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NewType

from bot.moderation import sketches
from bot.moderation.places import leads_home
from broadcaster import database
from broadcaster.database import Connection
from content.language import Language

CaseId = NewType("CaseId", int)

CANDIDATES = 12
"""Cases compared word by word for one text, those with most common bands first."""

DOUBLING = timedelta(hours=12)
"""How much earlier a case stands in the queue for each doubling of its sightings."""

_SQL = database.queries_beside(__file__)


class Ruling(StrEnum):
    """What a message is. `hoax`: a rumour that is not true and does no harm."""

    SCAM = "scam"
    DOUBTFUL = "doubtful"
    GENUINE = "genuine"
    HOAX = "hoax"

    @property
    def clears(self) -> bool:
        """Says of a message that nothing is to be feared: true of the very same words alone."""
        return self in (Ruling.GENUINE, Ruling.HOAX)


class Harm(StrEnum):
    """How much whoever believes it may lose."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def head_start(self) -> timedelta:
        """In the queue, before a case of low harm that came in at the same time."""
        return {Harm.HIGH: timedelta(days=3), Harm.MEDIUM: timedelta(days=1), Harm.LOW: timedelta()}[self]


class State(StrEnum):
    """Waits for votes, waits for a senior, or is judged (and may be opened again)."""

    OPEN = "open"
    SENIOR = "senior"
    JUDGED = "judged"


class NothingToJudge(ValueError):
    """There is no word, number or link in this text."""


class UnknownCase(LookupError):
    """There is no such case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`scheme_said` is the program's guess: never shown to a volunteer before their vote. `ruling` is the last decision.
    `why` it waits for a senior (quorum.Why)."""

    id: CaseId
    text: str
    language: Language
    scheme_said: str | None
    harm: Harm
    state: State
    why: str | None
    round: int
    missing: int
    ruling: Ruling | None
    scheme: str | None
    version: int
    sightings: int
    first_seen: datetime
    last_seen: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What may be told to a citizen now: the latest decision whose review time is over."""

    case: CaseId
    ruling: Ruling
    scheme: str | None
    version: int
    decided_at: datetime
    verbatim: bool
    open_again: bool


def find(connection: Connection, text: str) -> Case | None:
    """The case of this text: the same words, or a near-duplicate or partial quote of them.

    A case that was cleared is found by its very words only. A fraud and the genuine message it imitates are two cases.
    """
    asked = sketches.sketch(text)
    if not asked.pieces:
        return None
    best: tuple[float, Case] | None = None
    for row in connection.execute(_SQL["candidates"], {"keys": json.dumps(asked.keys), "most": CANDIDATES}):
        other = _sketch(row["text"])
        if not sketches.are_alike(asked, other):
            continue
        case, alike = _case(row), sketches.similarity(asked, other)
        if sketches.is_verbatim(text, case.text):
            return case
        if (best is None or alike > best[0]) and _may_be_one(text, case):
            best = alike, case
    return best[1] if best else None


def with_id(connection: Connection, id: CaseId) -> Case:
    """Raises UnknownCase."""
    row = connection.execute(_SQL["with_id"], {"id": id}).fetchone()
    if row is None:
        raise UnknownCase
    return _case(row)


def open_or_add(
    connection: Connection, text: str, *, language: Language, scheme_said: str | None, harm: Harm, votes: int, now: datetime
) -> Case:
    """The case of this text, a new one when there is none. Counts nobody: `sighted` does. Inside the caller's transaction.

    `votes`: how many a new case waits for. Raises NothingToJudge.
    """
    known = find(connection, text)
    if known is not None:
        return known
    return open_new(connection, text, language=language, scheme_said=scheme_said, harm=harm, votes=votes, now=now)


def open_new(
    connection: Connection, text: str, *, language: Language, scheme_said: str | None, harm: Harm, votes: int, now: datetime
) -> Case:
    """The same beside a case there may be of it. Raises NothingToJudge."""
    asked = sketches.sketch(text)
    if not asked.pieces:
        raise NothingToJudge
    row = {
        "text": text,
        "language": language,
        "scheme_said": scheme_said,
        "harm": harm,
        "missing": votes,
        "turn": _turn(now, harm, 1),
        "now": database.instant(now),
    }
    id = CaseId(connection.execute(_SQL["open"], row).lastrowid or 0)
    connection.execute(_SQL["index"], {"keys": json.dumps(asked.keys), "case": id})
    return with_id(connection, id)


def sighted(connection: Connection, case: CaseId, *, harm: Harm, now: datetime) -> None:
    """One more person asked about it: it moves up in the queue, and its harm is the highest anybody met. In a transaction."""
    row = connection.execute(_SQL["queue_place"], {"id": case}).fetchone()
    worst = max(Harm(row["harm"]), harm, key=lambda each: each.head_start)
    sightings = row["sightings"] + 1
    turn = _turn(datetime.fromisoformat(row["opened_at"]), worst, sightings)
    seen = {"id": case, "harm": worst, "sightings": sightings, "turn": turn, "now": database.instant(now)}
    connection.execute(_SQL["sighted"], seen)


def open_again(connection: Connection, case: Case, *, votes: int, now: datetime) -> None:
    """A new round: earlier votes count no more, the last decision stands until the next, and it is no test question any more.
    Inside the caller's transaction."""
    turn = _turn(now, case.harm, max(1, case.sightings))
    again = {"id": case.id, "missing": votes, "turn": turn, "now": database.instant(now)}
    connection.execute(_SQL["open_again"], again)


def worded(connection: Connection, text: str) -> Sequence[Case]:
    """Those that show volunteers exactly this text."""
    asked = {"key": sketches.sketch(text).keys[0], "text": text}
    return [_case(row) for row in connection.execute(_SQL["worded"], asked).fetchall()]


def reword(connection: Connection, case: Case, text: str, language: Language) -> None:
    """Shows and finds it by other words from now on. Inside the caller's transaction."""
    connection.execute(_SQL["unindex"], {"keys": json.dumps(sketches.sketch(case.text).keys), "case": case.id})
    connection.execute(_SQL["reword"], {"id": case.id, "text": text, "language": language})
    connection.execute(_SQL["index"], {"keys": json.dumps(sketches.sketch(text).keys), "case": case.id})


def erase(connection: Connection, id: CaseId) -> None:
    """With its votes, decisions and reports; what it put into the register of suspects stays. Inside the caller's transaction."""
    case = with_id(connection, id)
    connection.execute(_SQL["unindex"], {"keys": json.dumps(sketches.sketch(case.text).keys), "case": id})
    connection.execute(_SQL["erase"], {"id": id})


def judgement_of(connection: Connection, text: str, *, now: datetime) -> Judgement | None:
    """What volunteers found a message like this to be, if they did and their review time is over."""
    case = find(connection, text)
    return judgement(connection, case, text, now=now) if case else None


def judgement(connection: Connection, case: Case, text: str, *, now: datetime) -> Judgement | None:
    """The same of a case already found: None too where the decision clears other words than these, and for a mere name or number:
    nobody learns by asking whether a person was reported."""
    row = connection.execute(_SQL["told_now"], {"id": case.id, "now": database.instant(now)}).fetchone()
    if row is None or sketches.is_hardly_more_than_a_name(case.text):
        return None
    ruling, verbatim = Ruling(row["verdict"]), sketches.is_verbatim(text, case.text)
    if ruling.clears and not verbatim:
        return None
    return Judgement(
        case=case.id,
        ruling=ruling,
        scheme=row["scheme"],
        version=row["version"],
        decided_at=datetime.fromisoformat(row["at"]),
        verbatim=verbatim,
        open_again=case.state is not State.JUDGED,
    )


def _may_be_one(text: str, case: Case) -> bool:
    """Near-duplicates, but not where one leads to the bank and the other elsewhere, nor where other words were cleared, nor where
    one is a mere name or number: what is promised about the other would tell of it. A link to the bank is not blamed for a fraud
    that gives a telephone only."""
    if case.ruling is not None and case.ruling.clears:
        return False
    if sketches.is_hardly_more_than_a_name(text) != sketches.is_hardly_more_than_a_name(case.text):
        return False
    here, there = leads_home(text), leads_home(case.text)
    return there is True if here else here is None or not there


def _turn(opened_at: datetime, harm: Harm, sightings: int) -> int:
    early = harm.head_start + DOUBLING * math.log2(max(1, sightings))
    return int((opened_at - early).timestamp())


@lru_cache(maxsize=4_096)
def _sketch(text: str) -> sketches.Sketch:
    return sketches.sketch(text)


def _case(row: sqlite3.Row) -> Case:
    return Case(
        id=CaseId(row["id"]),
        text=row["text"],
        language=Language(row["language"]),
        scheme_said=row["scheme_said"],
        harm=Harm(row["harm"]),
        state=State(row["state"]),
        why=row["why"],
        round=row["round"],
        missing=row["missing"],
        ruling=Ruling(row["verdict"]) if row["verdict"] else None,
        scheme=row["scheme"],
        version=row["version"],
        sightings=row["sightings"],
        first_seen=datetime.fromisoformat(row["first_seen"]),
        last_seen=datetime.fromisoformat(row["last_seen"]),
        decided_at=datetime.fromisoformat(row["decided_at"]) if row["decided_at"] else None,
    )
