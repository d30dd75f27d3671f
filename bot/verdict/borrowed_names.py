"""Does a web address or a handle borrow the name of a protected brand? Used by bot.verdict.links; the brands are in brands.py."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from bot.verdict.brands import BRANDS, CHEAP_ENDINGS, NEVER_ACCUSED, SERVICE_WORDS, Brand, Ending, Wears
from bot.verdict.evidence import Kind
from bot.verdict.resemblance import heard, skeleton, slips
from bot.verdict.web_addresses import WebAddress

SHORT = 7
"""Names shorter than this have ordinary words one slip away: slips count only where a swindler would register."""

LONG = 9
"""Names from this length on may have two slips there."""

SHORTEST_ANYWHERE = 4
"""Look-alikes of shorter names (dhi for dhl) count only where a swindler would register."""

_SPACED_BY = re.compile(r"[.\-_]+")
_DIGITS = re.compile(r"\d+")
_MOST_JOINED = 4
_SERVICE = frozenset(map(skeleton, SERVICE_WORDS))
_HONEST_BESIDE = frozenset(
    map(skeleton, ("kz", "bank", "kazakhstan", "qazaqstan", "news", "group", "jobs", "work", "business", "red"))
)
"""What an honest account may carry beside a brand's name; other service words are what swindlers add."""

_OWN = frozenset(domain for brand in BRANDS for domain in (*brand.official, *brand.presumed))


class _Protected(NamedTuple):
    brand: Brand
    label: str
    seen: str


_PROTECTED = tuple(_Protected(brand, label, skeleton(label)) for brand in BRANDS for label in brand.labels)


class _Words:
    """A host, without its ending, as the words it is made of."""

    def __init__(self, address: WebAddress) -> None:
        self.name = address.name
        self.seen = skeleton(self.name)
        self.joined = skeleton(self.name.replace("-", ""))
        self.heard = heard(self.name)
        self.parts = [part for part in _SPACED_BY.split(address.below) if part]
        self.tokens = [skeleton(part) for part in self.parts]
        self.words = {*self.tokens, *map(heard, self.parts)}
        self.all = " ".join(self.words)
        self.where_swindlers_register = address.ending.endswith("kz") or address.ending in CHEAP_ENDINGS
        self.is_on_a_platform = address.is_on_a_platform

    @cached_property
    def pieces(self) -> set[str]:
        """The words between digits: kaspi of kaspi24."""
        return {skeleton(piece) for part in self.parts for piece in _DIGITS.split(part) if piece}

    @cached_property
    def has_service(self) -> bool:
        return any(map(_is_service, self.words)) or any(map(_DIGITS.search, self.parts))


def borrowed(address: WebAddress) -> tuple[Kind, Brand] | None:
    """The first brand whose name the address borrows, and how."""
    if not address.name or address.is_raw or _is_genuine(address):
        return None
    words = _Words(address)
    for kind, brands in _WAYS:
        for brand in brands(words):
            return _sayable(kind, brand), brand
    return None


def borrowed_handle(handle: str) -> Brand | None:
    """The brand that a Telegram or Instagram name pretends to serve; a brand's plain name (@kaspi.kz) pretends nothing."""
    tokens = [skeleton(part) for part in _SPACED_BY.split(handle.lower()) if part]
    joined = "".join(tokens)
    for protected in _PROTECTED:
        if protected.brand.handles and protected.seen in joined and _pretends(handle.lower(), tokens, protected):
            return protected.brand
    return None


def _is_genuine(address: WebAddress) -> bool:
    """The site of a protected brand or one that is never accused, or below it (guide.kaspi.kz)."""
    labels = address.host.split(".")
    above = (".".join(labels[start:]) for start in range(len(labels)))
    return any(host in _OWN or host in NEVER_ACCUSED for host in above)


def _sayable(kind: Kind, brand: Brand) -> Kind:
    """«The real one is…» may only be said with an official domain."""
    return Kind.BRAND_IN_FOREIGN_NAME if kind is Kind.SWAPPED_ENDING and not brand.official else kind


def _looking_alike(words: _Words) -> Iterator[Brand]:
    """kaspl.kz, каspi.kz, ka-spi.kz."""
    for brand, label, seen in _PROTECTED:
        alike = words.name != label and seen in (words.seen, words.joined) and not _spells_domain(words.tokens, brand)
        if alike and (len(label) >= SHORTEST_ANYWHERE or words.where_swindlers_register or not words.name.isascii()):
            yield brand


