"""The checks of telephone numbers: a foreign caller, a number that cannot exist, one that imitates an official short code.

Called by bot.verdict.weighing (`check`) and by whoever looks numbers up in the register (`numbers`). Card numbers, IINs,
accounts, prices, dates and order numbers are no telephone numbers. Regular expressions are bounded; 4,000 characters are read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from bot.verdict.evidence import Evidence, Kind
from bot.verdict.web_addresses import LONGEST_TEXT, plain

KINDS = (Kind.FOREIGN_CALLER, Kind.MALFORMED_CALLER, Kind.IMITATES_SHORT_CODE)
SHORT_CODES = ("1414", "7111", "1477", "9999")
EMERGENCY_CODES = ("101", "102", "103", "104", "112")
MOST_NUMBERS = 30
NEARBY = 90
"""Characters before and after a number in which a word says what the number is."""

_SILENT = tuple(Evidence(kind=kind, fired=False) for kind in KINDS)
_HAS_NUMBER = re.compile(r"\d[\s().\-–‑]{0,3}\d[\s().\-–‑]{0,3}\d")
_GAP = r"[\s().\-–‑\u00a0]{0,2}"
_APART = r"(?<![\w/@=+*#№\-])(?:(?<!\d[.,:])|(?=\+))"
_ENDS = r"(?![\-–‑.,:/]?\d|[a-z*_]|\s?[%$€₸₽])"
_NUMBER = re.compile(
    rf"{_APART}(?P<here>(?:\+?7|8)(?:{_GAP}\d){{10}}){_ENDS}"
    rf"|{_APART}(?P<abroad>(?:\+|00)\d(?:{_GAP}\d){{6,17}})(?![a-z*_])"
    rf"|{_APART}(?P<bare>7(?:0\d|47|5[01]|6[0-4]|7\d)[\s\-]?\d{{3}}[\s\-]?\d{{2}}[\s\-]?\d{{2}}){_ENDS}",
    re.IGNORECASE,
)
_IN_LINK = re.compile(r"(?:wa\.me/|whatsapp\.com/send/?\?phone=|viber\.me/|tel:)\+?([0-9]{8,15})(?!\d)", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s?(?:тг|тенге|теңге|тнг|kzt|руб|сом|usd|доллар)", re.IGNORECASE)
_CONTACT = re.compile(
    r"звон|набер|номер|н[өо]м[іи]р|нөмер|whats|в[ао][тц][сц]ап|уатсап|вайбер|viber|\bтел|\btel|phone|\bcall|\btext|қоңырау|конырау|"
    r"шал|хабарл|байланыс|жаз[ыуғд]|напиш|пиши|связ|контакт|contact|менеджер|оператор|куратор|nomer|zvon|qonyrau|konyrau|habarla",
    re.IGNORECASE,
)
_OFFICIAL = re.compile(
    r"банк|bank|kaspi|каспи|halyk|халык|халық|полиц|мвд|іім|кнб|ұқк|прокур|следоват|тергеу|egov|егов|\bцон|хқко|1414|госорган|"
    r"финмонитор|қаржы монитор|министерств|министрл|служб[аыу] безопас|қауіпсіздік|сотрудник|қызметкер|police|polic",
    re.IGNORECASE,
)
_FOUR = "|".join(SHORT_CODES)
_THREE = "|".join(EMERGENCY_CODES)
_IMITATION = re.compile(
    rf"{_APART}(?:"
    rf"(?P<longer>\+7[\s\-(]{{0,2}}(?P<begun>{_FOUR})\)?(?:[\s\-]?\d){{1,6}})"
    rf"|(?P<prefixed>(?:\+\s?[78]?|[78]-|[78]\s?\()[\s\-(]{{0,2}}(?P<code>{_FOUR})\)?)"
    rf"|(?P<alarm>\+7?[\s\-(]{{0,2}}(?P<three>{_THREE})\)?)"
    rf"|(?P<split>(?P<pairs>14-14|71-11|14-77|99-99)-\d\d)"
    rf"){_ENDS}",
    re.IGNORECASE,
)
_CODE_ALONE = re.compile(rf"(?<![\w.,\-+])(?P<code>{_FOUR})(?!\w|[\-.,]\d)")
_OF_KAZAKHSTAN = re.compile(r"\+7(?:7\d{9}|800080\d{4})")
"""New codes open faster than the library learns them; and it gives 8 800 080 to Russia."""
_OF_RUSSIA = "RU"
_HERE = "KZ"
_ISLES = ("GG", "JE", "IM")
"""They share British mobile numbers; nobody is helped by reading «Guernsey»."""
_ONCE_OURS = "+997"
"""A country code that was meant for Kazakhstan and never used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number of a text: `quote` as written, `e164`, the region it belongs to (empty if there is no such number)."""

    quote: str
    e164: str
    region: str
    start: int


def check(text: str) -> list[Evidence]:
    """One Evidence for each of KINDS, fired or not."""
    if not _HAS_NUMBER.search(text):
        return list(_SILENT)
    text = plain(text[:LONGEST_TEXT])
    fired: dict[Kind, Evidence] = {}
    for evidence in _findings(text):
        fired.setdefault(evidence.kind, evidence)
    return [fired.get(silent.kind, silent) for silent in _SILENT]


def numbers(text: str) -> list[str]:
    """Possible numbers of a text as E.164 (+77011234567), without repeats: what the register knows callers by."""
    if not _HAS_NUMBER.search(text):
        return []
    return list(dict.fromkeys(phone.e164 for phone in _phones(plain(text[:LONGEST_TEXT])) if phone.region))


def _findings(text: str) -> Iterator[Evidence]:
    imitated: set[int] = set()
    for match in _IMITATION.finditer(text):
        if evidence := _imitation(text, match):
            imitated.add(match.start())
            yield evidence
    said = dict.fromkeys(match["code"] for match in _CODE_ALONE.finditer(text))
    for phone in _phones(text):
        if phone.start in imitated:
            continue
        for code in said:
            if phone.region == _HERE and phone.e164.endswith(code):
                yield _fired(Kind.IMITATES_SHORT_CODE, phone.quote, looks_like=code)
        if not phone.region:
            if phone.e164.startswith(("+77", _ONCE_OURS)):
                yield _fired(Kind.MALFORMED_CALLER, phone.quote)
        elif _is_foreign_caller(text, phone):
            yield _fired(Kind.FOREIGN_CALLER, phone.quote, country=phone.region)


def _imitation(text: str, match: re.Match[str]) -> Evidence | None:
    """Three digits and pairs of digits are often sums, scores and times: there a word must say that somebody calls."""
    code = match["begun"] or match["code"] or match["three"] or match["pairs"].replace("-", "")
    unclear = match["three"] or match["pairs"]
    if _MONEY_AFTER.match(text, match.end()) or (unclear and not _near(_CONTACT, text, match.start(), match.end())):
        return None
    return _fired(Kind.IMITATES_SHORT_CODE, match.group(), looks_like=code)


def _is_foreign_caller(text: str, phone: Phone) -> bool:
    """A relative in Russia may call; a «bank» or «police» from a Russian mobile may not."""
    end = phone.start + len(phone.quote)
    if phone.region == _HERE:
        return False
    if phone.region == _OF_RUSSIA:
        return (
            phone.e164.startswith("+79") and _near(_OFFICIAL, text, phone.start, end) and _near(_CONTACT, text, phone.start, end)
        )
    return _near(_CONTACT, text, phone.start, end) or len(text) - len(phone.quote) < NEARBY // 2


def _near(words: re.Pattern[str], text: str, start: int, end: int) -> bool:
    return words.search(text, max(0, start - NEARBY), end + NEARBY) is not None


def _phones(text: str) -> Iterator[Phone]:
    count = 0
    for match in _NUMBER.finditer(text):
        if not _MONEY_AFTER.match(text, match.end()):
            yield _phone(match.group(), _international(match), match.start())
            count += 1
            if count == MOST_NUMBERS:
                return
    for match in _IN_LINK.finditer(text):
        yield _phone(match[1], "+" + match[1], match.start(1))
        count += 1
        if count == MOST_NUMBERS:
            return


def _international(match: re.Match[str]) -> str:
    digits = "".join(str(int(digit)) for digit in match.group() if digit.isdecimal())
    if match["here"]:
        return "+7" + digits[1:]
    if match["bare"]:
        return "+7" + digits
    return "+" + digits.removeprefix("00")


def _phone(quote: str, e164: str, start: int) -> Phone:
    return Phone(quote=quote, e164=e164, region=_region(e164), start=start)


def _region(e164: str) -> str:
    if _OF_KAZAKHSTAN.fullmatch(e164):
        return _HERE
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    region = phonenumbers.region_code_for_number(number) or ""
    return "GB" if region in _ISLES else region


def _fired(kind: Kind, number: str, **facts: str) -> Evidence:
    return Evidence(kind=kind, fired=True, quote=number, facts={"number": number, **facts})
