"""When two names look or sound the same to a hurried reader: the arithmetic under the link and handle checks.

`skeleton` is for the eye (kаspі, kasp1, kаspі → one string), `heard` for the ear (каспи → kaspi). Never shown to anybody.
"""

import unicodedata
from functools import lru_cache

from confusable_homoglyphs import confusables

_LETTERS_SEEN = dict(zip("авекмнорстухіјѕԛԝӏһғүұқңөәё01345|!$lq", "abekmhopctyxijsgwihfyykhoaeoieasiisig", strict=True))
_LETTERS_HEARD = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфхцыіқғәөұүңһэ", "abvgdeeziiklmnoprstufhcyikgaouunhe", strict=True))
    | {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "yu", "я": "ya", "ь": "", "ъ": ""}
)
_PAIRS = (("rn", "m"), ("vv", "w"))


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """One string for all words that look alike; compare it with another skeleton only."""
    seen = "".join(_seen(letter) for letter in unicodedata.normalize("NFKC", word).lower())
    for pair, single in _PAIRS:
        seen = seen.replace(pair, single)
    return seen


@lru_cache(maxsize=4096)
def heard(word: str) -> str:
    """A Cyrillic word as it is written in Latin letters, as a skeleton."""
    return skeleton(word.lower().translate(_LETTERS_HEARD))


@lru_cache(maxsize=2048)
def _seen(letter: str) -> str:
    if known := _LETTERS_SEEN.get(letter):
        return known
    if letter.isascii():
        return letter
    bare = unicodedata.normalize("NFKD", letter)[0]
    if bare != letter:
        return _seen(bare)
    for found in confusables.is_confusable(letter, preferred_aliases=[], greedy=True) or ():
        for alike in found["homoglyphs"]:
            if len(alike["c"]) == 1 and alike["c"].isascii() and alike["c"].isalnum():
                return _seen(str(alike["c"]).lower())
    return letter


def slips(one: str, other: str, most: int) -> int:
    """How many slips of the finger (a letter added, lost, changed, two swapped) lie between two words; `most` + 1 means more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
