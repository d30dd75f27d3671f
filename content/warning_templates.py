"""Texts of warnings that comms staff have ready: warnings/{kk,ru,en}/NAME.j2 with plain `{{ fields }}` and nothing else.

Called by broadcaster.campaign_content. A template that could do more than fill in a word is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateError, nodes

from content.language import Language
from content.reading import ContentError
from content.wording import environment

HERE = Path(__file__).parent / "warnings"
_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningTemplate:
    """`fields` are what every language needs."""

    name: str
    fields: frozenset[str]
    sources: Mapping[Language, str]

    def render(self, language: Language, variables: Mapping[str, str]) -> str:
        """Raises ContentError where a field is not among the variables."""
        try:
            text = environment({}, HERE).from_string(self.sources[language]).render(variables)
        except TemplateError as error:
            raise ContentError(f"warnings/{language}/{self.name}.j2", "", f"cannot be said: {error}") from error
        return text.strip()


def names(folder: Path = HERE) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (folder / Language.KK).glob("*.j2")))


def load(name: str, folder: Path = HERE) -> WarningTemplate:
    """Raises ContentError: not there, not in all three languages, not plain, or with other fields in one language."""
    if name not in names(folder):
        raise ContentError("warnings", name, "no such template")
    sources = {language: _source(folder / language / f"{name}.j2") for language in Language}
    fields = {language: _fields(source, f"warnings/{language}/{name}.j2") for language, source in sources.items()}
    for language, found in fields.items():
        if found != fields[Language.KK]:
            raise ContentError(f"warnings/{language}/{name}.j2", "", "has other fields than the Kazakh one")
    return WarningTemplate(name=name, fields=fields[Language.KK], sources=sources)


def _source(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(file, "", f"cannot be read ({type(error).__name__})") from error


def _fields(source: str, where: str) -> frozenset[str]:
    try:
        tree = environment({}, HERE).parse(source)
    except TemplateError as error:
        raise ContentError(where, "", f"is no template: {error}") from error
    if not all(isinstance(node, _PLAIN) for node in [tree, *tree.find_all(nodes.Node)]):
        raise ContentError(where, "", "may hold plain {{ fields }} only")
    return frozenset(name.name for name in tree.find_all(nodes.Name))
