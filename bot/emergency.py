"""Words of somebody who needs help in the next ten minutes. Pure: works with no model and no database, before all else.

Called by the conversation on what a person types. Almost no false alarms: whoever asks whether to tell a code, or reads
of others in the news, is not in trouble. What these words miss, the model hears. The lists stand in emergency.yaml.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from bot.verdict.evidence import Guess
from bot.verdict.folding import NEXT_SENTENCE, spelling, words

LONGEST = 400
"""Characters: longer texts are pasted messages and news, told by somebody else."""

HEARD = 0.4
"""Probability of the four emergencies together from which the model is believed: below it, the answer is a verdict with the
button of help. Chosen on nlu/evaluation/development: a lower bound hears hardly more and alarms more often."""

_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")


class Emergency(StrEnum):
    """The value names the answer (`emergency_<value>`), the button and the model's intent; MENU asks which of the four."""

    PAID_ALREADY = "paid_already"
    TOLD_CODE = "told_code"
    LOAN_IN_MY_NAME = "loan_in_my_name"
    ON_THE_LINE = "on_the_line"
    MENU = "menu"


_FOUR = frozenset(kind.value for kind in Emergency if kind is not Emergency.MENU)


def emergency_in(text: str) -> Emergency | None:
    """«Я перевела им деньги», "кодты айтып қойдым", "na menya oformili kredit", "they are on the phone now"; else None."""
    if len(text) > LONGEST:
        return None
    whole = _WORDS.whole.get(" ".join(_spelled(text).replace("|", " ").split()))
    if whole is not None:
        return whole
    said = _spelled(_QUOTED.sub(" ", text))
    sentences = [sentence for sentence in said.split("|") if not _WORDS.elsewhere.search(sentence)]
    is_hearsay = _WORDS.reporting.search(said) is not None
    for signal in _WORDS.signals:
        if is_hearsay and signal.kind is Emergency.LOAN_IN_MY_NAME:
            continue
        if signal.beside is None or signal.beside.search(said):
            for sentence in sentences:
                found = signal.order.search(sentence)
                if found and not _WORDS.denying.search(sentence[: found.end()]):
                    return signal.kind
    return None


def emergency_heard(guess: Guess) -> Emergency | None:
    """What the model alone hears: the likeliest of the four when together they reach HEARD and outweigh every other intent."""
    chances = {Emergency(intent): chance for intent, chance in guess.intents if intent in _FOUR}
    together, rival = sum(chances.values()), max((chance for intent, chance in guess.intents if intent not in _FOUR), default=0)
    return max(chances, key=lambda kind: chances[kind]) if together >= HEARD and together > rival else None


def _spelled(text: str) -> str:
    """The words in one spelling, each between blanks; `|` where a sentence ends."""
    pieces, last = [" "], 0
    for word in words(text):
        if last and word.place - last >= NEXT_SENTENCE:
            pieces.append("| ")
        pieces.append(f"{word.spelling} ")
        last = word.place
    return "".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signal:
    """Words in an order within one sentence; `beside`, if any, must be said somewhere in the text."""

    kind: Emergency
    order: re.Pattern[str]
    beside: re.Pattern[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """emergency.yaml, compiled."""

    signals: Sequence[_Signal]
    whole: Mapping[str, Emergency]
    denying: re.Pattern[str]
    elsewhere: re.Pattern[str]
    reporting: re.Pattern[str]


def _read(file: Path) -> _Words:
    table: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    lists = {name: _one_of(entries) for name, entries in table["lists"].items()}
    gap = rf"(?:(?!{_one_of(table['closing'])})\S+ ){{0,3}}?"
    special = {"~": gap, "I": rf"(?:^ (?:{lists['lead']}){{0,8}}| {lists['me']}{gap})", "^": "^ ", "$": "$"}
    return _Words(
        signals=tuple(_signals(table["patterns"], lists, special)),
        whole={
            " ".join(map(spelling, phrase.split())): Emergency(kind)
            for kind, phrases in table["whole"].items()
            for phrase in phrases
        },
        denying=re.compile(" " + _one_of(table["denying"])),
        elsewhere=re.compile(" " + _one_of(table["elsewhere"])),
        reporting=re.compile(" " + _one_of(table["reporting"])),
    )


def _signals(patterns: Mapping[str, Sequence[str]], lists: Mapping[str, str], special: Mapping[str, str]) -> Iterator[_Signal]:
    for kind, lines in patterns.items():
        for line in lines:
            order, _, beside = line.partition(" + ")
            parts = [special.get(part) or lists[part] for part in order.split()]
            begin = "" if order[0] in "I^" and order.split()[0] in special else " "
            yield _Signal(
                kind=Emergency(kind),
                order=re.compile(begin + "".join(parts)),
                beside=re.compile(" " + lists[beside]) if beside else None,
            )


def _one_of(entries: str) -> str:
    """A regular expression of one word of a list and the blank after it."""
    spelled = {spelling(word.rstrip("*")) + (r"\S*" if word.endswith("*") else "") for word in entries.split()}
    return "(?:" + "|".join(sorted(spelled)) + ") "


_WORDS = _read(Path(__file__).with_suffix(".yaml"))
