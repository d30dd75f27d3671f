"""What nobody should have written to us is hidden at once: card numbers, IINs, one-time codes. Pure.

Called by the conversation on arrival, before anything is stored, and by bot.answers for every quote. Digits become bullets one
for one, so that a place in the text stays the same place. Prices, years, phones, dates and order numbers are left alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.one_time_codes import Span, codes_in, digits_of

BULLET = "•"
LONGEST = 4_000
"""Characters kept of a text, as many as are judged."""


class Secret(StrEnum):
    """What was hidden; the phrase `masked_<value>` names it."""

    CARD = "card"
    IIN = "iin"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """`text` may be stored. `cards` are bare numbers for the keyed look-up in the register: in memory only, never printed."""

    text: str
    secrets: tuple[Secret, ...]
    cards: tuple[str, ...] = field(repr=False)
    original: str = field(repr=False)

    def veil(self, quote: str) -> str:
        """A slice of the original as it stands in the masked text, also when it holds but a part of the secret."""
        at = self.original.find(quote)
        return mask(quote).text if at < 0 else self.text[at : at + len(quote)]


def mask(text: str) -> Masked:
    """Never raises. The text is cut to LONGEST characters and otherwise keeps its length."""
    read = text[: LONGEST + 40]  # a card across the cut is still a card
    cards, iins = _numbers(read)
    codes = codes_in(read, [*cards, *iins])
    masked = list(read)
    for start, end in (*cards, *iins, *codes):
        masked[start:end] = [BULLET if letter.isdecimal() else letter for letter in read[start:end]]
    found = {Secret.CARD: cards, Secret.IIN: iins, Secret.CODE: codes}
    return Masked(
        text="".join(masked)[:LONGEST],
        secrets=tuple(secret for secret, spans in found.items() if spans),
        cards=tuple(digits_of(read[start:end]) for start, end in cards),
        original=read[:LONGEST],
    )


# Cards and IINs: neighbouring numbers with at most three characters between them that are no letters, or on lines of their own,
# which browsers end with \r\n.

_RUN = re.compile(r"\d+(?:(?:[^\w\n]|_){1,3}\d+| ?\r?\n\d+)*")
_NUMBER = re.compile(r"\d+")
_CARD = re.compile(r"[2-6]\d{12,18}|(?:8600|9860|9792)\d{12}")
"""Visa, Mastercard, Mir, UnionPay, American Express, and the Uzbek and Turkish systems met here."""
_ACCOUNT = re.compile(r"(?i)[kк][zз]\W?$")


def _numbers(text: str) -> tuple[list[Span], list[Span]]:
    cards: list[Span] = []
    iins: list[Span] = []
    for run in _RUN.finditer(text):
        if _ACCOUNT.search(text[max(0, run.start() - 3) : run.start()]):
            continue
        numbers = [(run.start() + number.start(), run.start() + number.end()) for number in _NUMBER.finditer(run.group())]
        first = 0
        while first < len(numbers):
            count, is_card = _secret_from(text, numbers[first : first + 19])
            if count:
                (cards if is_card else iins).append((numbers[first][0], numbers[first + count - 1][1]))
            first += count or 1
    return cards, iins


def _secret_from(text: str, numbers: Sequence[Span]) -> tuple[int, bool]:
    """How many of these numbers, from the first on, make a card or an IIN; whether it is a card."""
    digits = ""
    for count, (start, end) in enumerate(numbers, 1):
        digits += digits_of(text[start:end])
        if len(digits) == 12 and count <= 3 and _is_iin(digits):
            return count, False
        if _CARD.fullmatch(digits) and _passes_luhn(digits):
            return count, True
        if len(digits) > 19:
            break
    return 0, False


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_iin(digits: str) -> bool:
    """Year, month and day of birth, the century (3, 4: 1900s; 5, 6: 2000s; 0: a foreigner), and the check digit."""
    centuries = {"3": [19], "4": [19], "5": [20], "6": [20], "0": [19, 20]}.get(digits[6], [])
    if not any(_is_day(f"{century}{digits[:2]}-{digits[2:4]}-{digits[4:6]}") for century in centuries):
        return False
    for first in (1, 3):  # the second row of weights, 3…11 1 2, only where the first gives 10
        check = sum(int(digit) * ((place + first - 1) % 11 + 1) for place, digit in enumerate(digits[:11])) % 11
        if check < 10:
            return check == int(digits[11])
    return False


def _is_day(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
