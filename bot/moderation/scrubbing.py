"""A masked text as a training phrase: no person, number, link or account of anybody is left in it. Pure.

Called by learning. What a program cannot know to be a name the second person sees and rejects.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from bot.masking import BULLET
from bot.moderation.places import Place, is_official
from bot.verdict.web_addresses import find
from broadcaster.suspects import Kind

LINK, HANDLE, MAIL, NAME = "silteme.example", "@username", "poshta@silteme.example", "Асан"

_MAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}")
_HANDLE = re.compile(r"(?<![\w.])[@＠]\w[\w.]{1,63}")
_DIGIT = re.compile(rf"\d|{BULLET}")
_NAME_PART = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_INITIAL = re.compile(r"\s?[А-ЯЁӘҒҚҢӨҰҮҺІA-Z]\.(?:\s?[А-ЯЁӘҒҚҢӨҰҮҺІA-Z]\.)?")
_PATRONYMIC = re.compile(r"\w{2,}(?:[ое]вич|[ое]вн|ичн|ұлы|улы|қызы|кызы)\w{0,4}")
_SURNAME = re.compile(r"\w{2,}(?:[ое]в|ин|ский|ская|баев?|бай|бек)(?:а|у|ой|ым|ен|е)?")
_SENTENCE_ENDS = re.compile(r"(?:^|[.!?…:;«\"(]\s*|[—–-]\s+)$")


def scrubbed(text: str, *, is_word: Callable[[str], bool]) -> str:
    """`is_word`: whether this word, in lower case, is none of a person. One line, without Rasa's markup."""
    text = _MAIL.sub(MAIL, _visible(text))
    for address in sorted(find(text), key=lambda each: -len(each.quote)):
        text = text.replace(address.quote, _without_path(Place(Kind.LINK, address.registrable)))
    text = _HANDLE.sub(HANDLE, text)
    text = _DIGIT.sub("0", text)
    return "".join(_nameless(text, is_word))


def _visible(text: str) -> str:
    """Brackets are entities to Rasa; letters that nobody sees teach nothing, and reorder a reviewer's terminal."""
    seen = (" " if letter.isspace() else letter for letter in text if letter.isspace() or unicodedata.category(letter)[0] != "C")
    return " ".join("".join(seen).translate(str.maketrans("[]", "()")).split())


def _without_path(place: Place) -> str:
    return place.value if is_official(place) else LINK


def _nameless(text: str, is_word: Callable[[str], bool]) -> Iterator[str]:
    """Neighbouring parts of a name become one stand-in."""
    end, after_a_name = 0, False
    parts = list(_NAME_PART.finditer(text))
    for at, part in enumerate(parts):
        if part.start() < end:
            continue
        between = text[end : part.start()]
        if not _is_name(text, parts, at, is_word):
            yield between + part.group()
            end, after_a_name = part.end(), False
            continue
        if not (after_a_name and between.isspace()):
            yield between + NAME
        initial = _INITIAL.match(text, part.end())
        end, after_a_name = (initial or part).end(), True
    yield text[end:]


def _is_name(text: str, parts: list[re.Match[str]], at: int, is_word: Callable[[str], bool]) -> bool:
    word = parts[at].group()
    if not word.istitle() or word in (NAME, "Username"):
        return False
    if _INITIAL.match(text, parts[at].end()) or _PATRONYMIC.fullmatch(word.lower()):
        return True
    before = parts[at - 1].group() if at and text[parts[at - 1].end() : parts[at].start()].isspace() else ""
    after = parts[at + 1].group() if at + 1 < len(parts) and text[parts[at].end() : parts[at + 1].start()].isspace() else ""
    neighbours = [each.lower() for each in (before, after) if each.istitle()]
    if any(map(_PATRONYMIC.fullmatch, neighbours)):
        return True
    if neighbours and any(map(_SURNAME.fullmatch, [word.lower(), *neighbours])):
        return True
    if is_word(word.lower()):
        return False
    opens = _SENTENCE_ENDS.search(text[max(0, parts[at].start() - 4) : parts[at].start()])
    return not opens or bool(neighbours) or text[parts[at].end() : parts[at].end() + 1] == ","
