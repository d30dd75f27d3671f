"""Phone numbers, sites and law lines, each with its source and its date: a wrong number harms more than none.

What is only heard from third parties or not verified is kept, so that nobody looks it up again, but never shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from content.language import Language
from content.reading import ContentError, Entry


class Status(StrEnum):
    """How sure we are."""

    OFFICIAL = "official"  # seen on an official page
    PRESS = "press"  # the press, quoting officials
    THIRD_PARTY = "third_party"
    UNVERIFIED = "unverified"


SHOWABLE = frozenset({Status.OFFICIAL, Status.PRESS})
ONE_YEAR = timedelta(days=366)


class Fact(Entry):
    """One fact. `values` are the numbers or domains themselves, where there are any; the texts say it in a few words."""

    status: Status
    values: tuple[str, ...] = ()
    kk: str
    ru: str
    en: str
    source: str
    checked_on: date
    valid_until: date

    @model_validator(mode="after")
    def _valid_one_year_at_most(self) -> Self:
        if not self.checked_on < self.valid_until <= self.checked_on + ONE_YEAR:
            raise ValueError("valid_until lies after checked_on and at most one year later")
        return self

    def text(self, language: Language) -> str:
        return {Language.KK: self.kk, Language.RU: self.ru, Language.EN: self.en}[language]


class FactNotShown(ContentError):
    """A fact that must not be shown to a citizen: unsure, or its date has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All facts, seen from one day."""

    by_id: Mapping[str, Fact]
    today: date

    def showable(self, id: str, *, however_old: bool = False) -> Fact:
        """The fact, or FactNotShown. `however_old` is for emergencies alone: an old 102 is better than no answer."""
        fact = self.by_id.get(id)
        if fact is None:
            raise ContentError("facts.yaml", id, "is not there")
        if fact.status not in SHOWABLE:
            raise FactNotShown("facts.yaml", id, f"is {fact.status.value}: it is not shown as true")
        if self.today > fact.valid_until and not however_old:
            raise FactNotShown("facts.yaml", id, f"was valid until {fact.valid_until}: check it again")
        return fact

    def stale(self) -> tuple[str, ...]:
        """Ids whose date has passed, for the start-up log and the test."""
        return tuple(id for id, fact in self.by_id.items() if self.today > fact.valid_until)
