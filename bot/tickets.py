"""What people asked, and what of it they let us keep for the volunteers: a ticket. Called by the conversation.

Texts come here masked, never otherwise. Without consent they are deleted after 30 days; /forgetme deletes all of a person's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.masking import Masked
from bot.message import Door
from bot.verdict.evidence import Verdict
from broadcaster import database
from broadcaster.database import Connection
from content.language import Language

QuestionId = NewType("QuestionId", int)

KEPT_FOR = timedelta(days=30)
"""How long a text stays whose asker did not agree to have it kept."""

_SQL = database.queries_beside(__file__)


class KeptAs(StrEnum):
    """What a person agreed to; the value stands in SQL."""

    TICKET = "ticket"
    DISAGREEMENT = "disagreement"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a person let us keep: a masked text, and the scheme the program named."""

    text: str
    language: Language
    scheme: str | None


class NotTheirs(Exception):
    """This question is gone, or was asked by somebody else."""


def remember(
    register: Connection, asker: bytes, masked: Masked, verdict: Verdict, *, door: Door, language: Language, now: datetime
) -> QuestionId:
    """Keeps a question for 30 days, so that its buttons work and a disagreement can be looked into."""
    row = {
        "asker": asker,
        "door": door,
        "text": masked.text,
        "language": language,
        "level": verdict.level,
        "scheme": verdict.scheme,
        "now": database.instant(now),
    }
    with database.transaction(register, durable=False):
        return QuestionId(register.execute(_SQL["remember"], row).lastrowid or 0)


def mark(register: Connection, asker: bytes, question: QuestionId, *, useful: bool) -> None:
    """Whether the answer helped; may be changed. Raises NotTheirs."""
    with database.transaction(register, durable=False):
        marked = register.execute(_SQL["mark"], {"id": question, "asker": asker, "useful": int(useful)})
        if marked.rowcount != 1:
            raise NotTheirs


def keep(register: Connection, asker: bytes, question: QuestionId, kept_as: KeptAs, *, opinion: str = "", now: datetime) -> Kept:
    """With the person's consent. Inside the caller's transaction. Raises NotTheirs."""
    row = {"id": question, "asker": asker, "kept_as": kept_as, "opinion": opinion or None, "now": database.instant(now)}
    kept = register.execute(_SQL["keep"], row).fetchone()
    if kept is None:
        raise NotTheirs
    return Kept(text=kept["text"], language=Language(kept["language"]), scheme=kept["scheme"])


def check(register: Connection, asker: bytes, question: QuestionId) -> None:
    """Raises NotTheirs."""
    text_of(register, asker, question)


def text_of(register: Connection, asker: bytes, question: QuestionId) -> str:
    """Raises NotTheirs."""
    row = register.execute(_SQL["is_askers"], {"id": question, "asker": asker}).fetchone()
    if row is None:
        raise NotTheirs
    return str(row["text"])


def kept(register: Connection, asker: bytes) -> int:
    """How many texts this person let us keep."""
    return int(register.execute(_SQL["kept"], {"asker": asker}).fetchone()["kept"])


def forget(register: Connection, asker: bytes) -> None:
    """All questions of a person, kept or not."""
    with database.transaction(register):
        register.execute(_SQL["forget"], {"asker": asker})


def delete_old(register: Connection, *, now: datetime) -> int:
    """Texts nobody agreed to keep, once their 30 days are over; how many."""
    with database.transaction(register):
        return register.execute(_SQL["delete_old"], {"before": database.instant(now - KEPT_FOR)}).rowcount
