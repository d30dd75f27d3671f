"""Does a web address or a handle borrow the name of a protected brand? Used by bot.verdict.links; the brands are in brands.py."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
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
    map(skeleton, ("kz", "bank", "kazakhstan", "qazaqstan", "news", "group", "job", "jobs", "work", "business", "red"))
)
"""What an honest account may carry beside a brand's name; other service words are what swindlers add."""

_OWN = frozenset(domain for brand in BRANDS for domain in (*brand.official, *brand.presumed))


class _Protected(NamedTuple):
    """One protected word, with what is compared with it prepared once."""

    brand: Brand
    label: str
    seen: str
    letters: frozenset[str]
    domains: tuple[tuple[str, str], ...]
    ordinary: tuple[str, ...]

    @classmethod
    def by(cls, brand: Brand, label: str) -> "_Protected":
        domains = (domain.split(".") for domain in (*brand.official, *brand.presumed) if domain.count(".") == 1)
        return cls(
            brand=brand,
            label=label,
            seen=skeleton(label),
            letters=frozenset(skeleton(label)),
            domains=tuple((skeleton(name), skeleton(ending)) for name, ending in domains),
            ordinary=tuple(map(skeleton, brand.unlike)),
        )


_PROTECTED = tuple(_Protected.by(brand, label) for brand in BRANDS for label in brand.labels)


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
        self.pairs = set(pairwise(self.tokens))
        self.letters = frozenset(self.seen)
        self.ending = address.ending
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
    for protected in _PROTECTED:
        label = protected.label
        alike = words.name != label and protected.seen in (words.seen, words.joined) and not _spells_domain(words, protected)
        if alike and (len(label) >= SHORTEST_ANYWHERE or words.where_swindlers_register or not words.name.isascii()):
            yield protected.brand


def _bare(words: _Words) -> Iterator[Brand]:
    """egov.com, kaspi.shop, каспи.рф."""
    for protected in _PROTECTED:
        if (words.name == protected.label or words.heard == protected.seen) and not words.is_on_a_platform:
            ending = protected.brand.ending
            foreign = ending is Ending.ANY or (ending is Ending.CHEAP and words.where_swindlers_register)
            if foreign and not _spells_domain(words, protected):
                yield protected.brand


def _wearing(words: _Words) -> Iterator[Brand]:
    """kaspi-bonus.top, my-egov-kz.info, kaspi.kz.pay-id.ru, halykbank24.com."""
    for protected in _PROTECTED:
        if _spells_domain(words, protected):
            yield protected.brand
    for protected in _PROTECTED:
        if protected.seen in words.all and protected.brand.wears is not Wears.EXACTLY and _is_worn(words, protected):
            yield protected.brand


def _mistyped(words: _Words) -> Iterator[Brand]:
    """kasspi.kz, halykbnak.kz."""
    for protected in _PROTECTED:
        brand, label = protected.brand, protected.label
        if not brand.typos or len(label) < 5 or words.name == label or words.name.startswith(brand.unlike):
            continue
        most = 2 if len(label) >= LONG and words.where_swindlers_register else 1
        if len(protected.letters ^ words.letters) > 2 * most:  # one slip changes two letters at most
            continue
        if (len(label) >= SHORT or words.where_swindlers_register) and slips(words.seen, protected.seen, most) <= most:
            yield brand


_WAYS: Sequence[tuple[Kind, Callable[[_Words], Iterator[Brand]]]] = (
    (Kind.LOOKALIKE_LINK, _looking_alike),
    (Kind.SWAPPED_ENDING, _bare),
    (Kind.BRAND_IN_FOREIGN_NAME, _wearing),
    (Kind.LOOKALIKE_LINK, _mistyped),
)


def _spells_domain(words: _Words, protected: _Protected) -> bool:
    """The genuine domain stands inside: kaspi.kz.evil.ru, booking-com-id.top, govkz.site, and kgd-gov.kz for *.gov.kz."""
    for name, ending in protected.domains:
        if (name, ending) in words.pairs or name + ending in words.tokens:
            return True
        if protected.brand.wears is Wears.ANYWHERE and words.name.endswith("-" + name) and words.ending == ending:
            return True
    return False


def _is_worn(words: _Words, protected: _Protected) -> bool:
    seen = protected.seen
    anywhere = protected.brand.wears is Wears.ANYWHERE
    if seen in words.words or seen in words.pieces:
        return anywhere or words.has_service
    for word in words.words:
        if any(map(_is_service, _rests(seen, (word,)))):
            return True
        if anywhere and word.startswith(seen) and not word.startswith(protected.ordinary):
            return True
    return False


def _pretends(handle: str, tokens: Sequence[str], protected: _Protected) -> bool:
    brand, label, seen = protected.brand, protected.label, protected.seen
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
