"""Whether a text that carries our code is the warning we sent under it, or a fraudster's with a copied code. Pure.

The same words and links in the same order, then our name, the code and how to stop. Around it only what people ask with.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto

from broadcaster import campaign_codes
from broadcaster.campaign_records import Shown
from content.language import Language
from content.library import Library

_OUTER = ".,!?…:;«»\"“”„'’‘()[]*~—–-"
_FEW_DIGITS = 4
_HOW_PEOPLE_ASK = """
    а бұл ба бе ме ма па пе осы сіз сіздер сіздікі сіздердікі сіздің сіздердің сізден сіздерден бізге маған код коды кодпен мына
    кодтарыңыз хабарлама ескерту ескертулеріңіз шын шынымен рас растан келді жібердіңіз жібердіңіздер емес әлде деген мынау
    сәлем сәлеметсіз саламатсыз
    это ваш ваша ваше ваши вы вас вами от с со по ли и или не нет да мне правда точно действительно реально настоящее настоящий
    кодом кода сообщение смс предупреждение пришло пришёл пришел пришла получил получила прислали отправили отправляли присылали
    что за такое такой здравствуйте пожалуйста добрый день
    is it this that yours your you from code the a an message sms warning really real genuine did sent i got hello hi please what
    are of with
"""
_ASKING = frozenset(_HOW_PEOPLE_ASK.split())
"""Nothing can be demanded with these words: no verb that bids, no «need»."""


class Likeness(Enum):
    """QUESTION: nothing but the code and how people ask; OTHER: more or other words or links than we sent."""

    QUESTION = auto()
    SAME = auto()
    OTHER = auto()


def likeness(text: str, shown: Shown, library: Library, *, is_stop_link: Callable[[str], bool]) -> Likeness:
    said = _words(text)
    before, after = _around(said, shown.code, library)
    if _asks(before) and _asks(after):
        return Likeness.QUESTION
    sent = [_words(each) for each in shown.texts.values()]
    same = any(_asks(lead) for lead in _leads(before, sent)) and any(_asks(rest) for rest in _rests(after, library, is_stop_link))
    return Likeness.SAME if same else Likeness.OTHER


def stands_behind_our_name(text: str, code: str, library: Library) -> bool:
    said = _words(text)
    place = _place(said, code)
    return len(_without_mark(said[:place], library)) < place


def asks_only(text: str, code: str) -> bool:
    """Nothing in it that a fraud needs: no address, no number."""
    others = [word for word in _words(text) if not _is(word, code)]
    digits = sum(character.isdecimal() for word in others for character in word)
    return digits <= _FEW_DIGITS and not any(mark in word for word in others for mark in "./@")


def _words(text: str) -> list[str]:
    stripped = (word.strip(_OUTER) for word in unicodedata.normalize("NFC", text).split())
    return [word for word in stripped if word]


def _around(said: Sequence[str], code: str, library: Library) -> tuple[Sequence[str], Sequence[str]]:
    place = _place(said, code)
    return _without_mark(said[:place], library), said[place + 1 :]


def _place(said: Sequence[str], code: str) -> int:
    """Of the last one, which is the signature's; past the end where it is a part of a longer word."""
    return max((place for place, word in enumerate(said) if _is(word, code)), default=len(said))


def _is(word: str, code: str) -> bool:
    return campaign_codes.found_in(word) == (code,)


def _without_mark(before: Sequence[str], library: Library) -> Sequence[str]:
    for mark in _phrases("warning_mark", library):
        if _folded(before[-len(mark) :]) == mark:
            return before[: -len(mark)]
    return before


def _leads(before: Sequence[str], sent: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """What stands before our text, for each language it was sent in and found in."""
    for text in sent:
        if text and _folded(before[-len(text) :]) == _folded(text):
            yield before[: -len(text)]


def _rests(after: Sequence[str], library: Library, is_stop_link: Callable[[str], bool]) -> Iterator[Sequence[str]]:
    """What stands after our signature, for each way of ending it."""
    yield after
    for how in _phrases("warning_stop_word", library):
        if _folded(after[: len(how)]) == how:
            yield after[len(how) :]
    for how in _phrases("warning_stop_link", library):
        if _folded(after[: len(how)]) == how and len(after) > len(how) and is_stop_link(after[len(how)]):
            yield after[len(how) + 1 :]


def _phrases(key: str, library: Library) -> list[list[str]]:
    return [_folded(_words(library.phrase(key, language))) for language in Language]


def _asks(words: Sequence[str]) -> bool:
    return all(word in _ASKING for word in _folded(words))


def _folded(words: Sequence[str]) -> list[str]:
    return [word.casefold() for word in words]
