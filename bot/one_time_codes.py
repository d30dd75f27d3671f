"""One-time codes, passwords and PINs in a text: four to eight digits beside a code word. Pure; used by bot.masking alone.

Codes of cities, parcels and shops, and numbers that are prices, years, phones, dates or orders, are none. Words are compared as
bot.verdict.folding spells them, so one list serves all spellings.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.verdict.folding import Word, spelling, words

Span = tuple[int, int]

_SOMEWHERE = re.compile(r"(?i)[кk][оo0][дd]|[cс]o[dԁ]e|п[аa]р[оo]л|parol|pass|пин|pin|otp|cv[vc]|п[иі]?я ?с[оө]з|свв|свс")
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
_AROUND = frozenset({"()", "**", "[]"})
"""«Ваш код (482193)», and «*482193*», which is bold in WhatsApp: what a code is shown in."""
_OFFICIAL_NUMBERS = frozenset({"1414", "7111", "1477", "1459"})


def codes_in(text: str, taken: Sequence[Span]) -> list[Span]:
    """Where they stand, except in `taken`, which is something else already."""
    if not _SOMEWHERE.search(text):
        return []
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
    if len(digits_of(number.spelling)) not in length and len(digits_of(pieces[0])) in length and len(pieces) < 4:
        end = start + len(pieces[0])  # «код 482193 2 минут», but not 8701 123 45 67
    digits = digits_of(text[start:end])
    before, after = said[at - 1].spelling if at else "", said[at + 1].spelling if at + 1 < len(said) else ""
    beside = text[max(0, start - 2) : start].strip()[-1:] + text[end : end + 2].strip()[:1]
    if beside in _AROUND:
        beside = ""
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


def digits_of(text: str) -> str:
    """Of any script: fullwidth and Arabic digits are digits."""
    return "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())
