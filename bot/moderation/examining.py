"""What an archive answers to the texts of nlu/evaluation: right or wrong, in their files' order. Called by releasing.

The texts are never shown, logged or returned: whoever reads them can no longer examine with them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bot.emergency import emergency_heard, emergency_in
from bot.judging import judgement_of
from bot.moderation.gate import Outcomes
from bot.moderation.learning import GENUINE
from bot.understanding import Ear
from bot.verdict.evidence import Level
from bot.verdict.weighing import NOT_SCHEMES

SETS = ("held_out", "canary")
_FIGURES = {"scam": "caught", "genuine": "spared", "emergency": "emergencies"}


def outcomes(ear: Ear, evaluation: Path) -> Outcomes:
    """By figure, `held_out.caught` and so on; the same questions as the scorecard's (benchmarks/examined.py)."""
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for name in SETS:
        for row in _rows(evaluation / name):
            if figure := _FIGURES.get(row["label"]):
                found[f"{name}.{figure}"].append(_right(row["text"], row["label"], ear))
    return found


def contradicts(ear: Ear, text: str, intent: str, *, sure: float) -> bool:
    """Whether the ear is sure that this genuine message is a scam, or this scam a genuine message."""
    intents = ear.hear(text).intents
    if not intents or intents[0][1] < sure:
        return False
    heard = intents[0][0]
    return heard not in NOT_SCHEMES if intent == GENUINE else heard == GENUINE


def texts(evaluation: Path) -> list[str]:
    """All of them, to keep them out of what is learnt."""
    return [row["text"] for name in SETS for row in _rows(evaluation / name)]


def _right(text: str, label: str, ear: Ear) -> bool:
    judgement = judgement_of(text, ear=ear)
    if label == "emergency":
        return bool(emergency_in(text) or emergency_heard(judgement.guess))
    return (judgement.verdict.level is Level.SCAM) == (label == "scam")


def _rows(folder: Path) -> Iterator[dict[str, str]]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)
