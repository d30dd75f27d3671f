"""When two texts are the same message: retyped, with another number, link, name or emoji, or quoted in part. Pure.

Called by cases. A text becomes the words that stay when it is passed on, their neighbouring pairs a MinHash, and its band keys an
index in which like texts meet.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rensa import RMinHash

from bot.masking import BULLET, LONGEST
from bot.verdict import folding
from bot.verdict.web_addresses import find, plain

BANDS, ROWS = 32, 3
"""Of 10,370 edited copies every one met the original in some band. Among 100,000 cases a text meets 26 others in them; with two
rows it met 415, and most of a look-up went there."""

ALIKE, SHORT_ALIKE, LONG = 0.36, 0.72, 30
"""Share of common pieces from which two texts are one message: with LONG pieces and more, and with none; between them along a
line, for one word of three says more than one of thirty. `python -m benchmarks.cases` counts what that finds and mistakes."""

QUOTED, SHORTEST_QUOTE, SMALLEST_PART = 0.75, 14, 0.2
"""A quote: that share of its pieces stands in the longer text, it has that many, and is no smaller part of the longer."""

FEW_WORDS = 4
"""A text of fewer words is known by its very links and numbers: «kaspi-bonus.top» is not any link."""

_SEED = 20_261_129
_POSITIVE = (1 << 62) - 1
PLACE = "@"
NUMBER = "0"
_HANDLE = r"[@＠]\w[\w.]{1,63}"
_HIDDEN_NUMBER = re.compile(rf"{BULLET}(?:[^\w{BULLET}]{{0,3}}{BULLET}){{11,}}")
_HIDDEN_CARD = re.compile(rf"{BULLET}(?:[^\w{BULLET}]{{0,3}}{BULLET}){{12,}}")
_LEGAL_FORM = re.compile(
    r"(?:обществ|товариществ)\w+ с ограниченной ответственностью|акционерн\w+ обществ\w+|индивидуальн\w+ предпринимател\w+"
    r"|(?:микрокредитн|микрофинансов)\w+ (?:компани|организаци)\w+"
    r"|жауапкершілігі шектеулі серіктестіг?\w*|акционерлік қоғам\w*|жеке кәсіпкер\w*|микроқаржы ұйым\w*"
    r"|\b(?:ооо|оао|зао|пао|тоо|жшс|ао|ақ|ип|жк|мкк|мфо|мқұ|llp|llc|ltd|inc)\b",
    re.IGNORECASE,
)
"""What stands before thousands of names: with it 774 of 3,914 firms of a public list were taken for another, without it 37."""

_SITE = re.compile(r"(?:[^/?#]*//)?[^/?#]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """`words` in one spelling, links and names as one sign and numbers as another; `pieces` are words and pairs of neighbours."""

    words: tuple[str, ...]
    pieces: frozenset[str]

    @property
    def keys(self) -> Sequence[int]:
        """One for each band; like texts share at least one. Made when asked: most texts only look."""
        hashes = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
        hashes.update(sorted(self.pieces))
        digest = hashes.digest()
        bands = (digest[at : at + ROWS] for at in range(0, BANDS * ROWS, ROWS))
        return [sum(each << 15 * place for place, each in enumerate(band)) & _POSITIVE for band in bands]


def sketch(text: str) -> Sketch:
    """Of a masked text. Without pieces where nothing in it is a word, a number or a link, or where what matters was hidden: all
    bare cards look alike."""
    text = _LEGAL_FORM.sub(" ", text)
    words = _words(text, exactly=False)
    if _are_few(words):
        if PLACE not in words and _HIDDEN_NUMBER.search(text):
            return Sketch(words=words, pieces=frozenset())
        words = _words(text, exactly=True)
    pairs = (f"{first} {second}" for first, second in itertools.pairwise(words))
    return Sketch(words=words, pieces=frozenset([*words, *pairs]) - {PLACE, NUMBER})


def similarity(one: Sketch, other: Sketch) -> float:
    """Share of the pieces that both have, 0 to 1; of a quote, the share of it that stands in the other."""
    common = len(one.pieces & other.pieces)
    if not common:
        return 0.0
    alike = common / (len(one.pieces) + len(other.pieces) - common)
    shorter, longer = sorted((len(one.pieces), len(other.pieces)))
    if shorter >= SHORTEST_QUOTE and shorter >= SMALLEST_PART * longer and common >= QUOTED * shorter:
        return max(alike, common / shorter)
    return alike


def are_alike(one: Sketch, other: Sketch) -> bool:
    shorter = min(len(one.pieces), len(other.pieces), LONG)
    return similarity(one, other) >= SHORT_ALIKE - (SHORT_ALIKE - ALIKE) * shorter / LONG


def is_verbatim(text: str, known: str) -> bool:
    """The same words, and all of them were seen: a hidden card may be another's, and a text that was cut may go on otherwise.

    «No danger» is said of nothing less: one word, account or link more and a genuine message is a fraud.
    """
    if max(len(text), len(known)) >= LONGEST or _HIDDEN_CARD.search(text):
        return False
    return has_same_words(text, known)


def has_same_words(text: str, known: str) -> bool:
    """As far as they can be seen: numbers, links and names too, in the same order. Spelling, punctuation and emoji may differ."""
    return _words(text, exactly=True) == _words(known, exactly=True)


def is_hardly_more_than_a_name(text: str) -> bool:
    """Of somebody, or their number or account: whether people judged it is nothing to be found out by asking."""
    words = _words(_LEGAL_FORM.sub(" ", text), exactly=False)
    return PLACE not in words and _are_few(words)


def _are_few(words: Sequence[str]) -> bool:
    return sum(word not in (PLACE, NUMBER) for word in words) < FEW_WORDS


def _words(text: str, *, exactly: bool) -> tuple[str, ...]:
    """`exactly`: links, names and numbers as they stand; hidden digits are all alike."""
    text = text.replace(BULLET, "0")
    places = [re.escape(address.quote) for address in find(text)]
    words: list[str] = []
    for between, place in _split(text, "|".join([*places, _HANDLE])):
        for word in folding.words(between):
            number = "".join(filter(str.isdecimal, word.spelling)) if exactly else NUMBER
            words.append(number if word.is_number else word.spelling)
        if place:
            words.append(_address(plain(place)) if exactly else PLACE)
    return tuple(words)


def _address(place: str) -> str:
    """Capitals count in a path: bit.ly/Ab and bit.ly/aB lead to two places."""
    site = _SITE.match(place)
    end = site.end() if site else len(place)
    return place[:end].casefold() + place[end:]


def _split(text: str, places: str) -> Iterator[tuple[str, str]]:
    """The text in front of each place with that place; last the text behind them all."""
    end = 0
    for place in re.finditer(places, text):
        yield text[end : place.start()], place[0]
        end = place.end()
    yield text[end:], ""
