"""The register of suspects: handles, links, phones, cards, accounts and organisations. Asked by every verdict.

Cards and accounts are kept as keyed hashes only. A private person's number is never listed to citizens.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

import tldextract

from broadcaster import addresses, database
from broadcaster.addresses import AddressKey, BadAddress, Channel
from broadcaster.database import Connection

_SQL = database.queries_beside(__file__)
_HANDLE = re.compile(r"[a-z0-9_.]{2,64}")
HANDLE_PLACES = frozenset({"t.me", "telegram.me", "instagram.com", "facebook.com", "tiktok.com", "vk.com"})
_SHARED_PLACES = HANDLE_PLACES | {
    "wa.me",
    "whatsapp.com",
    "youtube.com",
    "google.com",
    "olx.kz",
    "kaspi.kz",
    "egov.kz",
    "gov.kz",
}
"""One bad page there says nothing of the site: listing it would accuse everybody's links."""


class Kind(StrEnum):
    HANDLE = "handle"
    LINK = "link"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    ORGANISATION = "organisation"


class Source(StrEnum):
    """Who says so."""

    PUBLIC_BODY = "public-body"
    VOLUNTEERS = "volunteers"
    STAFF = "staff"


class Status(StrEnum):
    """Whoever follows a suspect that was taken down cannot unfollow it: no effect is measured there."""

    ACTIVE = "active"
    TAKEN_DOWN = "taken-down"
    CLEARED = "cleared"


class BadSuspect(ValueError):
    """This cannot stand in the register."""


class UnknownSuspect(LookupError):
    """This suspect is not in the register: enter it first with `suspect add`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`name` is how it may be shown to whoever asked; of cards and accounts the last four digits they gave themselves."""

    kind: Kind
    scheme: str
    name: str


def add(
    connection: Connection,
    kind: Kind,
    value: str,
    *,
    scheme: str,
    source: Source,
    first_seen: datetime,
    now: datetime,
    organisation: bool = False,
) -> None:
    """The same suspect from the same source again changes its scheme and keeps the earlier first_seen. Raises BadSuspect.

    A source that joins later takes over the status the others have.
    """
    with database.transaction(connection):
        enter(
            connection,
            kind,
            value,
            scheme=scheme,
            source=source,
            first_seen=first_seen,
            now=now,
            organisation=organisation,
        )


def enter(
    connection: Connection,
    kind: Kind,
    value: str,
    *,
    scheme: str,
    source: Source,
    first_seen: datetime,
    now: datetime,
    organisation: bool = False,
) -> None:
    """`add` inside the caller's transaction."""
    spelling = normalise(kind, value)
    if kind is Kind.LINK and spelling in _SHARED_PLACES:
        raise BadSuspect(f"{spelling} is shared by everybody: add the handle or the organisation instead")
    row = {
        "kind": kind,
        "value": _kept(connection.address_key, kind, spelling),
        "scheme": scheme,
        "source": source,
        "organisation": int(organisation),
        "first_seen": database.instant(first_seen),
        "added_at": database.instant(now),
    }
    connection.execute(_SQL["add"], row)


def identity(connection: Connection, kind: Kind, value: str) -> int:
    """What followers and segments know a suspect by: the lowest id of its rows. Raises UnknownSuspect, or BadSuspect."""
    key = {"kind": kind, "value": _kept(connection.address_key, kind, normalise(kind, value))}
    found: int | None = connection.execute(_SQL["identity"], key).fetchone()["id"]
    if found is None:
        raise UnknownSuspect
    return found


def set_status(connection: Connection, kind: Kind, value: str, status: Status, *, now: datetime) -> None:
    """Of all its rows, whoever named it. Raises UnknownSuspect, or BadSuspect."""
    key = {"kind": kind, "value": _kept(connection.address_key, kind, normalise(kind, value))}
    with database.transaction(connection):
        if not connection.execute(_SQL["set_status"], {**key, "status": status, "now": database.instant(now)}).rowcount:
            raise UnknownSuspect


def take_back(connection: Connection, kind: Kind, value: str, *, source: Source, now: datetime) -> int:
    """Clears what this source alone has named; whether it did, 1 or 0. Inside the caller's transaction. Raises BadSuspect."""
    key = {"kind": kind, "value": _kept(connection.address_key, kind, normalise(kind, value))}
    cleared = connection.execute(_SQL["take_back"], {**key, "source": source, "now": database.instant(now)}).rowcount
    return int(cleared > 0)