def _bare(words: _Words) -> Iterator[Brand]:
    """egov.com, kaspi.shop, каспи.рф."""
    for brand, label, seen in _PROTECTED:
        foreign = brand.ending is Ending.ANY or (brand.ending is Ending.CHEAP and words.where_swindlers_register)
        bare = words.name == label or words.heard == seen
        if foreign and bare and not words.is_on_a_platform and not _spells_domain(words.tokens, brand):
            yield brand


def _wearing(words: _Words) -> Iterator[Brand]:
    """kaspi-bonus.top, my-egov-kz.info, kaspi.kz.pay-id.ru, halykbank24.com."""
    for brand in BRANDS:
        if _spells_domain(words.tokens, brand):
            yield brand
    for brand, _, seen in _PROTECTED:
        if seen in words.all and brand.wears is not Wears.EXACTLY and _is_worn(seen, words, brand):
            yield brand


def _mistyped(words: _Words) -> Iterator[Brand]:
    """kasspi.kz, halykbnak.kz."""
    for brand, label, seen in _PROTECTED:
        if not brand.typos or len(label) < 5 or words.name == label or words.name.startswith(brand.unlike):
            continue
        most = 2 if len(label) >= LONG and words.where_swindlers_register else 1
        if (len(label) >= SHORT or words.where_swindlers_register) and slips(words.seen, seen, most) <= most:
            yield brand


_WAYS: Sequence[tuple[Kind, Callable[[_Words], Iterator[Brand]]]] = (
    (Kind.LOOKALIKE_LINK, _looking_alike),
    (Kind.SWAPPED_ENDING, _bare),
    (Kind.BRAND_IN_FOREIGN_NAME, _wearing),
    (Kind.LOOKALIKE_LINK, _mistyped),
)


def _spells_domain(tokens: Sequence[str], brand: Brand) -> bool:
    """The genuine domain stands inside: kaspi.kz.evil.ru, booking-com-id.top, govkz.site."""
    return any((name, ending) in pairwise(tokens) or name + ending in tokens for name, ending in _domains(brand))


@cache
def _domains(brand: Brand) -> tuple[tuple[str, str], ...]:
    pairs = (domain.split(".") for domain in (*brand.official, *brand.presumed) if domain.count(".") == 1)
    return tuple((skeleton(name), skeleton(ending)) for name, ending in pairs)


def _is_worn(seen: str, words: _Words, brand: Brand) -> bool:
    anywhere = brand.wears is Wears.ANYWHERE
    if seen in words.words or seen in words.pieces:
        return anywhere or words.has_service
    for word in words.words:
        if any(map(_is_service, _rests(seen, (word,)))):
            return True
        if anywhere and word.startswith(seen) and not word.startswith(_ordinary(brand)):
            return True
    return False


@cache
def _ordinary(brand: Brand) -> tuple[str, ...]:
    return tuple(map(skeleton, brand.unlike))


def _pretends(handle: str, tokens: Sequence[str], protected: _Protected) -> bool:
    brand, label, seen = protected
    if "".join(tokens) == seen:
        return label not in re.sub(r"[._]", "", handle)
    if brand.wears is Wears.EXACTLY:
        return False
    if seen in tokens:
        return (
            any(token != seen and _is_added(token) for token in tokens) or _DIGITS.search(handle.replace(label, "")) is not None
        )
    return any(_is_added(rest) or rest.isdigit() for rest in _rests(seen, tokens)) or _has_number(handle, label)


def _has_number(handle: str, label: str) -> bool:
    """kaspi7777, halykbank_2025."""
    return any(label == piece for part in _SPACED_BY.split(handle) for piece in _DIGITS.split(part) if piece != part)


def _rests(seen: str, words: Iterable[str]) -> Iterator[str]:
    """What is left of each word beside the name it begins or ends with."""
    for word in words:
        if word != seen and word.startswith(seen):
            yield word.removeprefix(seen)
        if word != seen and word.endswith(seen):
            yield word.removesuffix(seen)


def _is_added(word: str) -> bool:
    return word not in _HONEST_BESIDE and _is_service(word)


def _is_service(word: str) -> bool:
    """A service word, or several written together: paybonus."""
    return _is_joined(word, _MOST_JOINED)


def _is_joined(word: str, most: int) -> bool:
    if word in _SERVICE:
        return True
    return most > 1 and any(word[:cut] in _SERVICE and _is_joined(word[cut:], most - 1) for cut in range(2, len(word) - 1))
