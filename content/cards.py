"""A scheme and its card in three languages: what comms staff write in schemes/<id>.yaml."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from content.language import Language
from content.reading import FORM, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One way of cheating, told to a citizen in one language.

    No pydantic model: templates get it, and a model's `parse_raw` would unpickle whatever a template hands it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = FORM

    name: str
    how: str
    signs: Annotated[tuple[str, ...], Field(min_length=3, max_length=5)]
    they_say: Annotated[tuple[str, ...], Field(min_length=3, max_length=4)]
    do_now: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    never: Annotated[tuple[str, ...], Field(min_length=2, max_length=3)]


class Scheme(Entry):
    """`id` is the word used in YAML, NLU, SQL and metrics; `law` are fact ids; `letter` is the seed letter that speaks of it."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    harm: Literal["high", "normal"]
    law: tuple[str, ...]
    letter: Annotated[str, Field(pattern=r"^00[0-4]$")] | None
    kk: Card
    ru: Card
    en: Card

    def card(self, language: Language) -> Card:
        return {Language.KK: self.kk, Language.RU: self.ru, Language.EN: self.en}[language]
