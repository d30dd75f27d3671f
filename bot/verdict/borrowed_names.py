"""Does a web address or a handle borrow the name of a protected brand? Used by bot.verdict.links; the brands stand in brands.py."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from bot.verdict.brands import BRANDS, CHEAP_ENDINGS, NEVER_ACCUSED, SERVICE_WORDS, Brand, Ending, Wears
from bot.verdict.evidence import Kind
from bot.verdict.resemblance import heard, skeleton, slips
from bot.verdict.web_addresses import WebAddress

SHORT = 7
"""Names shorter than this have ordinary words one slip away: slips count only where a swindler would register."""

_SPACED_BY = re.compile(r"[.\-_]+")
_DIGITS = re.compile(r"\d+")
_SERVICE = frozenset(skeleton(word) for word in SERVICE_WORDS)
_MOST_JOINED = 4
_PLAIN_BESIDE = frozenset(map(skeleton, ("kz", "bank", "kazakhstan", "qazaqstan")))
"""What a brand's own account may carry beside its name; other service words are what swindlers add."""

_OWN = frozenset(domain for brand in BRANDS for domain in (*brand.official, *brand.presumed))


def is_genuine(address: WebAddress) -> bool:
    """The site of a protected brand or one that is never accused, or below it (guide.kaspi.kz)."""
    labels = address.host.split(".")
    return any(".".join(labels[start:]) in _OWN or ".".join(labels[start:]) in NEVER_ACCUSED for start in range(len(labels)))


def borrowed(address: WebAddress) -> tuple[Kind, Brand] | None:
    """The first brand whose name the address borrows, and how."""
    if not address.name or address.is_raw or is_genuine(address):
        return None
    for kind, brands in (
        (Kind.LOOKALIKE_LINK, _looks_like),
        (Kind.SWAPPED_ENDING, _bare_name),
        (Kind.BRAND_IN_FOREIGN_NAME, _wears),
        (Kind.LOOKALIKE_LINK, _mistyped),
    ):
        for brand in brands(address):
            return _sayable(kind, brand), brand
    return None


def borrowed_handle(handle: str) -> Brand | None:
    """The brand that a Telegram or Instagram name pretends to serve; a brand's plain name (@kaspi.kz) pretends nothing."""
    tokens = [skeleton(part) for part in _SPACED_BY.split(handle.lower()) if part]
    if not tokens:
        return None
    joined = "".join(tokens)
    for brand in BRANDS:
        if brand.handles:
            for label in brand.labels:
                if _pretends(handle.lower(), tokens, joined, label, brand):
                    return brand
    return None


def _pretends(handle: str, tokens: Sequence[str], joined: str, label: str, brand: Brand) -> bool:
    seen = skeleton(label)
    if seen not in joined:
        return False
    if joined == seen:
        return label not in re.sub(r"[._]", "", handle)
    if brand.wears is Wears.EXACTLY:
        return False
    if seen in tokens:
        beside = [token for token in tokens if token != seen]
        return any(_is_added(token) for token in beside) or _DIGITS.search(handle.replace(label, "")) is not None
    rests = [token.removeprefix(seen) for token in tokens if token.startswith(seen)]
    rests += [token.removesuffix(seen) for token in tokens if token.endswith(seen)]
    return any(_is_added(rest) for rest in rests)


def _is_added(word: str) -> bool:
    return word not in _PLAIN_BESIDE and _is_service(word)


def _sayable(kind: Kind, brand: Brand) -> Kind:
    """«The real one is…» may only be said with an official domain."""
    return Kind.BRAND_IN_FOREIGN_NAME if kind is Kind.SWAPPED_ENDING and not brand.official else kind


def _looks_like(address: WebAddress) -> Iterable[Brand]:
    """kaspl.kz, каspi.kz, ka-spi.kz."""
    name = address.name
    spellings = {skeleton(name), skeleton(name.replace("-", ""))}
    for brand in BRANDS:
        alike = any(name != label and skeleton(label) in spellings for label in brand.labels)
        if alike and not _spells_domain(_tokens(address), brand):
            yield brand


