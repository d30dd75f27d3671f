"""One spelling for the many ways a word is typed, so that one entry of a word list meets them all. Used by the word lists.

Cyrillic, Kazakh with and without its own letters, Kazakh and Russian in Latin letters, look-alike letters, invisible characters
and s p a c e d letters come out the same. The text itself is never changed: a word remembers where it stands in it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.verdict.unseen import INVISIBLE, MARKS

LONGEST = 5_000
"""Characters read of a text: more than a whole Telegram message (4,096)."""

NEXT_SENTENCE = 6
"""How many words farther away a word is for standing in the next sentence."""

SHORTEST_DISGUISED = 3
"""Letters a word needs to be read as Cyrillic in disguise: «ok» and «to» are what they seem."""

_INVISIBLE = INVISIBLE + MARKS
_TOKEN = re.compile(
    rf"(?P<number>\d+(?:[ \-:.,/\u00a0]\d+){{0,12}})"
    rf"|(?P<spaced>[^\W\d_](?:[^\w{_INVISIBLE}]{{1,2}}[^\W\d_](?![^\W\d_{_INVISIBLE}])){{2,60}})"
    rf"|(?P<word>[^\W\d_](?:[^\W_]|['’{_INVISIBLE}]){{0,120}})"
)
_SENTENCE_ENDS = re.compile(r"[.!?…;\n]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_REPEATED = re.compile(r"(.)\1+")
_ZERO_INSIDE = re.compile(r"(?<=[^\W\d_])0(?=[^\W\d_])")
_ANY_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]")

_ALIKE_LATIN = "aceopxykmtbhi"
_ALIKE_CYRILLIC = "асеорхукмтвні"
_TO_CYRILLIC_ALIKE = str.maketrans(_ALIKE_LATIN, _ALIKE_CYRILLIC)
_TO_LATIN_ALIKE = str.maketrans(_ALIKE_CYRILLIC, _ALIKE_LATIN)

_LETTERS = re.compile("shch|sch|sh|ch|zh|kh|ts|сч|тс|ё|я|ю")
_ONE_LETTER = {"ch": "ч", "zh": "ж", "kh": "х", "ts": "ц", "тс": "ц", "ё": "е", "я": "иа", "ю": "иу"}
"""What is not named here is ш: sh, shch, sch and сч («schet» may be счёт or щётка)."""

_PLAIN = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz" + "ışçğñ" + "әөұүқғңіһйыщэ",
    "абцдефгхижклмнопкрстувшхиз" + "ишчгн" + "аоуукгнихиише",
    "ъь",
)


class Word(NamedTuple):
    """One word or number: where it stands in the text, and `place`, its count of words and sentences from the beginning."""

    start: int
    end: int
    place: int
    spelling: str
    is_number: bool
    is_spaced: bool
    has_latin: bool


def words(text: str) -> Iterator[Word]:
    """The words of a text one after another; 30-55-18 is one number, к-о-д one word."""
    place, past = 0, 0
    text = text[:LONGEST]
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if _SENTENCE_ENDS.search(text, past, start):
            place += NEXT_SENTENCE - 1
        place, past = place + 1, end
        kind = token.lastgroup
        is_number = kind == "number"
        said = token.group()
        has_latin = not is_number and _ANY_LATIN.search(said) is not None
        yield Word(start, end, place, said if is_number else spelling(said), is_number, kind == "spaced", has_latin)


@lru_cache(maxsize=8192)
def spelling(word: str) -> str:
    """The one spelling of a word: plain Cyrillic letters, none of them doubled."""
    word = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", word).lower())
    word = _ZERO_INSIDE.sub("о", word)
    latin = _LATIN.findall(word)
    cyrillic = _CYRILLIC.findall(word)
    if latin and cyrillic:
        word = _without_disguise(word, latin, cyrillic)
    word = _LETTERS.sub(lambda letters: _ONE_LETTER.get(letters.group(), "ш"), word)
    return _REPEATED.sub(r"\1", word.translate(_PLAIN))


def disguised(word: str) -> str | None:
    """The spelling of a word that may be Cyrillic although its Latin letters, all look-alikes, hide it (KAPTA); else None."""
    word = word.lower()
    latin = _LATIN.findall(word)
    if len(word) < SHORTEST_DISGUISED or not all(letter in _ALIKE_LATIN for letter in latin):
        return None
    return spelling(word.translate(_TO_CYRILLIC_ALIKE))


def _without_disguise(word: str, latin: list[str], cyrillic: list[str]) -> str:
    """Look-alikes of the other alphabet become the letters they pose as; a word honestly in two alphabets (SMSті) stays."""
    may_be_cyrillic = all(letter in _ALIKE_LATIN for letter in latin)
    may_be_latin = all(letter in _ALIKE_CYRILLIC for letter in cyrillic)
    if may_be_cyrillic and (len(cyrillic) >= len(latin) or not may_be_latin):
        return word.translate(_TO_CYRILLIC_ALIKE)
    return word.translate(_TO_LATIN_ALIKE) if may_be_latin else word
