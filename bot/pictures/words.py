"""One text from what tesseract saw in a picture, with what its QR codes hold behind it. Pure; called by bot.pictures.reading.

Lines of a paragraph are joined again, what is hardly a word is left out, and a word has one alphabet: which one it was in
nobody can see in a picture.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

UNSURE = 50.0
"""Mean confidence, of 100, below which a line is dirt, an icon or a pattern: those had 0-49, bad photographs 67 and more."""

FULL = 0.93
"""Share of the widest line from which a line counts as full: an address at its end may go on in the next."""

LONGEST = 20_000

LONGEST_TABLE, LONGEST_WORD, LONGEST_END = 1_000_000, 500, 300
"""Characters looked at: a page full of words has a quarter of the first. The process that read them may be in a stranger's hands,
and a word without end would hold up all others here."""

_HAS_WORDS = re.compile(r"[^\W_]{2}")
_ADDRESS_BEGINS = re.compile(r"(?:https?://|www\.|\w[\w-]*\.[a-z]{2,12}/)\S*$", re.IGNORECASE)
_ADDRESS_GOES_ON = re.compile(r"[a-z0-9-]*[-./?=&%_0-9][\w./?=&%-]*", re.ASCII | re.IGNORECASE)
_ADDRESS = re.compile(r"://|@\w|^www\.|\w\.[^\W\d_]{2}")
_LATIN = re.compile("[a-z]", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яёәғқңөұүһі]", re.IGNORECASE)
_ALIKE_LATIN, _ALIKE_CYRILLIC = "aceopxyhiABCEHIKMOPTXY", "асеорхуһіАВСЕНІКМОРТХУ"
_TO_LATIN = str.maketrans(_ALIKE_CYRILLIC, _ALIKE_LATIN)
_TO_CYRILLIC = str.maketrans(_ALIKE_LATIN, _ALIKE_CYRILLIC)


@dataclass(slots=True, kw_only=True)
class _Line:
    right: int = 0
    words: list[str] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def says_something(self) -> bool:
        return bool(_HAS_WORDS.search(self.text)) and sum(self.sure) / len(self.sure) >= UNSURE


def text_of(table: str, codes: Sequence[str]) -> str:
    """Empty when nothing can be read. `table` is the TSV of tesseract, and may be anything."""
    paragraphs = [_joined(lines) for lines in _paragraphs(table)]
    return "\n".join(filter(None, [*paragraphs, *map(str.strip, codes)]))[:LONGEST]


def _paragraphs(table: str) -> Iterator[list[_Line]]:
    rows = filter(None, map(_row, table[:LONGEST_TABLE].splitlines()))
    for _, of_paragraph in groupby(rows, key=lambda row: row[0]):
        lines = []
        for _, of_line in groupby(of_paragraph, key=lambda row: row[1]):
            line = _Line()
            for _, _, right, sure, word in of_line:
                line.right = max(line.right, right)
                line.words.append(_in_one_alphabet(word))
                line.sure.append(sure)
            if line.says_something:
                lines.append(line)
        yield lines


def _row(line: str) -> tuple[str, str, int, float, str] | None:
    """Paragraph, line, right edge, confidence, word; None for the rows of the page's structure."""
    fields = line.split("\t")
    if len(fields) != 12 or fields[0] != "5" or not fields[11].strip():
        return None
    try:
        return (
            "/".join(fields[1:4]),
            fields[4],
            int(fields[6]) + int(fields[8]),
            float(fields[10]),
            fields[11].strip()[:LONGEST_WORD],
        )
    except ValueError:
        return None


def _joined(lines: Sequence[_Line]) -> str:
    text, before = "", None
    widest = max((line.right for line in lines), default=0)
    for line in lines:
        goes_on = (
            before is not None
            and before.right >= FULL * widest
            and _ADDRESS_BEGINS.search(before.text[-LONGEST_END:])
            and _ADDRESS_GOES_ON.fullmatch(line.words[0])
        )
        text += line.text if before is None or goes_on else f" {line.text}"
        before = line
    return text


def _in_one_alphabet(word: str) -> str:
    latin, cyrillic = _LATIN.findall(word), _CYRILLIC.findall(word)
    if not latin or not cyrillic:
        return word
    if all(letter in _ALIKE_CYRILLIC for letter in cyrillic) and (len(latin) > len(cyrillic) or _ADDRESS.search(word)):
        return word.translate(_TO_LATIN)
    return word.translate(_TO_CYRILLIC) if all(letter in _ALIKE_LATIN for letter in latin) else word
