"""The links, handles and numbers of a text, as the register of suspects spells them, and which of them are official. Pure.

Called by cases, reports and abuse. Only what stands in a case's text can be named by a volunteer.
"""

from dataclasses import dataclass

from bot.verdict import links, phones
from bot.verdict.brands import BRANDS
from broadcaster import suspects
from broadcaster.suspects import BadSuspect, Kind

MOST = 30
_OFFICIAL = frozenset(site for brand in BRANDS for site in (*brand.official, *brand.presumed))


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a message leads; `value` in the register's own spelling."""

    kind: Kind
    value: str


def places_in(text: str) -> tuple[Place, ...]:
    """Links, handles, numbers, each once. What the register could not hold is left out, and t.me: the page there is a
    handle."""
    written = {Kind.LINK: links.addresses(text), Kind.HANDLE: links.handles(text), Kind.PHONE: phones.numbers(text)}
    found: dict[Place, None] = {}
    for kind, values in written.items():
        for value in values[:MOST]:
            try:
                place = Place(kind, suspects.normalise(kind, value))
            except BadSuspect:
                continue
            if place.value not in suspects.HANDLE_PLACES:
                found[place] = None
    return tuple(found)


def is_official(place: Place) -> bool:
    """A site of the state, a bank or another name that people know."""
    return place.kind is Kind.LINK and (place.value in _OFFICIAL or place.value == "gov.kz" or place.value.endswith(".gov.kz"))


def leads_home(text: str) -> bool | None:
    """Whether all links and handles of a text are official sites; None where it has none."""
    leads = [place for place in places_in(text) if place.kind is not Kind.PHONE]
    return all(map(is_official, leads)) if leads else None
