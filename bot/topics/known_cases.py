"""Whether volunteers have judged a message before, what is said of it then, and that one more person has met it.

Called by questions. A register that is down knows no case and breaks no answer.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.moderation import cases, reports
from bot.moderation.cases import Case, Judgement, Ruling
from bot.moderation.reports import Reporter
from bot.tickets import QuestionId
from bot.turn import Turn
from bot.verdict.evidence import Evidence, Kind, Level, Verdict
from bot.verdict.weighing import PROOFS
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.lawful_hours import KAZAKHSTAN
from content.language import Language
from content.library import Library

log = structlog.get_logger()

_LEVELS = {
    Ruling.SCAM: Level.SCAM,
    Ruling.DOUBTFUL: Level.DOUBTFUL,
    Ruling.GENUINE: Level.NO_SIGNS,
    Ruling.HOAX: Level.NO_SIGNS,
}
_KNOWN = Evidence(kind=Kind.KNOWN_CASE, fired=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The case of a message, and what may be said of it; nothing where there is none."""

    case: Case | None = None
    judgement: Judgement | None = None


def met(register: Connection, masked: str, *, now: datetime) -> Met:
    try:
        case = cases.find(register, masked)
        return Met(case=case, judgement=cases.judgement(register, case, masked, now=now) if case else None)
    except DatabaseUnavailable:
        log.warning("cases.not_asked", effect="the verdict is the program's alone")
        return Met()


def verdict_by(said: Judgement | None, verdict: Verdict) -> Verdict | None:
    """The verdict by what people found. None where the program's own stands: a proof of fraud in what they cleared, a genuine
    code or a warning that resembles a fraud, and a fraud that they only doubted."""
    if said is None:
        return None
    kinds = {check.kind for check in verdict.checks if check.fired}
    if said.ruling.clears and kinds & PROOFS:
        return None
    if not said.verbatim and (verdict.own_code or Kind.WARNS_OF_FRAUD in kinds):
        return None
    if said.ruling is Ruling.DOUBTFUL and verdict.level is Level.SCAM:
        return None
    blamed = not said.ruling.clears
    return replace(
        verdict,
        level=_LEVELS[said.ruling],
        scheme=(said.scheme or verdict.scheme) if blamed else None,
        confidence=1.0,
        reasons=(_KNOWN, *verdict.reasons) if blamed else (),
        checks=(_KNOWN, *verdict.checks),
    )


def how_known(said: Judgement, language: Language, library: Library) -> str:
    """People have looked, and when; whether at these words or at a copy of them."""
    return library.phrase("how_volunteers" if said.verbatim else "how_known_case", language, date=_date(said))


def told(said: Judgement, language: Language, library: Library) -> str:
    """A judgement as one sentence of its own."""
    return library.phrase(f"ruling_{said.ruling.value}", language, date=_date(said))


def _date(said: Judgement) -> str:
    return said.decided_at.astimezone(KAZAKHSTAN).strftime("%d.%m.%Y")


def count(
    register: Connection, turn: Turn, known: Met, masked: str, question: QuestionId | None, *, told: Judgement | None
) -> None:
    """One more person has met this message; `told` is what people said of it, where that was the answer."""
    if known.case is None:
        return
    try:
        reports.seen(
            register,
            reporter_of(turn),
            known.case,
            masked,
            told=told,
            question=question,
            now=turn.incoming.received_at,
        )
    except DatabaseUnavailable:
        log.warning("sighting.not_counted")


def reporter_of(turn: Turn) -> Reporter:
    return Reporter(asker=turn.asker, address=turn.address, door=turn.incoming.door, language=turn.language)