def _mistyped(address: WebAddress) -> Iterable[Brand]:
    """kasspi.kz, halykbnak.kz."""
    for brand in BRANDS:
        if brand.typos and any(_is_slip(address, label, brand) for label in brand.labels):
            yield brand


def _is_slip(address: WebAddress, label: str, brand: Brand) -> bool:
    name = address.name
    if len(label) < 5 or name == label or name.startswith(brand.unlike):
        return False
    if len(label) < SHORT and not (address.ending.endswith("kz") or address.ending in CHEAP_ENDINGS):
        return False
    most = 2 if len(label) >= 9 else 1
    return slips(skeleton(name), skeleton(label), most) <= most


def _bare_name(address: WebAddress) -> Iterable[Brand]:
    """egov.com, kaspi.shop, каспи.рф."""
    if address.is_on_a_platform:
        return
    for brand in BRANDS:
        if address.name in brand.labels or heard(address.name) in map(skeleton, brand.labels):
            here = address.ending in CHEAP_ENDINGS or address.ending.endswith("kz")
            if brand.ending is Ending.ANY or (brand.ending is Ending.CHEAP and here):
                yield brand


def _wears(address: WebAddress) -> Iterable[Brand]:
    """kaspi-bonus.top, my-egov-kz.info, kaspi.kz.pay-id.ru, halykbank24.com."""
    parts = _parts(address)
    tokens = _tokens(address)
    words = {*tokens, *map(heard, parts)}
    pieces = {skeleton(piece) for part in parts for piece in _DIGITS.split(part) if piece}
    has_service = any(map(_is_service, words)) or any(_DIGITS.search(part) for part in parts)
    if address.is_on_a_platform:
        has_service = True
    for brand in BRANDS:
        seen = () if brand.wears is Wears.EXACTLY else map(skeleton, brand.labels)
        if _spells_domain(tokens, brand) or any(_is_worn(label, words, pieces, has_service, brand) for label in seen):
            yield brand


def _parts(address: WebAddress) -> list[str]:
    return [part for part in _SPACED_BY.split(address.below) if part]


def _tokens(address: WebAddress) -> list[str]:
    return [skeleton(part) for part in _parts(address)]


def _spells_domain(tokens: Sequence[str], brand: Brand) -> bool:
    """The genuine domain stands inside: kaspi.kz.evil.ru, booking-com-id.top, govkz.site."""
    for name, ending in _domains(brand):
        if any(pair == (name, ending) for pair in pairwise(tokens)):
            return True
        if name + ending in tokens:
            return True
    return False


@cache
def _domains(brand: Brand) -> tuple[tuple[str, str], ...]:
    pairs = (domain.rsplit(".", 1) for domain in (*brand.official, *brand.presumed) if domain.count(".") == 1)
    return tuple((skeleton(name), skeleton(ending)) for name, ending in pairs)


def _is_worn(label: str, words: set[str], pieces: set[str], has_service: bool, brand: Brand) -> bool:
    anywhere = brand.wears is Wears.ANYWHERE
    if label in words or label in pieces:
        return anywhere or has_service
    for word in words:
        if word.startswith(label):
            if _is_service(word.removeprefix(label)):
                return True
            if anywhere and len(label) > 3 and not any(word.startswith(skeleton(ordinary)) for ordinary in brand.unlike):
                return True
        elif word.endswith(label) and _is_service(word.removesuffix(label)):
            return True
    return False


def _is_service(word: str) -> bool:
    """A service word, or several written together: paybonus."""
    return word in _SERVICE or _is_joined(word, _MOST_JOINED)


def _is_joined(word: str, most: int) -> bool:
    if word in _SERVICE:
        return True
    return most > 1 and any(word[:cut] in _SERVICE and _is_joined(word[cut:], most - 1) for cut in range(2, len(word) - 1))
