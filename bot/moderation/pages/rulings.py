"""What somebody says of a message, as the form has it: a button, a scheme, ticks. Called by the pages that judge."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.moderation.cases import Case, Ruling
from bot.moderation.pages.hall import Hall
from bot.moderation.places import Place, places_in
from bot.moderation.showing import name_of
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    ruling: Ruling
    scheme: str | None
    sure: bool
    named: frozenset[Place]


def word_in(hall: Hall, visit: Visit, case: Case) -> Word | None:
    """None for what no form of ours sends. A place is ticked by its number: the page need not hold a telephone number."""
    ruling, scheme = visit.form.get("ruling", ""), visit.form.get("scheme", "")
    places = dict(enumerate(places_in(case.text)))
    ticked = [places.get(number) for each in visit.form.getlist("place") if (number := id_in(each)) is not None]
    if ruling not in set(Ruling) or (scheme and scheme not in hall.words.schemes):
        return None
    if None in ticked or len(ticked) != len(visit.form.getlist("place")):
        return None
    judged = Ruling(ruling)
    named = frozenset(place for place in ticked if place is not None)
    return Word(ruling=judged, scheme=None if judged.clears else scheme or None, sure="unsure" not in visit.form, named=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How the form stands: as it was sent without a decision, else as the last decision has it. `places`: their numbers."""

    scheme: str
    places: frozenset[int]


def before_in(visit: Visit, case: Case | None, named: Collection[Place] = ()) -> Before:
    if visit.form:
        ticked = frozenset(number for each in visit.form.getlist("place") if (number := id_in(each)) is not None)
        return Before(scheme=visit.form.get("scheme", ""), places=ticked)
    places = enumerate(places_in(case.text)) if case else ()
    return Before(scheme=case.scheme or "" if case else "", places=frozenset(number for number, each in places if each in named))


def places_of(case: Case) -> Sequence[str]:
    """What stands on the tick boxes, in the order of their numbers."""
    return [name_of(place) for place in places_in(case.text)]
