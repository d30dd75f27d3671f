"""What a text costs as SMS: its encoding, the parts a phone gets, and which character made it dear. Pure.

A part never cuts an escape pair, a surrogate pair or a grapheme cluster. Networks cut clusters where they fall, so that ours is
never less than the bill.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Each is sent as ESC and a letter: two septets."""

_GSM_TEXT = regex.compile("[" + regex.escape("".join(sorted(GSM_BASIC | GSM_EXTENSION))) + "]*+")
_CLUSTER = regex.compile(r"\X")


class Encoding(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"

    @property
    def alone(self) -> int:
        """Units (septets, UTF-16 units) of a text that is one part."""
        return 160 if self is Encoding.GSM_7 else 70

    @property
    def joined(self) -> int:
        """Units a part of several holds: the header takes the rest."""
        return 153 if self is Encoding.GSM_7 else 67

    def units(self, text: str) -> int:
        if self is Encoding.GSM_7:
            return len(text) + sum(character in GSM_EXTENSION for character in text)
        return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """The first character that GSM-7 does not have; `position` counts code points from 0."""

    character: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """`parts` joined are the text; an empty text has none. `forced` is set where the encoding is UCS-2."""

    encoding: Encoding
    parts: tuple[str, ...]
    units: int
    forced: Forced | None

    @property
    def segments(self) -> int:
        return len(self.parts)

    def price(self, tiyn: int | None) -> int | None:
        """In tiyn, at so many per segment; None where nobody has set that."""
        return None if tiyn is None else self.segments * tiyn


def compose(text: str) -> Sms:
    """A cluster longer than a part is cut between code points."""
    forced = _forced(text)
    encoding = Encoding.UCS_2 if forced else Encoding.GSM_7
    units = encoding.units(text)
    parts = tuple(_parts(text, encoding)) if units > encoding.alone else (text,) if text else ()
    return Sms(encoding=encoding, parts=parts, units=units, forced=forced)


def _forced(text: str) -> Forced | None:
    known = _GSM_TEXT.match(text)
    position = known.end() if known else 0
    return Forced(character=text[position], position=position) if position < len(text) else None


def _parts(text: str, encoding: Encoding) -> list[str]:
    parts = []
    begin = end = filled = 0
    for piece in _pieces(text, encoding):
        size = encoding.units(piece)
        if filled + size > encoding.joined:
            parts.append(text[begin:end])
            begin, filled = end, 0
        end += len(piece)
        filled += size
    parts.append(text[begin:])
    return parts


def _pieces(text: str, encoding: Encoding) -> Iterator[str]:
    """What is never cut."""
    for match in _CLUSTER.finditer(text):
        cluster = match[0]
        if encoding.units(cluster) <= encoding.joined:
            yield cluster
        else:
            yield from cluster
