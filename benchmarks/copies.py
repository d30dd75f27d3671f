"""Light edits that a message undergoes while it is passed on, made by rules with a fixed seed. Used by benchmarks.cases."""

import random
import re
from collections.abc import Callable, Mapping

from bot.verdict.web_addresses import find

_ALIKE = str.maketrans("асеорхукАСЕОРХК", "aceopxykACEOPXK")
_NAMES = ("Айгүл", "Тимур", "Kaspi", "Halyk", "Шымкент", "Астана", "Динара", "Beeline")
_SITES = ("kz-tolem24.top", "https://my-otau.shop/x7", "dostavka-kz.site/pay?id=9", "t.me/komek_kz_bot")
_EMOJI = ("🔥", "⚠️", "🙏", "👉", "✅", "😱", "💰")
_LEADS = ("Пришло вот такое, это правда? ", "Мынау келді, рас па? ", "Is this real? ", "Fwd: ")
_NAME = re.compile(r"(?<=[^.!?…\n] )[«\"]?[А-ЯЁӘҒҚҢӨҰҮІA-Z][\w-]{2,}")


def numbers(text: str, chance: random.Random) -> str:
    return re.sub(r"\d", lambda _: str(chance.randrange(10)), text)


def links(text: str, chance: random.Random) -> str:
    for address in find(text):
        text = text.replace(address.quote, chance.choice(_SITES), 1)
    return re.sub(r"@\w{3,}", lambda _: f"@user{chance.randrange(999)}", text)


def names(text: str, chance: random.Random) -> str:
    return _NAME.sub(lambda _: chance.choice(_NAMES), text, count=2)


def emoji(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for _ in range(1 + len(words) // 6):
        words.insert(chance.randrange(len(words) + 1), chance.choice(_EMOJI))
    return " ".join(words)


def homoglyphs(text: str, chance: random.Random) -> str:
    return "".join(letter.translate(_ALIKE) if chance.random() < 0.5 else letter for letter in text)


def invisible(text: str, chance: random.Random) -> str:
    return re.sub(r"(?<=\w)(?=\w)", lambda _: "\u200b" if chance.random() < 0.15 else "", text)


def retyped(text: str, chance: random.Random) -> str:
    """Other capitals, no punctuation, line breaks elsewhere."""
    bare = re.sub(r"[,!«»\"—–]", "", text)
    return chance.choice([bare.lower(), bare.upper(), bare.replace(". ", ".\n")])


def lead(text: str, chance: random.Random) -> str:
    return chance.choice(_LEADS) + text


def quote(text: str, chance: random.Random) -> str:
    """Half of the words or more, from the beginning, the middle or the end."""
    words = text.split(" ")
    length = chance.randint((len(words) + 1) // 2, max(1, len(words) - 1))
    start = chance.choice([0, (len(words) - length) // 2, len(words) - length])
    return " ".join(words[start : start + length])


def all_at_once(text: str, chance: random.Random) -> str:
    for edit in (numbers, links, names, homoglyphs, emoji):
        text = edit(text, chance)
    return text


EDITS: Mapping[str, Callable[[str, random.Random], str]] = {
    "numbers": numbers,
    "links and handles": links,
    "names": names,
    "emoji": emoji,
    "homoglyphs": homoglyphs,
    "invisible letters": invisible,
    "retyped": retyped,
    "a question in front": lead,
    "numbers, links, names, homoglyphs, emoji": all_at_once,
    "partial quote": quote,
}
"""A partial quote is made of texts of 12 words and more only: half of a shorter one is another sentence."""
