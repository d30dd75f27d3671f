"""Finds the web addresses people paste, however they are written, and takes each apart. Used by bot.verdict.links.

With and without scheme, hxxp, kaspi[.]kz, full-width letters, invisible characters inside, Cyrillic names. A blank forgotten
after a full stop («келді.Мен») makes no address: the ending must be a public suffix. Nothing is ever fetched.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from ipaddress import AddressValueError, IPv6Address

import tldextract

from bot.verdict.resemblance import skeleton
from bot.verdict.unseen import INVISIBLE

LONGEST_TEXT = 4_000
"""Characters of a text that are read: about one whole Telegram message."""

MOST_ADDRESSES = 30
"""Addresses of one text that are looked at."""

_INVISIBLE = INVISIBLE + "\u115f\u1160"
_EXOTIC = re.compile(rf"[{_INVISIBLE}\u2024\u3002\uff01-\uff5e\uff61\ufe52\U0001d400-\U0001d7ff\u24b6-\u24e9]")
_IS_INVISIBLE = re.compile(rf"[{_INVISIBLE}]")

_DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\[dot\])"
_LABEL = r"[^\W_][\w\-]{0,62}"
_HOST = rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,12}}"
_MIGHT_BE = re.compile(
    r"\w\.\w|\w[\[({]\.|://|\[dot\]|\w[\u3002\uff0e\uff61\u2024\ufe52\u200b-\u200f\u2060\ufeff\u00ad]", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"(?P<scheme>(?<![^\W_])(?:h(?:tt|xx)ps?|ftp)\s?:\s?[/\\]{2})(?P<after>[^\s<>\"«»“”]{1,500})"
    rf"|(?<![\w@.+\-])(?P<bare>{_HOST}(?:@{_HOST}(?=[/:]))?(?::\d{{1,5}}(?!\d))?(?:[/?#][^\s<>\"«»“”]{{0,500}})?)",
    re.IGNORECASE,
)
_CLOSED_BY = ".,;:!?…'’*_~`|"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_IS_LABEL = re.compile(r"[\w\-]+")
_DEFANGED = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]", re.IGNORECASE)
_HOST_ONLY = re.compile(r"\[[0-9a-f:.]{2,45}\]|[\w.\-]+", re.IGNORECASE)
_CASE_ENDING = re.compile(
    r"^(.*\.(?:[a-z]{2,20}|[^\W\d_a-z]{2,10}))((?:-|(?<=[a-z])(?=[^\W\d_a-z]{2}))[^\W\d_a-z]{1,12})$", re.IGNORECASE
)
"""kaspi.kz-тегі, kaspi.kzға: Kazakh declines the address."""
_END_OF_AUTHORITY = re.compile(r"[/?#\\]")
_ALPHABETS = re.compile(r"(?P<latin>[a-z])|(?P<other>[^\W\d_a-z])", re.IGNORECASE)
_TITLED_ENDINGS = frozenset(
    {"Kz", "Ru", "Com", "Net", "Org", "Info", "Bank", "Top", "Xyz", "Shop", "Site", "Online", "Рф", "Қаз"}
)


@dataclass(frozen=True)
class WebAddress:
    """One address of a text. `quote` is its very spelling there; `host` is lower case, decoded from punycode."""

    quote: str
    host: str
    path: str = ""
    disguise: str = ""
    """What stands before an @ in front of the host: shown to the reader, ignored by the browser."""
    has_scheme: bool = False

    @cached_property
    def _parts(self) -> tldextract.tldextract.ExtractResult:
        return _suffixes().extract_str(self.host)

    @property
    def name(self) -> str:
        """The label that somebody bought or opened: kaspi-bonus of www.kaspi-bonus.top."""
        return self._parts.domain

    @property
    def ending(self) -> str:
        return self._parts.suffix

    @property
    def is_on_a_platform(self) -> bool:
        """Under an ending that belongs to a company (github.io): anybody opens a page there."""
        return self._parts.is_private

    @property
    def below(self) -> str:
        """The host without its ending."""
        return self.host.removesuffix(self.ending).rstrip(".")

    @property
    def registrable(self) -> str:
        """What was bought: kaspi-bonus.top; a raw number is the whole host."""
        return f"{self.name}.{self.ending}" if self.name and self.ending else self.host

    @property
    def is_raw(self) -> bool:
        return is_raw(self.host)


@cache
def _suffixes() -> tldextract.TLDExtract:
    """The list bundled with the library; it never asks the network."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def find(text: str) -> list[WebAddress]:
    """Addresses of the first LONGEST_TEXT characters, in their order."""
    text = text[:LONGEST_TEXT]
    if not _MIGHT_BE.search(text):
        return []
    found: list[WebAddress] = []
    for written, quote in _written(text):
        address = _read(written, quote)
        if address is not None:
            found.append(address)
            if len(found) == MOST_ADDRESSES:
                break
    return found


