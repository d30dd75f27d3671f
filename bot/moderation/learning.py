"""Judged cases become training phrases: proposed by the program, accepted by somebody who did not judge them.

Called by `python -m bot phrases`, the page of phrases and releasing. Nothing is learnt that fewer than two people have looked at.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.moderation import volunteers
from bot.moderation.cases import CaseId, Ruling
from bot.moderation.scrubbing import scrubbed
from broadcaster import audit, database
from broadcaster.database import Connection
from broadcaster.staff import Staff
from nlu import similarity
from nlu.phrases import Phrase

PhraseId = NewType("PhraseId", int)

SHORTEST, LONGEST = 20, 600
"""Characters of a phrase: less says nothing by itself, of more the model learns the chatter around the point."""

GENUINE = "genuine_message"
_SQL = database.queries_beside(__file__)


class State(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LEFT_OUT = "left_out"


class UnknownPhrase(LookupError):
    """There is no such phrase, or its case was judged anew or erased: phrases list."""


class AlreadyReviewed(Exception):
    """Somebody has accepted or rejected this phrase already; what was accepted can still be rejected."""


class OwnJudgement(Exception):
    """You judged this case: somebody else looks at what is learnt of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A phrase and where it comes from; `reviewed_on` None: it waits."""

    id: PhraseId
    case: CaseId
    version: int
    intent: str
    language: str
    text: str
    reviewed_on: date | None


def propose(connection: Connection, *, known: Sequence[Phrase], examined: Sequence[str], now: datetime) -> int:
    """Looks at each new judgement once; how many phrases it proposes. Left out is what the model has been taught (`known`) and
    whatever is like a text it will be `examined` with."""
    rows = connection.execute(_SQL["unseen"], {"now": database.instant(now)}).fetchall()
    if not rows:
        return 0
    words = {word for phrase in known for word in phrase.text.split() if word.islower()}
    bare = frozenset(word.strip('.,!?:;«»"()…–—-') for word in words)
    texts = [scrubbed(row["text"], is_word=bare.__contains__) for row in rows]
    before = [*(phrase.text for phrase in known), *examined, *_accepted_texts(connection)]
    repeats = similarity.repeats_of(before, texts)
    intents = {phrase.intent for phrase in known}
    proposed = 0
    with database.transaction(connection):
        for at, (row, text) in enumerate(zip(rows, texts, strict=True)):
            intent = _intent_of(row)
            teaches = intent in intents and SHORTEST <= len(text) <= LONGEST and at not in repeats
            state = State.PROPOSED if teaches else State.LEFT_OUT
            told = {"case": row["id"], "version": row["version"], "state": state, "intent": intent or "", "now": _at(now)}
            told |= {"language": row["language"], "text": text if teaches else ""}
            proposed += connection.execute(_SQL["propose"], told).rowcount * teaches
    return proposed


def waiting(connection: Connection) -> Sequence[Proposal]:
    """Those nobody has looked at, in their order."""
    return _standing(connection, State.PROPOSED)


def accepted(connection: Connection) -> Sequence[Proposal]:
    """What may be learnt at this moment."""
    return _standing(connection, State.ACCEPTED)


def judged_by(connection: Connection, by: Staff, proposals: Sequence[Proposal]) -> Collection[PhraseId]:
    """Those among them that somebody else reviews: this person had part in the judgement."""
    return frozenset(each.id for each in proposals if _had_part(connection, each.case, by))


def accept(connection: Connection, id: PhraseId, *, by: Staff, now: datetime) -> None:
    """Raises NotAVolunteer, UnknownPhrase, AlreadyReviewed, OwnJudgement."""
    _review(connection, id, State.ACCEPTED, by, now)


def reject(connection: Connection, id: PhraseId, *, by: Staff, now: datetime) -> None:
    """Also what was accepted before: the next training unlearns it. Raises NotAVolunteer, UnknownPhrase, AlreadyReviewed,
    OwnJudgement."""
    _review(connection, id, State.REJECTED, by, now)


def told(proposals: Sequence[Proposal]) -> Iterator[str]:
    """Lines for whoever reviews them."""
    for each in proposals:
        yield f"{each.id}  {each.intent}  {each.language}  case {each.case}, decision {each.version}\n    {each.text}"
    yield f"{len(proposals)} wait; look for names that were left and for a wrong label"


def _review(connection: Connection, id: PhraseId, state: State, by: Staff, now: datetime) -> None:
    with database.transaction(connection):
        volunteers.check(connection, by)
        row = connection.execute(_SQL["with_id"], {"id": id}).fetchone()
        if row is None:
            raise UnknownPhrase
        if row["state"] in (State.REJECTED, state):
            raise AlreadyReviewed
        if all(each.id != id for each in (*waiting(connection), *accepted(connection))):
            raise UnknownPhrase
        asked = {"id": id, "case": row["known_case"], "staff": by.id, "state": state, "now": _at(now)}
        if _had_part(connection, row["known_case"], by):
            raise OwnJudgement
        connection.execute(_SQL["review"], asked)
        detail = {"state": state, "case": row["known_case"], "version": row["version"]}
        audit.append(connection, at=now, who=by.name, action="phrase.review", subject=f"phrase {id}", detail=detail)


def _had_part(connection: Connection, case: CaseId, by: Staff) -> bool:
    return connection.execute(_SQL["had_part"], {"case": case, "staff": by.id}).fetchone() is not None


def _intent_of(row: sqlite3.Row) -> str | None:
    return GENUINE if row["verdict"] == Ruling.GENUINE else row["scheme"]


def _accepted_texts(connection: Connection) -> Sequence[str]:
    return [each.text for state in (State.PROPOSED, State.ACCEPTED) for each in _standing(connection, state)]


def _standing(connection: Connection, state: State) -> Sequence[Proposal]:
    return [
        Proposal(
            id=PhraseId(row["id"]),
            case=CaseId(row["known_case"]),
            version=row["version"],
            intent=row["intent"],
            language=row["language"],
            text=row["text"],
            reviewed_on=datetime.fromisoformat(row["at"]).date() if row["at"] else None,
        )
        for row in connection.execute(_SQL["standing"], {"state": state})
    ]


def _at(now: datetime) -> str:
    return database.instant(now)
