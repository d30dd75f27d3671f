"""One text from ear and checks to a verdict, and `python -m bot judge`: JSON Lines in, JSON Lines out, in order.

Called by the conversation and by the command line. It must import neither doors nor settings: a batch of a newsroom or a
benchmark needs no token and starts in a second.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.answers import sentence
from bot.language import language_of
from bot.understanding import Ear
from bot.verdict.evidence import Guess, Known, Level, Verdict
from bot.verdict.weighing import judge
from content.language import Language
from content.library import Library

LONGEST = 4_000
"""Characters judged; what makes a scam stands long before."""

LookUp = Callable[[str], Known]


def nothing_known(text: str) -> Known:
    """The look-up of a process without a register."""
    return Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with the guess it came from and the language to answer in."""

    verdict: Verdict
    guess: Guess
    language: Language


def judgement_of(text: str, *, ear: Ear, look_up: LookUp = nothing_known) -> Judgement:
    """Judge any text at all; never raises. Of what is too long the beginning is judged, and never found without signs."""
    judged = text[:LONGEST]
    guess = ear.hear(judged)
    verdict = judge(judged, guess, look_up(judged))
    if judged != text and verdict.level is Level.NO_SIGNS:
        verdict = replace(verdict, level=Level.NOT_UNDERSTOOD)
    return Judgement(verdict=verdict, guess=guess, language=language_of(judged))


def judge_lines(lines: Iterable[str], *, ear: Ear, library: Library) -> Iterator[str]:
    """One JSON line for each line; what is not `{"text": "…"}` gets `{"error": …}` and the rest goes on."""
    for line in lines:
        try:
            row = json.loads(line)
            text = row["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError, RecursionError):
            yield json.dumps({"error": 'a line must be a JSON object with a string "text"'})
            continue
        yield json.dumps(_as_json(judgement_of(text, ear=ear), library), ensure_ascii=False)


def _as_json(judgement: Judgement, library: Library) -> dict[str, Any]:
    verdict = judgement.verdict
    return {
        "level": verdict.level.value,
        "scheme": verdict.scheme,
        "confidence": round(verdict.confidence, 4),
        "language": judgement.language.value,
        "intent": judgement.guess.intents[0][0] if judgement.guess.intents else None,
        "reasons": [
            {"kind": reason.kind.value, "quote": reason.quote, "sentence": sentence(reason, judgement.language, library)}
            for reason in verdict.reasons
        ],
    }
