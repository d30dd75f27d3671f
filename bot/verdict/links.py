"""The checks of links and handles: does an address lie about whose it is, where it leads, or what it installs?

Called by bot.verdict.weighing (`check`) and, for the register, by whoever looks suspects up (`addresses`, `handles`). Nothing is
fetched. Every regular expression is bounded and only the first 4,000 characters are read.
"""

import re
from collections.abc import Iterator
from itertools import islice

from bot.verdict.borrowed_names import borrowed, borrowed_handle
from bot.verdict.brands import SHORTENERS
from bot.verdict.evidence import Evidence, Kind
from bot.verdict.resemblance import skeleton
from bot.verdict.web_addresses import LONGEST_TEXT, WebAddress, find, plain

KINDS = (
    Kind.LOOKALIKE_LINK,
    Kind.BRAND_IN_FOREIGN_NAME,
    Kind.SWAPPED_ENDING,
    Kind.SHORTENED_LINK,
    Kind.RAW_ADDRESS_LINK,
    Kind.DISGUISED_LINK,
    Kind.APP_FILE,
    Kind.LOOKALIKE_HANDLE,
)
LONGEST_QUOTE = 80
MOST_HANDLES = 30

_SILENT = tuple(Evidence(kind=kind, fired=False) for kind in KINDS)
_APPS = frozenset(map(skeleton, ("apk", "xapk", "apkm", "apks", "exe", "scr", "msi")))
_FILE = re.compile(
    r"(?<![\w./@\-+()])[\w\-+()]{1,80}(?:\.[\w\-+()]{1,40}){0,4}\.((?!zip)\w{3,4})(?:\.zip)?(?![\w/]|\.\w)", re.IGNORECASE
)
_IN_PATH = re.compile(r"[\w\-%+.()]{0,120}\.((?!zip)\w{3,4})(?:\.zip)?(?=$|[?#&/;])", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.@/\-+])@([^\W\d_][\w.]{2,31})")
_PROFILE = re.compile(r"/(?:s/)?@?([^\W\d_][\w.]{2,31})(?![\w.])")
_PROFILES = frozenset({"t.me", "telegram.me", "telegram.dog", "instagram.com", "instagr.am"})
_NOT_A_NAME = frozenset(
    {"joinchat", "addstickers", "share", "proxy", "p", "reel", "reels", "stories", "explore", "s", "c", "tv", "iv"}
)
_MARKDOWN = re.compile(r"\[([^\[\]\n]{3,200})\]\((\S{4,300}?)\)")


def check(text: str) -> list[Evidence]:
    """One Evidence for each of KINDS, fired or not; the quote is the link as it was written."""
    fired: dict[Kind, Evidence] = {}
    for evidence in _findings(text):
        fired.setdefault(evidence.kind, evidence)
    return [fired.get(silent.kind, silent) for silent in _SILENT]


def addresses(text: str) -> list[str]:
    """Registrable domains of a text, lower case and out of punycode, without repeats: what the register knows sites by."""
    return list(dict.fromkeys(address.registrable for address in find(text)))


def handles(text: str) -> list[str]:
    """Names of Telegram and Instagram pages, lower case and without @: from @name, t.me/name, instagram.com/name."""
    return list(dict.fromkeys(name.lower() for name, _ in _handles(plain(text[:LONGEST_TEXT]), find(text))))


def _findings(text: str) -> Iterator[Evidence]:
    found = find(text)
    for address in found:
        yield from _of_address(address)
    text = plain(text[:LONGEST_TEXT])
    yield from _of_markdown(text)
    yield from _of_files(text)
    for name, quote in _handles(text, found):
        brand = borrowed_handle(name)
        if brand is not None:
            yield _fired(Kind.LOOKALIKE_HANDLE, quote, quote, brand.real)


def _of_address(address: WebAddress) -> Iterator[Evidence]:
    quote = address.quote
    if address.disguise:
        yield _fired(Kind.DISGUISED_LINK, quote, address.host, address.disguise)
    if address.is_raw:
        yield _fired(Kind.RAW_ADDRESS_LINK, quote, address.host)
    elif _is_shortened(address):
        yield _fired(Kind.SHORTENED_LINK, quote, quote)
    elif accusation := borrowed(address):
        kind, brand = accusation
        yield _fired(kind, quote, address.host, brand.real)
    for match in _IN_PATH.finditer(address.path):
        if skeleton(match[1]) in _APPS:
            yield _fired(Kind.APP_FILE, quote, match[0])


def _is_shortened(address: WebAddress) -> bool:
    """The front page of a shortener hides nothing."""
    hides = address.registrable in SHORTENERS or address.host in SHORTENERS
    return hides and len(address.path) > 1


def _of_files(text: str) -> Iterator[Evidence]:
    """The name of an attached file: KaspiUpdate.apk."""
    if "." not in text:
        return
    for match in _FILE.finditer(text):
        if skeleton(match[1]) in _APPS:
            yield _fired(Kind.APP_FILE, match[0], match[0])


def _of_markdown(text: str) -> Iterator[Evidence]:
    """[https://kaspi.kz](https://evil.top): shown as one site, leads to another."""
    if "](" not in text:
        return
    for match in _MARKDOWN.finditer(text):
        shown, real = find(match[1]), find(match[2])
        if shown and real and shown[0].registrable != real[0].registrable:
            yield _fired(Kind.DISGUISED_LINK, match[0], real[0].host, shown[0].host)


def _handles(text: str, found: list[WebAddress]) -> Iterator[tuple[str, str]]:
    """Each name with its spelling in the text."""
    for address in found:
        if address.registrable in _PROFILES and (match := _PROFILE.match(address.path)) and match[1].lower() not in _NOT_A_NAME:
            yield match[1].rstrip("."), address.quote
    if "@" in text:
        for match in islice(_HANDLE.finditer(text), MOST_HANDLES):
            yield match[1].rstrip("._"), match[0].rstrip("._")


def _fired(kind: Kind, quote: str, being: str, looks_like: str = "") -> Evidence:
    facts = {"is": being[:LONGEST_QUOTE]}
    if looks_like:
        facts["looks_like"] = looks_like[:LONGEST_QUOTE]
    return Evidence(kind=kind, fired=True, quote=quote[:LONGEST_QUOTE], facts=facts)
