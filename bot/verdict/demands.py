"""What a text wants of the person: a code, money first, silence, haste… and what speaks for it. Called by bot.verdict.weighing.

The words stand in words.yaml and what they add up to in demands.yaml, for native readers; this file only looks. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.verdict.evidence import Evidence, Kind
from bot.verdict.vocabulary import Heard, Pattern, Vocabulary, WordsError

LONGEST_QUOTE = 120

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One kind and its patterns. `says` is said to the person; `told` may be a retelling or a warning."""

    kind: Kind
    says: tuple[Pattern, ...]
    told: tuple[Pattern, ...]


def read(folder: Path = HERE) -> tuple[Vocabulary, tuple[Demand, ...]]:
    """The word lists and demands of a folder; WordsError names the demand whose pattern needs a list that is not there."""
    lists: Mapping[str, Any] = _loaded(folder / "words.yaml")
    vocabulary = Vocabulary(lists["words"], lists["verbs"])
    demands = tuple(
        Demand(kind=Kind(kind), says=_patterns(parts.get("says", ())), told=_patterns(parts.get("told", ())))
        for kind, parts in _loaded(folder / "demands.yaml").items()
    )
    for demand in demands:
        for pattern in (*demand.says, *demand.told):
            if strange := {*pattern.needs, *pattern.unless} - vocabulary.meanings:
                raise WordsError(f"{demand.kind}: no list of words called {', '.join(sorted(strange))}")
    return vocabulary, demands


def check(text: str) -> list[Evidence]:
    """One Evidence per kind, fired or not.

    What a warning against fraud quotes is no demand. A code somebody asks for does not speak for the message, so it is not
    its own code then; and «tell nobody» said of a code is no secrecy.
    """
    heard = _VOCABULARY.hear(text)
    said = {demand.kind: _first(heard, demand.says) for demand in _DEMANDS}
    told = {demand.kind: _first(heard, demand.told) for demand in _DEMANDS}
    demanded = any(found for kind, found in said.items() if kind not in _SPEAKS_FOR)
    warning = None if demanded else told[Kind.WARNS_OF_FRAUD]
    found = said if warning else {kind: said[kind] or told[kind] for kind in said}
    found[Kind.WARNS_OF_FRAUD] = warning
    if found[Kind.ASKS_FOR_CODE]:
        found[Kind.OWN_CODE] = None
    if found[Kind.OWN_CODE]:
        found[Kind.SECRECY] = None
    return [_evidence(kind, text, span) for kind, span in found.items()]


def _evidence(kind: Kind, text: str, span: tuple[int, int] | None) -> Evidence:
    if span is None:
        return Evidence(kind=kind, fired=False)
    start, end = span
    return Evidence(kind=kind, fired=True, quote=text[start : min(end, start + LONGEST_QUOTE)])


def _first(heard: Heard, patterns: Sequence[Pattern]) -> tuple[int, int] | None:
    for pattern in patterns:
        if found := heard.find(pattern):
            return found
    return None


def _patterns(lines: Sequence[str]) -> tuple[Pattern, ...]:
    return tuple(Pattern.parse(line) for line in lines)


def _loaded(path: Path) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


_SPEAKS_FOR = frozenset({Kind.OWN_CODE, Kind.WARNS_OF_FRAUD})
_VOCABULARY, _DEMANDS = read()