def plain(text: str) -> str:
    """The text without invisible characters, full-width and decorated letters made plain."""
    return "".join(map(_plain_letter, text)) if _EXOTIC.search(text) else text


def is_raw(host: str) -> bool:
    """An IP address instead of a name, in any form browsers take: 45.1.2.3, 755106307, 0x2d010203, 055.1.2.3, IPv6."""
    if host.startswith("["):
        try:
            IPv6Address(host.strip("[]"))
        except AddressValueError:
            return False
        return True
    parts = host.split(".")
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return False
    return len(parts) <= 4 and all(number < 256 for number in numbers[:-1]) and numbers[-1] < 256 ** (5 - len(parts))


def _number(part: str) -> int:
    if not part.isascii() or not part.isalnum() or len(part) > 14:
        raise ValueError(part)
    if part.lower().startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and len(part) > 1 else int(part)


def _plain_letter(letter: str) -> str:
    if _IS_INVISIBLE.match(letter):
        return ""
    simple = unicodedata.normalize("NFKC", letter)
    return "." if simple == "。" else simple if len(simple) == 1 else letter


def _written(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Matches in the plain text, each with its very spelling in the text."""
    letters = [_plain_letter(letter) for letter in text] if _EXOTIC.search(text) else None
    if letters is None:
        yield from ((match, match.group()) for match in _ADDRESS.finditer(text))
        return
    places = [place for place, letter in enumerate(letters) if letter]
    for match in _ADDRESS.finditer("".join(letters)):
        yield match, text[places[match.start()] : places[match.end() - 1] + 1]


def _read(match: re.Match[str], quote: str) -> WebAddress | None:
    after, bare = match["after"], match["bare"]
    written = _closed(bare if after is None else after)
    cut = len(bare or after) - len(written)
    quote = quote[: len(quote) - cut] if cut else quote
    if after is None and match.string[match.end() : match.end() + 1] == "@":
        return None  # the first half of an e-mail address
    at = _END_OF_AUTHORITY.search(written)
    authority, path = (written[: at.start()], written[at.start() :]) if at else (written, "")
    disguise, _, host = authority.rpartition("@")
    host = _DEFANGED.sub(".", host)
    host_only = _HOST_ONLY.match(host)
    written_host = host_only.group() if host_only else ""
    if host_only and host_only.end() == len(host) and not path and (case := _CASE_ENDING.search(written_host)):
        written_host, quote = case[1], quote[: len(quote) - len(case[2])]
    host = written_host if written_host.startswith("[") else _decoded(written_host)
    address = WebAddress(quote=quote, host=host, path=path, disguise=_DEFANGED.sub(".", disguise), has_scheme=after is not None)
    if is_raw(host):
        return address if after is not None or (path and host.count(".") == 3) else None
    if not address.ending or (not address.name and "." not in address.ending):
        return None
    if after is None and not path and _is_next_sentence(written_host):
        return None
    return address


def _closed(written: str) -> str:
    """Without the punctuation of the sentence around it."""
    while written:
        last = written[-1]
        opened = _BRACKETS.get(last)
        if last in _CLOSED_BY or (opened is not None and written.count(last) > written.count(opened)):
            written = written[:-1]
        else:
            break
    return written


def _decoded(host: str) -> str:
    labels = [_decoded_label(label) for label in host.lower().strip(".").split(".")]
    labels[-1] = _plain_ending(labels[-1])
    return ".".join(labels)


def _decoded_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode").lower()
    except UnicodeError:
        return label
    return decoded if _IS_LABEL.fullmatch(decoded) else label


def _plain_ending(ending: str) -> str:
    """An ending of two alphabets (tоp with a Cyrillic о) exists nowhere: read it as it looks."""
    kinds = {match.lastgroup for match in _ALPHABETS.finditer(ending)}
    return skeleton(ending) if len(kinds) == 2 else ending


def _is_next_sentence(host: str) -> bool:
    """«Позвоните в банк.My name is»: a capital after the full stop, and no capitals elsewhere."""
    last = host.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper() and last not in _TITLED_ENDINGS
