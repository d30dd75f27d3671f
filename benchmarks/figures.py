"""Puts the table of «how well» into the three READMEs, from the same judgements as the scorecard.

.venv/bin/python -m benchmarks.figures
"""

import sys
from collections.abc import Callable, Sequence

from benchmarks import examined
from benchmarks.examined import ROOT, Examined
from benchmarks.intervals import Share, share
from bot.understanding import open_ear
from bot.verdict.evidence import Level

START, END = "<!-- figures: start -->", "<!-- figures: end -->"
HEADS = {
    "README.md": "| what (our own texts, held out, written by another hand) | target | reached: share, 95 % interval, count |",
    "README.ru.md": "| что (наши тексты, отложенные, написаны другой рукой) | цель | достигнуто: доля, 95 % интервал, число |",
    "README.kk.md": "| не (өз мәтіндеріміз, бөлек сақталған, басқа адам жазған) | мақсат | нәтиже: үлес, 95 % интервал, саны |",
}
ROWS: dict[str, tuple[str, str, str, str]] = {
    "caught": ("scams called `scam`", "мошенничество названо `scam`", "алаяқтық `scam` деп аталды", "≥ 90 %"),
    "kk": ("… Kazakh", "… казахский", "… қазақша", ""),
    "ru": ("… Russian", "… русский", "… орысша", ""),
    "mixed": ("… mixed and Latin letters", "… смешанные и латиница", "… аралас және латын әріптері", ""),
    "suspected": (
        "scams called `scam` or `doubtful`",
        "названо `scam` или `doubtful`",
        "`scam` не `doubtful` деп аталды",
        "≥ 97 %",
    ),
    "scheme": (
        "the right scheme, of those caught",
        "верная схема среди пойманных",
        "ұсталғандардың ішінде тәсілі дұрыс",
        "≥ 88 %",
    ),
    "false": ("genuine called `scam`", "настоящие названы `scam`", "шынайысы `scam` деп аталды", "≤ 1 %"),
    "false_kk": ("… Kazakh", "… казахский", "… қазақша", ""),
    "false_ru": ("… Russian", "… русский", "… орысша", ""),
    "doubted": ("genuine called `doubtful`", "настоящие названы `doubtful`", "шынайысы `doubtful` деп аталды", "≤ 6 %"),
    "emergency": ("emergencies heard", "экстренные случаи распознаны", "шұғыл жағдай танылды", "≥ 98 %"),
    "alarm": ("false alarms", "ложные тревоги", "жалған дабыл", "≤ 1 %"),
    "foreign": (
        "foreign topics answered as if understood",
        "чужие темы приняты за свои",
        "бөтен тақырып өзіміздікі деп танылды",
        "≤ 5 %",
    ),
    "kept": ("known topics kept", "свои темы сохранены", "өз тақырыбымыз сақталды", "≥ 95 %"),
    "real": ("real genuine texts called `scam`", "реальные честные тексты: `scam`", "нақты адал мәтіндер: `scam`", "≤ 0.5 %"),
    "real_doubted": ("… called `doubtful`", "… `doubtful`", "… `doubtful`", "≤ 3 %"),
    "spam": (
        "Telegram spam that fits a scheme: caught or doubtful",
        "спам Telegram по нашим схемам: `scam` или `doubtful`",
        "тәсілге сай Telegram спамы: `scam` не `doubtful`",
        "≥ 85 %",
    ),
    "ham": ("Telegram chat called `scam`", "чат Telegram: `scam`", "Telegram чаты: `scam`", "≤ 1 %"),
}


def main() -> int:
    ear = open_ear()
    shares = _shares(list(examined.written(ear)), list(examined.real(ear)))
    for place, (name, head) in enumerate((("README.md", 0), ("README.ru.md", 1), ("README.kk.md", 2))):
        lines = ["", HEADS[name], "|---|---|---|"]
        lines += [f"| {row[head]} | {row[3]} | {shares[key]} |" for key, row in ROWS.items()]
        file = ROOT / name
        text = file.read_text(encoding="utf-8")
        before, rest = text.split(START)
        old, after = rest.split(END)
        kept = old[old.index("\n\n", old.index("|---")) :] if "|---" in old and "\n\n" in old[old.index("|---") :] else "\n"
        file.write_text(f"{before}{START}\n" + "\n".join(lines) + f"{kept}{END}{after}", encoding="utf-8")
        print(f"{place + 1}/3 {name}")
    return 0


def _shares(written: Sequence[Examined], found: Sequence[Examined]) -> dict[str, Share]:
    scams = [row for row in written if row.label == "scam"]
    genuine = [row for row in written if row.label == "genuine"]
    foreign = [row for row in written if row.label == "out_of_scope"]
    ham = [row for row in found if row.slice in ("ru_ham_news", "kk_ham_reviews", "kk_ham_news")]
    chat = [row for row in found if row.slice == "ru_en_telegram_spam_ham" and row.label == "ham"]
    spam = [row for row in found if row.slice == "ru_en_telegram_spam_ham" and row.intent not in ("real", "none", "unmarked")]

    def rate(rows: Sequence[Examined], outcome: Callable[[Examined], bool]) -> Share:
        return share([outcome(row) for row in rows])

    def only(rows: Sequence[Examined], *languages: str) -> list[Examined]:
        return [row for row in rows if row.language in languages]

    return {
        "caught": rate(scams, lambda row: row.caught),
        "kk": rate(only(scams, "kk"), lambda row: row.caught),
        "ru": rate(only(scams, "ru"), lambda row: row.caught),
        "mixed": rate(only(scams, "mixed", "latin"), lambda row: row.caught),
        "suspected": rate(scams, lambda row: row.suspected),
        "scheme": rate([row for row in scams if row.caught], lambda row: row.scheme == row.intent),
        "false": rate(genuine, lambda row: row.caught),
        "false_kk": rate(only(genuine, "kk"), lambda row: row.caught),
        "false_ru": rate(only(genuine, "ru"), lambda row: row.caught),
        "doubted": rate(genuine, lambda row: row.level is Level.DOUBTFUL),
        "emergency": rate([row for row in written if row.label == "emergency"], lambda row: row.emergency is not None),
        "alarm": rate([*genuine, *foreign], lambda row: row.emergency is not None),
        "foreign": rate(foreign, lambda row: row.understood),
        "kept": rate([row for row in written if row.label != "out_of_scope"], lambda row: row.understood),
        "real": rate(ham, lambda row: row.caught),
        "real_doubted": rate(ham, lambda row: row.level is Level.DOUBTFUL),
        "spam": rate(spam, lambda row: row.suspected),
        "ham": rate(chat, lambda row: row.caught),
    }


if __name__ == "__main__":
    sys.exit(main())
