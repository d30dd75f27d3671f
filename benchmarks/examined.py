"""Judges every examined text once: the held-out set (written by us, by another hand than the training phrases) and the real
texts of ../shared/data where they are. Called by the scorecard; nothing here looks at a text's words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.emergency import emergency_heard, emergency_in
from bot.judging import judgement_of
from bot.understanding import Ear
from bot.verdict.evidence import Level

ROOT = Path(__file__).parents[1]
HELD_OUT = ROOT / "nlu" / "evaluation" / "held_out"
DEVELOPMENT = ROOT / "nlu" / "evaluation" / "development"
REAL = ROOT.parent / "shared" / "data"
MARKS = ROOT / "nlu" / "evaluation" / "telegram_spam_marks.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One text's truth and what the bot said; `slice` names its file, `emergency` what a person who types it is helped with."""

    id: str
    slice: str
    label: str
    intent: str
    language: str
    voice: str
    long: bool
    level: Level
    scheme: str | None
    confidence: float
    heard: str
    understood: bool
    emergency: str | None
    reasons: tuple[str, ...]

    @property
    def caught(self) -> bool:
        return self.level is Level.SCAM

    @property
    def suspected(self) -> bool:
        return self.level in (Level.SCAM, Level.DOUBTFUL)


def written(ear: Ear, folder: Path = HELD_OUT) -> Iterator[Examined]:
    """The texts written for the examination (or those for tuning, DEVELOPMENT), in their files' order."""
    for file in sorted(folder.glob("*.jsonl")):
        for row in _rows(file):
            yield _examined(ear, file.stem, row["text"], **{k: row[k] for k in ("id", "label", "intent", "language", "voice")})


def real(ear: Ear) -> Iterator[Examined]:
    """Real texts; spam of Telegram chats carries the scheme that a person marked it with, or `unmarked`."""
    marks = json.loads(MARKS.read_text(encoding="utf-8"))["marks"] if MARKS.exists() else {}
    for name in ("ru_ham_news", "kk_ham_reviews", "kk_ham_news", "ru_en_telegram_spam_ham", "en_sms"):
        for number, row in enumerate(_rows(REAL / f"{name}.jsonl"), start=1):
            fits = marks.get(str(number), "unmarked") if name.startswith("ru_en") and row["label"] == "spam" else "real"
            about = {"id": f"{name}-{number}", "label": row["label"], "intent": fits, "language": row["lang"], "voice": "real"}
            yield _examined(ear, name, row["text"], **about)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def _examined(ear: Ear, slice_name: str, text: str, *, id: str, label: str, intent: str, language: str, voice: str) -> Examined:
    judgement = judgement_of(text, ear=ear)
    verdict, guess = judgement.verdict, judgement.guess
    return Examined(
        id=id,
        slice=slice_name,
        label=label,
        intent=intent,
        language=language,
        voice=voice,
        long=len(text) >= 300,
        level=verdict.level,
        scheme=verdict.scheme,
        confidence=verdict.confidence,
        heard=guess.intents[0][0] if guess.intents else "",
        understood=guess.understood,
        emergency=emergency_in(text) or emergency_heard(guess),
        reasons=tuple(reason.kind.value for reason in verdict.reasons),
    )
