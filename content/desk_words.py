"""The words of the staff console: desk/<language>/*.yaml, a file a page; the volunteers' pages too.

Keys are unique over all files of a language and equal in the three languages, with equal placeholders (tests/content).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import TypeAdapter

from content.language import Language
from content.reading import ContentError, read
from content.wording import Phrase, environment, plural_form, short

FOLDER = Path(__file__).parent / "desk"


@dataclass(frozen=True, slots=True)
class DeskWords:
    """Built by `load`, once per process."""

    phrases: Mapping[Language, Mapping[str, Phrase]]
    templates: ImmutableSandboxedEnvironment

    def say(self, key: str, language: Language, **fields: object) -> str:
        """Plain text, to be escaped where it becomes HTML. `n` picks the plural form; text fields are cut to 80 characters."""
        phrase = self.phrases[language].get(key)
        if phrase is None:
            raise ContentError(f"desk/{language}", key, "is not there")
        if isinstance(phrase, str):
            if "{" not in phrase:
                return phrase
            name = f"{language}:{key}"
        else:
            n = fields.get("n")
            if not isinstance(n, int):
                raise ContentError(f"desk/{language}", key, "has plural forms and needs the number n")
            name = f"{language}:{key}:{plural_form(phrase, language, n)}"
        brief = {field: short(value) if isinstance(value, str) else value for field, value in fields.items()}
        return self.templates.get_template(name).render(brief)

    def knows(self, key: str, language: Language) -> bool:
        """For words that come from outside, such as the reason a provider gave."""
        return key in self.phrases[language]


def load(folder: Path = FOLDER) -> DeskWords:
    """Raises ContentError, which names the file and the key to mend."""
    phrases = {language: MappingProxyType(_of(folder / language.value)) for language in Language}
    every = set().union(*phrases.values())
    for language, found in phrases.items():
        for key in sorted(every - set(found)):
            raise ContentError(f"desk/{language}", key, "is missing; another language has it")
    return DeskWords(MappingProxyType(phrases), environment(_flat(phrases), folder))


def _of(folder: Path) -> dict[str, Phrase]:
    found: dict[str, Phrase] = {}
    for file in sorted(folder.glob("*.yaml")):
        for key, phrase in read(file, TypeAdapter(dict[str, Phrase])).items():
            if key in found:
                raise ContentError(file, key, "stands in another file too")
            found[key] = phrase
    return found


def _flat(phrases: Mapping[Language, Mapping[str, Phrase]]) -> dict[str, str]:
    flat = {}
    for language, found in phrases.items():
        for key, phrase in found.items():
            forms = {"": phrase} if isinstance(phrase, str) else {f":{form}": text for form, text in phrase.items()}
            flat.update({f"{language}:{key}{form}": text for form, text in forms.items()})
    return flat
