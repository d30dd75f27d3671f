"""The form of a campaign: what was typed, and what it means. Pure; `writing` shows it and saves what it means.

What was typed is kept whatever is wrong with it. The meaning is checked by campaign_content, as a campaign file is; a mistake
lands at the field that it is about.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import ImmutableMultiDict

from broadcaster import segment_rules
from broadcaster.campaign_content import Content, LegalBasis, Purpose, Template
from broadcaster.ledger_codes import SendingChannel
from broadcaster.segment_rules import BadSegment, Rule
from broadcaster.web.desk import segment_form
from broadcaster.web.desk.mistakes import Mistake, Mistakes
from broadcaster.web.desk.segment_form import Rows
from content import warning_templates
from content.language import Language
from content.library import Library

PLACES = tuple(range(1, len(SendingChannel)))
"""Paper stands alone, so that no order is longer."""

VARIABLE = "var-"
NAMES = frozenset(
    {
        *("name", "scheme", "purpose", "legal_basis", "warning", "emergency", "drill"),
        *("budget", "control", "control_hours", "schedule"),
        *(f"{field}-{language}" for field in ("text", "whatsapp") for language in Language),
        *(f"channel-{place}" for place in PLACES),
    }
)
_MARKED_INSIDE = ("segment", "text", "whatsapp")
"""What is wrong with one of these as a whole is marked already at a field in it."""

_NUMBERS = ("budget", "control", "control_hours", "schedule")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignForm:
    """`kept`: the segment as JSON where the rows cannot say it; it holds until staff build it anew."""

    fields: Mapping[str, str] = field(default_factory=dict)
    rows: Rows = field(default_factory=Rows)
    kept: str = ""

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """`content` is None while there are mistakes; `rule` is there as soon as the segment can be read."""

    content: Content | None
    rule: Rule | None
    mistakes: Mistakes


def empty() -> CampaignForm:
    given = {"purpose": Purpose.WARN, "legal_basis": LegalBasis.CONSENT, "channel-1": SendingChannel.TELEGRAM}
    return CampaignForm(fields={**given, "control_hours": "24"})


def typed(form: ImmutableMultiDict[str, str]) -> CampaignForm:
    fields = {name: value for name, value in form.items() if name in NAMES or name.startswith(VARIABLE)}
    kept = "" if form.get("segment-anew") else form.get("segment-kept", "")
    return CampaignForm(fields=fields, rows=segment_form.typed(form), kept=kept)


def of(content: Content) -> CampaignForm:
    """What would have to be typed for it."""
    fields = {
        "name": content.name,
        "scheme": content.scheme,
        "purpose": content.purpose.value,
        "legal_basis": content.legal_basis.value,
        "control_hours": str(content.control_hours),
        **{f"channel-{place}": channel.value for place, channel in enumerate(content.channels, start=1)},
        **{f"text-{language}": text for language, text in content.text.items() if not content.template},
        **{f"whatsapp-{language}": sid for language, sid in (content.whatsapp_template or {}).items()},
        **_of_template(content.template),
    }
    if content.emergency:
        fields["emergency"] = "yes"
    if content.drill:
        fields["drill"] = "yes"
    if content.budget is not None:
        fields["budget"] = str(content.budget)
    if content.control is not None:
        fields["control"] = f"{(Decimal(repr(content.control)) * 100).normalize():f}"
    if content.schedule is not None:
        fields["schedule"] = content.schedule.replace(" ", "T")
    rows = segment_form.of(content.rule)
    kept = "" if rows else segment_rules.canonical(content.rule)
    return CampaignForm(fields=fields, rows=rows or Rows(), kept=kept)


def fields_of_variable(name: str) -> tuple[str, ...]:
    """For all languages, and for each."""
    return (f"{VARIABLE}{name}", *(f"{VARIABLE}{name}-{language}" for language in Language))


def for_another(form: CampaignForm) -> CampaignForm:
    """The same once more: its time has passed."""
    return replace(form, fields={name: value for name, value in form.fields.items() if name != "schedule"})


def read(form: CampaignForm, *, words: Library, now: datetime) -> Meaning:
    mistakes: Mistakes = {}
    rule, segment = _segment(form, words, mistakes)
    channels = {place: form[f"channel-{place}"] for place in PLACES if form[f"channel-{place}"]}
    raw: dict[str, Any] = {
        **{name: form[name] for name in ("name", "scheme", "purpose", "legal_basis")},
        "segment": segment,
        "channels": tuple(channels.values()),
        "emergency": bool(form["emergency"]),
        "drill": bool(form["drill"]),
        "budget": _whole(form, "budget", mistakes),
        "control": _share(form, mistakes),
        "whatsapp_template": _sids(form, mistakes),
        "schedule": form["schedule"].replace("T", " ") or None,
    }
    if (hours := _whole(form, "control_hours", mistakes)) is not None:
        raw["control_hours"] = hours
    if form["scheme"] not in words.schemes:
        mistakes["scheme"] = Mistake("choice")
    if not channels:
        mistakes["channel-1"] = Mistake("missing")
    if form["warning"]:
        raw["template"], raw["text"] = _filled(form, mistakes)
    else:
        raw["text"] = _texts(form, mistakes)
    content = None
    try:
        content = Content.model_validate(raw)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            _land(each, tuple(channels), mistakes)
        mistakes = mistakes or {"name": Mistake("other")}
    if content and content.send_at and content.send_at < now:
        mistakes.setdefault("schedule", Mistake("past"))
    return Meaning(content=None if mistakes else content, rule=rule, mistakes=mistakes)


def _segment(form: CampaignForm, words: Library, mistakes: Mistakes) -> tuple[Rule | None, dict[str, object]]:
    if not form.kept:
        segment, found = segment_form.read(form.rows, words)
        mistakes.update(found)
        return (segment_rules.parse(segment) if segment else None), segment or {}
    try:
        raw = json.loads(form.kept)
        return segment_rules.parse(raw, regions=words.regions, schemes=words.schemes), raw
    except (BadSegment, ValueError, RecursionError):
        mistakes["group-0-0"] = Mistake("segment_unreadable")
        return None, {}


def _texts(form: CampaignForm, mistakes: Mistakes) -> dict[str, str]:
    texts = {language.value: form[f"text-{language}"] for language in Language if form[f"text-{language}"].strip()}
    for language in (Language.KK, Language.RU):
        if language not in texts:
            mistakes[f"text-{language}"] = Mistake("missing")
    return texts


def _sids(form: CampaignForm, mistakes: Mistakes) -> dict[str, str] | None:
    sids = {language.value: form[f"whatsapp-{language}"] for language in Language if form[f"whatsapp-{language}"].strip()}
    for language in (Language.KK, Language.RU):
        if sids and language not in sids:
            mistakes[f"whatsapp-{language}"] = Mistake("missing")
    return sids or None


def _of_template(template: Template | None) -> dict[str, str]:
    if template is None:
        return {}
    fields = {"warning": template.name}
    for name, value in template.variables.items():
        if isinstance(value, str):
            fields[f"{VARIABLE}{name}"] = value
        else:
            fields |= {f"{VARIABLE}{name}-{language}": word for language, word in value.items()}
    return fields


def _filled(form: CampaignForm, mistakes: Mistakes) -> tuple[dict[str, object], dict[str, str]]:
    """The template with its variables, and the texts it makes; English only where every word of it is there."""
    if form["warning"] not in warning_templates.names():
        mistakes["warning"] = Mistake("choice")
        return {"name": form["warning"]}, {}
    template = warning_templates.load(form["warning"])
    variables = {name: value for name in sorted(template.fields) if (value := _variable(form, name, mistakes))}
    asked: dict[str, object] = {"name": template.name, "variables": variables}
    try:
        made = Template.model_validate(asked)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            _land({**each, "loc": ("template", *each["loc"])}, (), mistakes)
        return asked, {}
    texts = {}
    for language in Language:
        given = made.words(language)
        missing = template.fields - given.keys()
        if not missing:
            texts[language.value] = template.render(language, given)
        elif language is not Language.EN:
            for name in missing:
                mistakes.setdefault(f"{VARIABLE}{name}-{language}", Mistake("missing"))
    return asked, texts


def _variable(form: CampaignForm, name: str, mistakes: Mistakes) -> str | dict[str, str] | None:
    """One word for all languages, or one for each."""
    alike = form[f"{VARIABLE}{name}"].strip()
    each = {
        language.value: form[f"{VARIABLE}{name}-{language}"].strip()
        for language in Language
        if form[f"{VARIABLE}{name}-{language}"].strip()
    }
    if alike and each:
        mistakes[f"{VARIABLE}{name}"] = Mistake("variable_twice")
    return alike or each or None


def _whole(form: CampaignForm, name: str, mistakes: Mistakes) -> int | None:
    text = "".join(form[name].split())
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        mistakes[name] = Mistake(name)
        return None
    return int(text)


def _share(form: CampaignForm, mistakes: Mistakes) -> float | None:
    """Per cent, as staff write them: 5 or 2,5."""
    text = form["control"].strip().removesuffix("%").strip().replace(",", ".")
    if not text:
        return None
    try:
        share = Decimal(text) / 100 if len(text) <= 12 else Decimal("nan")
    except InvalidOperation:
        share = Decimal("nan")
    if not share.is_finite() or not 0 <= share <= Decimal("0.5"):
        mistakes["control"] = Mistake("control")
        return None
    return float(share)


def _land(error: ErrorDetails, places: tuple[int, ...], mistakes: Mistakes) -> None:
    """`places`: where each of the channels stands in the form."""
    loc, context = error["loc"], error.get("ctx", {})
    name = _field(error["type"], loc, places)
    if name in _MARKED_INSIDE or name in mistakes:
        return
    if name in _NUMBERS and loc:
        mistakes[name] = Mistake(name)
        return
    match error["type"]:
        case "missing" | "string_too_short":
            mistake = Mistake("missing")
        case "string_too_long":
            mistake = Mistake("too_long", {"most": context["max_length"]})
        case "invisible_character":
            mistake = Mistake("invisible_character", {"codepoint": context["codepoint"], "place": context["place"]})
        case "enum" | "string_pattern_mismatch":
            mistake = Mistake("sid" if name.startswith("whatsapp-") else "choice")
        case "one_line" | "channel_twice" | "paper_alone" | "relay_basis" | "drill_paper" | "emergency_control" as kind:
            mistake = Mistake(kind)
        case _:
            mistake = Mistake("other")
    mistakes[name] = mistake


def _field(kind: str, loc: tuple[int | str, ...], places: tuple[int, ...]) -> str:
    match loc:
        case ():
            return {"relay_basis": "legal_basis", "drill_paper": "drill", "emergency_control": "control"}.get(kind, "name")
        case ("channels", int(index), *_):
            return f"channel-{places[index]}"
        case ("channels", *_):
            return "channel-1"
        case ("whatsapp_template", str(language), *_):
            return f"whatsapp-{language}"
        case ("text", str(language), *_):
            return f"text-{language}"
        case ("template", "variables", str(name), *_):
            return f"{VARIABLE}{name}"
        case ("template", *_):
            return "warning"
        case (str(name), *_):
            return {"whatsapp_template": "whatsapp"}.get(name, name)
        case _:
            return "name"
