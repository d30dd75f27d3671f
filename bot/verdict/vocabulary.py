"""What the words of a text mean for the checks: hears a text through word lists, finds patterns of meanings in it.

Used by bot.verdict.demands. A meaning is the name of a list in words.yaml: `code`, `tell`, `urgent`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.verdict.folding import Word, disguised, spelling, words

NOT = "not:"
"""What a verb means after «не», «never», «нельзя»: not:tell."""

MADE_OF_NUMBERS = frozenset({"digits", "money", "percent"})
"""Meanings that no list has."""

NEAR = 8
"""Words within which a pattern must be found, unless it says otherwise."""

MEANT = 12
"""Words before and after a finding within which an excluded meaning speaks against it."""

FAR = 10_000
"""Farther than any text is long, in words."""

SHORTEST_BEGINNING = 3
"""Letters an entry with * needs: `ко*` would be half the language."""

MOST_KNOWN = 8192
"""Words whose meanings are kept, so that common ones are looked up once."""

_CODE_LENGTH = range(3, 9)
_BEFORE_MONEY = "$€₸"
_AFTER_MONEY = "$€₸₽"
_NOT_A_CODE_AFTER = "*•№#+"
_TIME_OR_DECIMAL = re.compile("[:.,/]")

NOTHING: frozenset[str] = frozenset()


class WordsError(Exception):
    """words.yaml or demands.yaml cannot be used; the message names the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Meanings that must stand near each other, in any order, and those that must not stand near them."""

    needs: tuple[str, ...]
    unless: tuple[str, ...] = ()
    within: int = NEAR

    @classmethod
    def parse(cls, line: str) -> "Pattern":
        """`tell code -courier /6`: tell and code within 6 words, no courier near them."""
        needs, unless, within = [], [], NEAR
        for part in line.split():
            if part.startswith("-"):
                unless.append(part[1:])
            elif part.startswith("/"):
                within = int(part[1:])
            else:
                needs.append(part)
        return cls(needs=tuple(needs), unless=tuple(unless), within=within)


class Heard:
    """One text as meanings: where in the text, counted in words, each meaning was said."""

    def __init__(self, words: Sequence[Word], meanings: Iterable[Iterable[str]]) -> None:
        self._words = {word.place: word for word in words}
        self._places: dict[str, list[int]] = {}
        for word, meant in zip(words, meanings, strict=True):
            for meaning in meant:
                self._places.setdefault(meaning, []).append(word.place)

    def find(self, pattern: Pattern) -> tuple[int, int] | None:
        """Start and end, in the text, of the first place where the pattern is found."""
        places = []
        for need in pattern.needs:
            if need not in self._places:
                return None
            places.append(self._places[need])
        for anchor in places[0]:
            found = [anchor]
            for others in places[1:]:
                found.append(_nearest(others, anchor, found))
            first, last = min(found), max(found)
            if last - first <= pattern.within and not any(self._said(meaning, first, last) for meaning in pattern.unless):
                return self._words[first].start, self._words[last].end
        return None

    def _said(self, meaning: str, first: int, last: int) -> bool:
        places = self._places.get(meaning)
        if places is None:
            return False
        after = bisect_left(places, first - MEANT)
        return after < len(places) and places[after] <= last + MEANT


class _Entries:
    """Entries by their spelling. `код*` is any word that begins so, `код` that word alone."""

    def __init__(self) -> None:
        self._whole: dict[str, frozenset[str]] = {}
        self._begins: dict[str, frozenset[str]] = {}
        self._known: dict[str, frozenset[str]] = {}
        self.longest = 0

    def add(self, entry: str, meaning: str) -> None:
        spelled = entry if entry.isdigit() else spelling(entry.rstrip("*"))
        if len(spelled) < (SHORTEST_BEGINNING if entry.endswith("*") else 1):
            raise WordsError(f"{meaning}: {entry!r} is too short")
        kept = self._begins if entry.endswith("*") else self._whole
        kept[spelled] = kept.get(spelled, NOTHING) | {meaning}
        self.longest = max(self.longest, len(spelled))

    def entry(self, spelled: str) -> frozenset[str]:
        """The meanings of an entry spelled exactly so."""
        return self._begins.get(spelled, NOTHING) | self._whole.get(spelled, NOTHING)

    def look_up(self, spelled: str) -> frozenset[str]:
        """All that a word means, the longest entry first; an entry of `other` or of a not:… list ends the search."""
        kept = self._known.get(spelled)
        if kept is None:
            kept = self._whole.get(spelled, NOTHING)
            for length in range(min(len(spelled), self.longest), SHORTEST_BEGINNING - 1, -1):
                if any(meaning == "other" or meaning.startswith(NOT) for meaning in kept):
                    break
                kept |= self._begins.get(spelled[:length], NOTHING)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[spelled] = kept
        return kept


class Vocabulary:
    """The word lists. English entries are only for words with a Latin letter: «my» is not «мы»."""

    def __init__(self, lists: Mapping[str, Mapping[str, str]], verbs: Sequence[str]) -> None:
        self.meanings: frozenset[str] = frozenset(lists) | {NOT + verb for verb in verbs} | MADE_OF_NUMBERS
        self._verbs = frozenset(verbs)
        self._cyrillic, self._latin = _Entries(), _Entries()
        for meaning, languages in lists.items():
            for language, entries in languages.items():
                for entry in entries.split():
                    self._latin.add(entry, meaning)
                    if language != "en":
                        self._cyrillic.add(entry, meaning)

    def hear(self, text: str) -> Heard:
        """The meanings of all words of a text. A verb after «не» (at most one word between) means its opposite."""
        said = list(words(text))
        meant = [NOTHING if word.is_number else self._mean(word, text) for word in said]
        for index, word in enumerate(said):
            if word.is_number:
                meant[index] = self._number(text, word, meant[index + 1] if index + 1 < len(said) else NOTHING)
            elif "not" in meant[index]:
                self._turn(said, meant, index)
        return Heard(said, meant)

    def _mean(self, word: Word, text: str) -> frozenset[str]:
        entries = self._latin if word.has_latin else self._cyrillic
        if word.is_spaced:
            return _inside(word.spelling, entries)
        found = entries.look_up(word.spelling)
        if not found and word.has_latin and (posing_as := disguised(text[word.start : word.end])):
            return self._cyrillic.look_up(posing_as)
        return found

    def _turn(self, said: Sequence[Word], meant: list[frozenset[str]], index: int) -> None:
        """Turn the first verb of the next two words into its opposite."""
        for later in range(index + 1, min(index + 3, len(said))):
            if said[later].place - said[index].place > 2:
                return
            if verbs := meant[later] & self._verbs:
                meant[later] = (meant[later] - verbs) | {NOT + verb for verb in verbs}
                return

    def _number(self, text: str, word: Word, unit: frozenset[str]) -> frozenset[str]:
        """`percent`, `money`, or `digits`: 3–8 digits, no time or end of a card; `some`: one digit, how many."""
        before, after = text[max(0, word.start - 1) : word.start], text[word.end : word.end + 2].strip()[:1]
        if after == "%" or "percent_word" in unit:
            return frozenset({"percent"})
        if (before and before in _BEFORE_MONEY) or (after and after in _AFTER_MONEY) or "currency" in unit:
            return frozenset({"money"})
        if (before and before in _NOT_A_CODE_AFTER) or "unit" in unit or _TIME_OR_DECIMAL.search(word.spelling):
            return NOTHING
        if known := self._cyrillic.look_up(word.spelling):
            return known
        if len(word.spelling) == 1:
            return frozenset({"some"})
        return frozenset({"digits"}) if sum(map(str.isdigit, word.spelling)) in _CODE_LENGTH else NOTHING


def _inside(spelled: str, entries: _Entries) -> frozenset[str]:
    """Several words may have been s p a c e d out into one: all meanings found from left to right."""
    found, at = entries.entry(spelled), 0
    while at < len(spelled):
        for length in range(min(len(spelled) - at, entries.longest), SHORTEST_BEGINNING - 1, -1):
            piece = spelled[at : at + length]
            if entries.entry(piece):
                found, at = found | entries.look_up(piece), at + length - 1
                break
        at += 1
    return found


def _nearest(places: Sequence[int], anchor: int, taken: Sequence[int]) -> int:
    """The place nearest to the anchor that no other meaning of the pattern has taken; far away if there is none."""
    after = bisect_left(places, anchor)
    around = places[max(0, after - 2) : after + 3]
    return min((place for place in around if place not in taken), key=lambda place: abs(place - anchor), default=anchor + FAR)
