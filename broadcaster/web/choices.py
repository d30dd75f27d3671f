"""What a person may choose about our warnings on a page: topics, region, language. Read out of a form or of JSON."""

from collections.abc import Collection
from dataclasses import dataclass

from broadcaster.web import bodies
from content.language import Language
from content.library import Library

ALL = "all"
"""The box that stands for every topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """`region`: None is no region."""

    topics: frozenset[str]
    region: str | None
    language: Language


def read(words: Library, *, topics: Collection[str], region: str, language: str) -> Choices:
    """Raises bodies.Refused(400) for what no page of ours offers."""
    known = set(words.schemes)
    if not set(topics) <= known | {ALL} or region not in {"", *words.regions} or language not in set(Language):
        raise bodies.Refused(400)
    chosen = known if ALL in topics else set(topics)
    return Choices(topics=frozenset(chosen), region=region or None, language=Language(language))
