"""The links, handles and numbers of a text, as the register of suspects spells them, and which of them are official. Pure.

Called by cases, reports and abuse. Only what stands in a case's text can be named by a volunteer.
"""

from dataclasses import dataclass

from bot.verdict import links, phones
from bot.verdict.brands import BRANDS, SHORTENERS
from broadcaster import suspects
from broadcaster.suspects import BadSuspect, Kind

MOST = 30
_OFFICIAL = frozenset(site for brand in BRANDS for site in (*brand.official, *brand.presumed))
_OWN_HANDLES = frozenset(f"@{name}" for brand in BRANDS for name in (*brand.labels, *brand.official, *brand.presumed))
_ANYBODYS = suspects.HANDLE_PLACES | {"fb.com", "google.com", "google.kz", "whatsapp.com"}
"""Official, and full of strangers' pages."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a message leads; `value` in the register's own spelling."""

    kind: Kind
    value: str


def places_in(text: str) -> tuple[Place, ...]:
    """Links, handles, numbers, each once. What the register could not hold is left out, but for gov.kz itself; and so are t.me,
    where the page is a handle, and shorteners, which are everybody's."""
    written = {Kind.LINK: links.addresses(text), Kind.HANDLE: links.handles(text), Kind.PHONE: phones.numbers(text)}
    found: dict[Place, None] = {}
    for kind, values in written.items():
        for value in values[:MOST]:
            try:
                place = Place(kind, suspects.normalise(kind, value))
            except BadSuspect:
                if value == "gov.kz":
                    found[Place(kind, value)] = None
                continue
            if place.value not in suspects.HANDLE_PLACES and place.value not in SHORTENERS:
                found[place] = None
    return tuple(found)


def is_official(place: Place) -> bool:
    """A site of the state, a bank or another name that people know, or the handle that is its very name."""
    match place.kind:
        case Kind.LINK:
            return place.value in _OFFICIAL or place.value.endswith((".gov.kz", ".mil.kz"))
        case Kind.HANDLE:
            return place.value in _OWN_HANDLES
        case _:
            return False


def leads_home(text: str) -> bool | None:
    """Whether all links and handles of a text are official sites, none of them with strangers' pages; None where it has none."""
    if links.handles(text):
        return False
    sites = links.addresses(text)
    return all(site not in _ANYBODYS and is_official(Place(Kind.LINK, site)) for site in sites) if sites else None