def look_up(
    connection: Connection,
    *,
    handles: Iterable[str] = (),
    links: Iterable[str] = (),
    phones: Iterable[str] = (),
    cards: Iterable[str] = (),
    ibans: Iterable[str] = (),
    organisations: Iterable[str] = (),
) -> tuple[Found, ...]:
    """Whatever of these is in the register and may be told, each once. What is misspelt is simply not found."""
    asked = {
        Kind.HANDLE: handles,
        Kind.LINK: links,
        Kind.PHONE: phones,
        Kind.CARD: cards,
        Kind.IBAN: ibans,
        Kind.ORGANISATION: organisations,
    }
    found: dict[tuple[Kind, str], Found] = {}
    for kind, values in asked.items():
        for value in values:
            try:
                spelling = normalise(kind, value)
            except BadSuspect:
                continue
            key = {"kind": kind, "value": _kept(connection.address_key, kind, spelling)}
            row = connection.execute(_SQL["look_up"], key).fetchone()
            if row is not None:
                found[kind, spelling] = Found(kind=kind, scheme=row["scheme"], name=_shown(kind, spelling))
    return tuple(found.values())


def normalise(kind: Kind, value: str) -> str:
    """One spelling per suspect: `@name`, the registrable domain, E.164, bare digits, KZ… without blanks. Raises BadSuspect."""
    match kind:
        case Kind.HANDLE:
            return _handle(value)
        case Kind.LINK:
            return _registrable(value)
        case Kind.PHONE:
            try:
                return addresses.normalise(Channel.PHONE, value).value
            except BadAddress as error:
                raise BadSuspect(str(error)) from error
        case Kind.CARD:
            return _card(value)
        case Kind.IBAN:
            return _iban(value)
        case Kind.ORGANISATION:
            name = " ".join(re.sub(r"[\"'«»“”„]", " ", value).split()).casefold()
            if not 2 <= len(name) <= 200:
                raise BadSuspect("an organisation's name has 2 to 200 characters")
            return name


def _kept(key: AddressKey, kind: Kind, spelling: str) -> str:
    return key.digest(kind, spelling).hex() if kind in (Kind.CARD, Kind.IBAN) else spelling


def _shown(kind: Kind, spelling: str) -> str:
    return f"…{spelling[-4:]}" if kind in (Kind.CARD, Kind.IBAN) else spelling


def _handle(value: str) -> str:
    value = value.strip().casefold()
    place = re.match(r"(?:https?://)?(?:www\.)?([a-z.]+)/@?([^/?#]+)", value)
    if place and place[1] in HANDLE_PLACES:
        value = place[2]
    name = value.removeprefix("@")
    if not _HANDLE.fullmatch(name):
        raise BadSuspect("a handle is @ and 2 to 64 letters, digits, dots or _")
    return f"@{name}"


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _registrable(value: str) -> str:
    """evil.github.io is a site of its own, as its suffix is handed out to strangers; Unicode names are kept as punycode."""
    parts = _suffixes()(value.strip().casefold().replace("[.]", "."))
    domain = parts.top_domain_under_public_suffix or (parts.domain if parts.ipv4 else "")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        ascii_domain = ""
    if not ascii_domain:
        raise BadSuspect("a link has a registrable domain, such as kaspi-bonus.top")
    return ascii_domain


def _card(value: str) -> str:
    digits = re.sub(r"[\s-]", "", value)
    if not re.fullmatch(r"[0-9]{12,19}", digits):
        raise BadSuspect("a card has 12 to 19 digits")
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    if sum(number - 9 if number > 9 else number for number in doubled) % 10:
        raise BadSuspect("this card number's check digit is wrong: one digit is mistyped")
    return digits


def _iban(value: str) -> str:
    account = re.sub(r"[\s-]", "", value).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", account):
        raise BadSuspect("an IBAN begins with two letters and two digits")
    if int("".join(str(int(letter, 36)) for letter in account[4:] + account[:4])) % 97 != 1:
        raise BadSuspect("this IBAN's check digits are wrong: one character is mistyped")
    return account
