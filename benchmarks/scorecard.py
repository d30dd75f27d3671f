"""The scorecard: caught and falsely flagged together, per language, voice and scheme, into nlu/evaluation/report.md.

    .venv/bin/python -m benchmarks.scorecard [--print]

Judges the held-out set with the committed model and, where ../shared/data lies beside the project, the real texts there.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from benchmarks import examined
from benchmarks.examined import DEVELOPMENT, HELD_OUT, REAL, ROOT, Examined
from benchmarks.intervals import share
from bot.emergency import HEARD
from bot.understanding import open_ear
from bot.verdict.evidence import Level
from bot.verdict.weighing import EMERGENCIES, NOT_SCHEMES

REPORT = ROOT / "nlu" / "evaluation" / "report.md"
Rows = Sequence[Examined]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--print", action="store_true", help="print the report instead of writing nlu/evaluation/report.md")
    arguments.add_argument("--development", action="store_true", help="the texts for tuning instead of the held-out ones; prints")
    wanted = arguments.parse_args()
    ear = open_ear()
    texts = examined.written(ear, DEVELOPMENT if wanted.development else HELD_OUT)
    report = "\n".join(_report(list(texts), list(examined.real(ear)))) + "\n"
    if wanted.print or wanted.development:
        print(report)
    else:
        REPORT.write_text(report, encoding="utf-8")
        print(f"written: {REPORT.relative_to(ROOT)}")
    return 0


def _report(written: Rows, found: Rows) -> Iterable[str]:
    yield "# Scorecard"
    yield ""
    yield "Made by `.venv/bin/python -m benchmarks.scorecard`; shares with Wilson's 95 % interval and the count. Held-out texts"
    yield "were written by us, by another hand than the training phrases; real texts come from published collections and are not"
    yield "part of the project."
    scams = [row for row in written if row.label == "scam"]
    genuine = [row for row in written if row.label == "genuine"]
    yield from _scams(scams)
    yield from _genuine(genuine)
    yield from _emergencies(written)
    yield from _scope(written)
    yield from _real(found)
    yield from _calibration([row for row in written if row.label in ("scam", "genuine")])
    yield from _errors(scams, genuine)


def _table(head: str, rows: Iterable[Sequence[object]]) -> Iterable[str]:
    yield ""
    yield f"| {head} |"
    yield "|" + "---|" * (head.count("|") + 1)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"


def _slices(rows: Rows) -> Iterable[tuple[str, Rows]]:
    yield "all", rows
    for language in ("kk", "ru", "mixed", "latin", "en"):
        yield language, [row for row in rows if row.language == language]
    for voice in ("scammer", "citizen", "forward"):
        yield voice, [row for row in rows if row.voice == voice]
    for language in ("kk", "ru"):
        for voice in ("scammer", "citizen", "forward"):
            yield f"{language}, {voice}", [row for row in rows if (row.language, row.voice) == (language, voice)]
    yield "long (≥ 300 characters)", [row for row in rows if row.long]


def _scams(scams: Rows) -> Iterable[str]:
    yield ""
    yield "## Scams, held out"

    def line(name: str, rows: Rows) -> Sequence[object]:
        caught = [row for row in rows if row.caught]
        return name, _rate(rows, _caught), _rate(rows, _suspected), share([row.scheme == row.intent for row in caught])

    yield from _table(
        "slice | caught (`scam`) | caught or doubtful | scheme right of caught",
        [line(name, rows) for name, rows in _slices(scams) if rows],
    )
    schemes = sorted({row.intent for row in scams})
    yield from _table(
        "scheme | caught (`scam`) | caught or doubtful | scheme right of caught",
        [line(scheme, [row for row in scams if row.intent == scheme]) for scheme in schemes],
    )


def _genuine(genuine: Rows) -> Iterable[str]:
    yield ""
    yield "## Genuine messages, held out: falsely flagged"
    yield from _table(
        "slice | called `scam` | called `doubtful`",
        [(name, _rate(rows, _caught), _rate(rows, _doubtful)) for name, rows in _slices(genuine) if rows],
    )


def _emergencies(written: Rows) -> Iterable[str]:
    yield ""
    yield "## Emergencies, held out"
    yield f"As somebody who types them is answered: by the rules of bot/emergency.py or by the model (the four ≥ {HEARD:g})."
    rows = [row for row in written if row.label == "emergency"]
    others = [row for row in written if row.label in ("genuine", "out_of_scope")]
    yield from _table(
        "slice | helped at once | with the right one of four | the model's top intent alone",
        [
            (
                name,
                share([row.emergency is not None for row in some]),
                share([row.emergency == row.intent for row in some]),
                share([row.heard in EMERGENCIES for row in some]),
            )
            for name, some in _slices(rows)
            if some
        ],
    )
    yield ""
    yield f"- false alarms among genuine and out-of-scope texts: {share([row.emergency is not None for row in others])}"
    scams = [row for row in written if row.label == "scam"]
    yield f"- scams answered with urgent help before any verdict: {share([row.emergency is not None for row in scams])}"
    lost = [row for row in rows if row.emergency is None]
    flagged = share([row.suspected for row in lost])
    yield f"- of the emergencies not heard, called `scam` or `doubtful`, with the button of help: {flagged}"


def _scope(written: Rows) -> Iterable[str]:
    yield ""
    yield "## Foreign topics"
    foreign = [row for row in written if row.label == "out_of_scope"]
    known = [row for row in written if row.label in ("scam", "genuine", "emergency")]
    yield ""
    yield f"- answered as if understood: {share([row.understood for row in foreign])}"
    yield f"- known topics kept: {share([row.understood for row in known])}"
    yield f"- foreign topics called `scam` or `doubtful`: {share([row.suspected for row in foreign])}"


def _real(found: Rows) -> Iterable[str]:
    yield ""
    yield "## Real texts of others"
    if not found:
        yield f"Skipped: {REAL.parent.name}/{REAL.name} does not lie beside the project."
        return
    ham = [row for row in found if row.label == "ham"]
    yield from _table(
        "genuine texts | called `scam` | called `doubtful`",
        [
            (name, _rate(rows, _caught), _rate(rows, _doubtful))
            for name in sorted({row.slice for row in ham})
            if (rows := [row for row in ham if row.slice == name])
        ],
    )
    spam = [row for row in found if row.label == "spam" and row.slice.startswith("ru_en")]
    marked = [row for row in spam if row.intent not in ("unmarked", "none")]
    rest = [row for row in spam if row.intent == "none"]
    smishing = [row for row in found if row.label == "smishing"]
    yield from _table(
        "unwanted texts | caught (`scam`) | caught or doubtful",
        [
            ("Telegram spam that a person marked as one of our schemes", _rate(marked, _caught), _rate(marked, _suspected)),
            ("Telegram spam that fits no scheme (reported, no target)", _rate(rest, _caught), _rate(rest, _suspected)),
            ("English smishing (reported, no target)", _rate(smishing, _caught), _rate(smishing, _suspected)),
        ],
    )


def _calibration(rows: Rows) -> Iterable[str]:
    yield ""
    yield "## Calibration"
    yield "Of the texts called `scam` or `doubtful` with a confidence in this range, how many are scams."
    bounds = [(0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1.01)]
    flagged = [row for row in rows if row.suspected]
    yield from _table(
        "confidence | really scams",
        [
            (f"{low:.2f}–{min(high, 1):.2f}", share([row.label == "scam" for row in flagged if low <= row.confidence < high]))
            for low, high in bounds
        ],
    )


def _errors(scams: Rows, genuine: Rows) -> Iterable[str]:
    yield ""
    yield "## Kinds of errors"
    missed = Counter(_missed_as(row) for row in scams if not row.suspected)
    flagged = Counter(", ".join(row.reasons[:2]) for row in genuine if row.caught)
    confused = Counter((row.intent, row.scheme) for row in scams if row.caught and row.scheme != row.intent)
    yield ""
    yield "- scams missed, by what they were heard as: " + _counted(missed)
    yield "- genuine messages called `scam`, by their first reasons: " + _counted(flagged)
    yield "- schemes most often taken for another: " + _counted(Counter({f"{a} → {b}": n for (a, b), n in confused.items()}))


def _missed_as(row: Examined) -> str:
    if row.heard in NOT_SCHEMES:
        return f"{row.heard}" if row.level is not Level.NOT_UNDERSTOOD else f"{row.heard}, not understood"
    return "a scheme, too faintly"


def _counted(counter: Counter[str]) -> str:
    return "; ".join(f"{name} {count}" for name, count in counter.most_common(8)) or "none"


def _rate(rows: Rows, outcome: Callable[[Examined], bool]) -> object:
    return share([outcome(row) for row in rows])


def _caught(row: Examined) -> bool:
    return row.caught


def _suspected(row: Examined) -> bool:
    return row.suspected


def _doubtful(row: Examined) -> bool:
    return row.level is Level.DOUBTFUL


if __name__ == "__main__":
    sys.exit(main())
