"""What nobody should have written to us is hidden at once: card numbers, IINs, one-time codes. Pure.

Called by the conversation on arrival, before anything is stored, and by bot.answers for every quote. Digits become bullets one
for one, so that a place in the text stays the same place. Prices, years, phones, dates and order numbers are left alone.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.verdict.folding import Word, spelling, words

BULLET = "•"
LONGEST = 4_000
"""Characters kept of a text, as many as are judged."""

Span = tuple[int, int]


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
    codes = _codes(read, [*cards, *iins]) if _CODE_WORD_SOMEWHERE.search(read) else []
    masked = list(read)
    for start, end in (*cards, *iins, *codes):
        masked[start:end] = [BULLET if letter.isdecimal() else letter for letter in read[start:end]]
    found = {Secret.CARD: cards, Secret.IIN: iins, Secret.CODE: codes}
    return Masked(
        text="".join(masked)[:LONGEST],
        secrets=tuple(secret for secret, spans in found.items() if spans),
        cards=tuple(_digits(read[start:end]) for start, end in cards),
        original=read[:LONGEST],
    )


# Cards and IINs: neighbouring numbers with at most three characters between them that are no letters.

_RUN = re.compile(r"\d+(?:(?:[^\w\n]|_){1,3}\d+|\n\d+)*")
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
        digits += _digits(text[start:end])
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


# Codes: four to eight digits beside a code word. Words are compared as bot.verdict.folding spells them.

_CODE_WORD_SOMEWHERE = re.compile(
    r"(?i)[кk][оo0][дd]|[cс]o[dԁ]e|п[аa]р[оo]л|parol|pass|пин|pin|otp|cv[vc]|п[иі]?я ?с[оө]з|свв|свс"
)
_REACH_AFTER, _REACH_BEFORE = 7, 5
"""How many words after, or before, its code word a code stands: «Код для входа в приложение Kaspi.kz: 4821»."""
_NEW_SENTENCE = re.compile(r"[.!?…]\s|\n\n")


def _spelled(table: str) -> frozenset[str]:
    return frozenset(map(spelling, table.split()))


_CODE_WORDS = _spelled("""
    код кода коду кодом коде коды кодов кодты кодтын кодын кодыныз кодынызды кодыңызды кодым кодымды кодқа кодпен смскод
    смс-код пин пинкод пинкода пароль пароля паролем пароли паролі паролын паролін паролді паролды құпиясөз құпиясөзі
    құпиясөзді code codes passcode password otp pin pincode kody
""")
_CARD_CODE_WORDS = _spelled("cvv cvc cvv2 cvc2 свв свс")
_OTHER_CODE_BEFORE = _spelled("qr штрих штрихкод промо бар почтовый пошталық телефонный цветовой скидочный promo bar postal zip")
_OTHER_CODE_AFTER = _spelled("города страны товара тнвэд модели региона индекса қала қаланың елдің")
_NOT_ITS_CODE_BEFORE = _spelled("""
    с со от из номер номера номеру номером номерден нөмірінен нөмірі нөмірден from number заказ заказа заказу тапсырыс
    тапсырысы order заявка заявки заявке дело дела договор договора шарт шарты трек track счёт счета карта карты
    картаңыз квартира кв дом каб кабинет рейс сумма сумму сумма сомасы сомаға терминал банкомат
""")
_YEAR_BEFORE = _spelled("в с к до за на in since after before")
_UNIT_AFTER = _spelled("""
    тг тенге теңге тнг kzt руб рублей доллар долларов долл usd eur tg tenge мың тыс тысяч млн млрд процент процентов
    пайыз шт штук км кг год года году годы годов г жыл жылы жылдың жылғы zhyl jyl zhyly jyly year дан ден тан тен нан
    нен dan den tan ten
""")
_OFFICIAL_NUMBERS = frozenset({"1414", "7111", "1477", "1459"})


def _codes(text: str, taken: Sequence[Span]) -> list[Span]:
    said = list(words(text))
    codes: list[Span] = []
    for at, word in enumerate(said):
        reach = _length_of_code(said, at)
        if reach is None:
            continue
        for near in range(max(0, at - _REACH_BEFORE), min(len(said), at + _REACH_AFTER + 1)):
            number = said[near]
            between = text[word.end : number.start] if near > at else text[number.end : word.start]
            if number.is_number and not (_NEW_SENTENCE.search(between) and abs(near - at) > (near > at)):
                codes += [span for span in _code_in(text, said, near, reach) if not _overlaps(span, [*taken, *codes])]
    return codes


def _length_of_code(said: Sequence[Word], at: int) -> range | None:
    """Of the code this word speaks of; None when it is no code word, or one of a city, a shop, a parcel."""
    word = said[at].spelling
    if word in _CARD_CODE_WORDS:
        return range(3, 9)
    if word not in _CODE_WORDS:
        return None
    before, after = said[at - 1].spelling if at else "", said[at + 1].spelling if at + 1 < len(said) else ""
    return None if before in _OTHER_CODE_BEFORE or after in _OTHER_CODE_AFTER else range(4, 9)


def _code_in(text: str, said: Sequence[Word], at: int, length: range) -> Iterator[Span]:
    number = said[at]
    start, end = number.start, number.end
    pieces = number.spelling.split()
    if len(_digits(number.spelling)) not in length and len(_digits(pieces[0])) in length and len(pieces) < 4:
        end = start + len(pieces[0])  # «код 482193 2 минут», but not 8701 123 45 67
    digits = _digits(text[start:end])
    before, after = said[at - 1].spelling if at else "", said[at + 1].spelling if at + 1 < len(said) else ""
    beside = text[max(0, start - 2) : start].strip()[-1:] + text[end : end + 2].strip()[:1]
    if (
        len(digits) not in length
        or digits in _OFFICIAL_NUMBERS
        or re.search(r"[.:,/]", text[start:end])
        or set(beside) & set("$€₸₽%*#№+•)")
        or (end == number.end and after in _UNIT_AFTER)
        or before in _NOT_ITS_CODE_BEFORE
        or (before in _YEAR_BEFORE and re.fullmatch(r"(?:19|20)\d\d", digits))
    ):
        return
    yield start, end


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _digits(text: str) -> str:
    """Of any script: fullwidth and Arabic digits are digits."""
    return "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())
