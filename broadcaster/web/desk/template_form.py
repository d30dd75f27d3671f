"""The fields of the campaign form for a ready text: which one, and the words it is filled in with. Pure."""

from collections.abc import Mapping

from pydantic import ValidationError

from broadcaster.campaign_content import Template
from broadcaster.web.desk import landing
from broadcaster.web.desk.landing import VARIABLE
from broadcaster.web.desk.mistakes import Mistake, Mistakes
from content import warning_templates
from content.language import Language


def fields_of(variable: str) -> tuple[str, ...]:
    """For all languages, and for each."""
    return (f"{VARIABLE}{variable}", *(f"{VARIABLE}{variable}-{language}" for language in Language))


def of(template: Template | None) -> dict[str, str]:
    """What would have to be typed for it."""
    if template is None:
        return {}
    fields = {"warning": template.name}
    for variable, value in template.variables.items():
        if isinstance(value, str):
            fields[f"{VARIABLE}{variable}"] = value
        else:
            fields |= {f"{VARIABLE}{variable}-{language}": word for language, word in value.items()}
    return fields


def read(fields: Mapping[str, str], mistakes: Mistakes) -> tuple[dict[str, object], dict[str, str]]:
    """The template with its variables, and the texts it makes; English only where every word of it is there."""
    name = fields["warning"]
    if name not in warning_templates.names():
        mistakes["warning"] = Mistake("choice")
        return {"name": name}, {}
    template = warning_templates.load(name)
    variables = {variable: words for variable in sorted(template.fields) if (words := _words(fields, variable, mistakes))}
    asked: dict[str, object] = {"name": name, "variables": variables}
    try:
        made = Template.model_validate(asked)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            landing.land({**each, "loc": ("template", *each["loc"])}, (), mistakes)
        return asked, {}
    texts = {}
    for language in Language:
        given = made.words(language)
        missing = template.fields - given.keys()
        if not missing:
            texts[language.value] = template.render(language, given)
        elif language is not Language.EN:
            for variable in missing:
                mistakes.setdefault(f"{VARIABLE}{variable}-{language}", Mistake("missing"))
    return asked, texts


def _words(fields: Mapping[str, str], variable: str, mistakes: Mistakes) -> str | dict[str, str] | None:
    """One word for all languages, or one for each."""
    alike = fields.get(f"{VARIABLE}{variable}", "").strip()
    typed = {language.value: fields.get(f"{VARIABLE}{variable}-{language}", "").strip() for language in Language}
    each = {language: word for language, word in typed.items() if word}
    if alike and each:
        mistakes[f"{VARIABLE}{variable}"] = Mistake("variable_twice")
    return alike or each or None
