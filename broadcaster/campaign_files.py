"""A campaign file (YAML) becomes Content, or every mistake in it by its line. Files come from outside: nothing in one is trusted.

Templates are filled in here, so that what is approved is words, not a recipe.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from broadcaster import segment_rules
from broadcaster.campaign_content import Content, Template
from broadcaster.segment_rules import BadSegment
from content import warning_templates
from content.language import Language
from content.library import Library
from content.reading import ContentError
from content.warning_templates import WarningTemplate

LARGEST = 64 * 1024
DEEPEST = 20
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1; `key` is the path, such as text.kk, empty where the whole file is meant."""

    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.key}: {self.reason}" if self.key else f"line {self.line}: {self.reason}"


class BadCampaign(ValueError):
    """The campaign file cannot be used: `problems` in the order of its lines."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


def read(file: bytes, words: Library) -> Content:
    """Raises BadCampaign."""
    raw, lines = _yaml(_decoded(file))
    found = _Findings(lines)
    if "template" in raw:
        raw["text"] = _filled(raw, found)
    _check_lists(raw, words, found)
    try:
        content = Content.model_validate(raw)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            key = ".".join(str(part)[:40] for part in each["loc"])
            if not found.about(key.partition(".")[0]):
                found.add(key, each["msg"].removeprefix("Value error, "))
    if found.problems:
        raise BadCampaign(*found.problems)
    return content


class _Findings:
    def __init__(self, lines: Mapping[str, int]) -> None:
        self._lines = lines
        self.problems: list[Problem] = []

    def add(self, key: str, reason: str) -> None:
        nearest = key
        while nearest and nearest not in self._lines:
            nearest = nearest.rpartition(".")[0]
        self.problems.append(Problem(self._lines.get(nearest, 1), key, reason))

    def about(self, field: str) -> bool:
        """So that nothing is said twice; a template that cannot be filled in leaves no text to complain of."""
        fields = ("text", "template") if field == "text" else (field,)
        return any(problem.key.partition(".")[0] in fields for problem in self.problems)


def _decoded(file: bytes) -> str:
    if len(file) > LARGEST:
        raise BadCampaign(Problem(1, "", f"a campaign file has at most {LARGEST} bytes"))
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.count(b"\n", 0, error.start) + 1
        raise BadCampaign(Problem(line, "", "is not UTF-8")) from None


def _yaml(text: str) -> tuple[dict[str, Any], Mapping[str, int]]:
    """The mapping, and the line of each path in it. Aliases are refused: nine of them make a billion."""
    try:
        _check_events(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if not isinstance(node, yaml.MappingNode):
                raise BadCampaign(Problem(1, "", "holds keys and values, such as name: …"))
            lines = dict(_lines(node, ""))
            return loader.construct_document(node), lines
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BadCampaign(Problem(mark.line + 1 if mark else 1, "", f"is not YAML: {error.problem}")) from None
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, BadCampaign):
            raise
        raise BadCampaign(Problem(1, "", f"holds what YAML does not know: {type(error).__name__}")) from None


def _check_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise BadCampaign(Problem(line, "", "no aliases: write it out"))
        if getattr(event, "tag", None) is not None:
            raise BadCampaign(Problem(line, "", "no tags: plain words and numbers"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise BadCampaign(Problem(line, "", f"is more than {DEEPEST} levels deep"))


def _lines(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                raise BadCampaign(Problem(line, path, "a key is a word"))
            if key.value in seen:
                raise BadCampaign(Problem(line, path, f"the key {key.value[:40]} stands twice"))
            seen.add(key.value)
            under = f"{path}.{key.value}" if path else key.value
            yield under, line
            yield from _lines(value, under)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield f"{path}.{place}", value.start_mark.line + 1
            yield from _lines(value, f"{path}.{place}")


def _check_lists(raw: Mapping[str, Any], words: Library, found: _Findings) -> None:
    scheme = raw.get("scheme")
    if isinstance(scheme, str) and scheme not in words.schemes:
        found.add("scheme", f"is no scheme; these are: {', '.join(sorted(words.schemes))}")
    if "segment" in raw:
        try:
            segment_rules.parse(raw["segment"], regions=words.regions, schemes=words.schemes)
        except BadSegment as bad:
            for path, reason in bad.problems:
                found.add(path, reason)


def _filled(raw: Mapping[str, Any], found: _Findings) -> dict[str, str]:
    """The texts of the template; nothing where something is wrong with it."""
    if "text" in raw:
        found.add("template", "a campaign has a text or a template, not both")
        return {}
    try:
        asked = TypeAdapter(Template).validate_python(raw["template"])
        template = warning_templates.load(asked.name)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            found.add(".".join(["template", *map(str, each["loc"])]), each["msg"].removeprefix("Value error, "))
        return {}
    except ContentError as error:
        found.add("template.name", f"{error}; these are there: {', '.join(warning_templates.names())}")
        return {}
    return dict(_texts(template, asked, found))


def _texts(template: WarningTemplate, asked: Template, found: _Findings) -> Iterator[tuple[str, str]]:
    for extra in sorted(asked.variables.keys() - template.fields):
        found.add(f"template.variables.{extra}", "the template has no such variable")
    for language in Language:
        known = asked.words(language)
        missing = sorted(template.fields - known.keys())
        if not missing:
            yield language.value, template.render(language, known)
        elif language is not Language.EN:
            for name in missing:
                found.add(f"template.variables.{name}", f"is missing in {language}")
