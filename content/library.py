"""All words of the product, read once and checked: the one object that bot and broadcaster ask for a sentence.

It must never show a raw key, an unfilled placeholder or a fact that is not sure: those are ContentError, found by the tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import TypeAdapter

from content.cards import Card, Scheme
from content.facts import Fact, FactNotShown, Facts
from content.language import Language
from content.reading import ContentError, read
from content.samples import Names, Sample
from content.wording import Form, Phrase, environment, plural_form, short, territory

__all__ = ["Card", "ContentError", "FactNotShown", "Library", "Sample", "Scheme", "load"]

HERE = Path(__file__).parent
EMERGENCY = "emergency_"  # answers so named must come whatever happens: their facts are never too old


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Built by `load`. Cards, drill and tutorial samples and regions are data; sentences come from `phrase` and `answer`."""

    folder: Path
    schemes: Mapping[str, Scheme]
    regions: Mapping[str, Names]
    drill: Sequence[Sample]
    tutorial: Sequence[Sample]
    facts: Facts
    phrases: Mapping[Language, Mapping[str, Phrase]]
    templates: ImmutableSandboxedEnvironment

    def card(self, scheme: str, language: Language) -> Card:
        """The card of a scheme id; ContentError for an unknown one."""
        if scheme not in self.schemes:
            raise ContentError(f"schemes/{scheme}.yaml", "", "is not there")
        return self.schemes[scheme].card(language)

    def law(self, scheme: str, language: Language) -> tuple[str, ...]:
        """Law lines of a scheme that may be shown today; a line whose date has passed is left out, the card still stands."""
        lines = []
        for id in self.schemes[scheme].law:
            try:
                lines.append(self.fact(id, language))
            except FactNotShown:
                continue
        return tuple(lines)

    def region(self, slug: str, language: Language) -> str:
        """Name of a region or city of that rank."""
        if slug not in self.regions:
            raise ContentError("regions.yaml", slug, "is not there")
        return self.regions[slug].name(language)

    def fact(self, id: str, language: Language) -> str:
        """Text of a fact; FactNotShown when it is unsure or its date has passed."""
        return self.facts.showable(id).text(language)

    def phrase(self, key: str, language: Language, **fields: object) -> str:
        """One sentence or label. String fields are quotes and names: each is cut to 80 characters. `n` picks the plural form."""
        where = f"phrases/{language}.yaml"
        phrase = self.phrases[language].get(key)
        if phrase is None:
            raise ContentError(where, key, "is not there")
        name = _phrase_name(language, key)
        if isinstance(phrase, str) and "{" not in phrase:
            return phrase  # most have nothing to fill in, and a page shows thirty of them
        if not isinstance(phrase, str):
            n = fields.get("n")
            if not isinstance(n, int):
                raise ContentError(where, key, "has plural forms and needs the number n")
            name = _phrase_name(language, key, plural_form(phrase, language, n))
        brief = {field: short(value) if isinstance(value, str) else value for field, value in fields.items()}
        return self._rendered(name, where, key, language, brief, however_old=True)

    def answer(self, name: str, language: Language, **fields: object) -> str:
        """A whole answer of answers/<language>/<name>.j2. One that rests on an outdated fact says so instead of repeating it."""
        file = f"{language}/{name}.j2"
        try:
            return self._rendered(file, f"answers/{file}", "", language, fields, however_old=name.startswith(EMERGENCY))
        except FactNotShown:
            return self.phrase("fact_being_checked", language)

    def _said(self, language: Language, key: str, **fields: object) -> str:
        return self.phrase(key, language, **fields)

    def _rendered(
        self, template: str, where: str, key: str, language: Language, fields: Mapping[str, object], *, however_old: bool
    ) -> str:
        def fact(id: str) -> str:
            return self.facts.showable(id, however_old=however_old).text(language)

        def value(id: str) -> str:
            found = self.facts.showable(id, however_old=however_old)
            return found.values[0] if found.values else found.text(language)

        def name_of(id: str) -> str:
            return self.card(id, language).name if id in self.schemes else id

        words = {
            "fact": fact,
            "value": value,
            "name_of": name_of,
            "country_name": partial(territory, language=language),
            "phrase": partial(self._said, language),
        }
        try:
            return self.templates.get_template(template).render({**fields, **words}).strip()
        except ContentError:
            raise
        except Exception as error:  # a template may fail in any way Python can; comms staff need its name
            raise ContentError(where, key, f"cannot be said: {error or type(error).__name__}") from error


def load(folder: Path | None = None, *, today: date | None = None) -> Library:
    """Read and check all words. `today` (default: the day in Kazakhstan) decides which facts are too old to be shown."""
    here = folder or HERE
    facts = Facts(
        by_id=MappingProxyType(read(here / "facts.yaml", TypeAdapter(dict[str, Fact]))),
        today=today or datetime.now(ZoneInfo("Asia/Almaty")).date(),
    )
    phrases = {language: read(here / "phrases" / f"{language}.yaml", TypeAdapter(dict[str, Phrase])) for language in Language}
    _check_equal_keys(here, phrases)
    return Library(
        folder=here,
        schemes=MappingProxyType(_schemes(here / "schemes", facts)),
        regions=MappingProxyType(read(here / "regions.yaml", TypeAdapter(dict[str, Names]))),
        drill=read(here / "drill.yaml", TypeAdapter(tuple[Sample, ...])),
        tutorial=read(here / "tutorial.yaml", TypeAdapter(tuple[Sample, ...])),
        facts=facts,
        phrases=MappingProxyType({language: MappingProxyType(found) for language, found in phrases.items()}),
        templates=environment(_flat(phrases), here / "answers"),
    )


def _schemes(folder: Path, facts: Facts) -> dict[str, Scheme]:
    schemes = {}
    for path in sorted(folder.glob("*.yaml")):
        scheme = read(path, Scheme)
        if scheme.id != path.stem:
            raise ContentError(path, "id", f"is {scheme.id}, the file is named otherwise")
        for law in scheme.law:
            facts.showable(law, however_old=True)
        schemes[scheme.id] = scheme
    return schemes


def _check_equal_keys(here: Path, phrases: Mapping[Language, Mapping[str, Phrase]]) -> None:
    every = set().union(*phrases.values())
    for language, found in phrases.items():
        for key in sorted(every - set(found)):
            raise ContentError(here / "phrases" / f"{language}.yaml", key, "is missing; another language has it")
        for key, phrase in found.items():
            if not isinstance(phrase, str) and "other" not in phrase:
                raise ContentError(here / "phrases" / f"{language}.yaml", key, "has plural forms but no «other»")


def _phrase_name(language: Language, key: str, form: Form | None = None) -> str:
    return f"{language}:{key}:{form}" if form else f"{language}:{key}"


def _flat(phrases: Mapping[Language, Mapping[str, Phrase]]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for language, found in phrases.items():
        for key, phrase in found.items():
            if isinstance(phrase, str):
                flat[_phrase_name(language, key)] = phrase
            else:
                flat.update({_phrase_name(language, key, form): text for form, text in phrase.items()})
    return flat
