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
from starlette.datastructures import ImmutableMultiDict

from broadcaster import segment_rules
from broadcaster.campaign_content import Content, LegalBasis, Purpose
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.ledger_codes import SendingChannel
from broadcaster.segment_rules import BadSegment, Rule
from broadcaster.web.desk import landing, segment_form, segment_rows, template_form
from broadcaster.web.desk.landing import VARIABLE
from broadcaster.web.desk.mistakes import Mistake, Mistakes
from broadcaster.web.desk.segment_form import Rows
from content.language import Language
from content.library import Library

PLACES = tuple(range(1, len(SendingChannel)))
"""Paper stands alone, so that no order is longer."""

NAMES = frozenset(
    {
        *("name", "scheme", "purpose", "legal_basis", "warning", "emergency", "drill"),
        *("budget", "control", "control_hours", "schedule", "repeat_weeks", "repeat_until"),
        *(f"{field}-{language}" for field in ("text", "whatsapp") for language in Language),
        *(f"channel-{place}" for place in PLACES),
    }
)


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
        **template_form.of(content.template),
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
    if content.repeat is not None:
        fields["repeat_weeks"] = str(content.repeat.every_weeks)
        fields["repeat_until"] = content.repeat.until.isoformat()
    rows = segment_rows.of(content.rule)
    kept = "" if rows else segment_rules.canonical(content.rule)
    return CampaignForm(fields=fields, rows=rows or Rows(), kept=kept)


def for_another(form: CampaignForm) -> CampaignForm:
    """The same once more: its time has passed, and it is no part of a series."""
    its_own = ("schedule", "repeat_weeks", "repeat_until")
    return replace(form, fields={name: value for name, value in form.fields.items() if name not in its_own})


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
        "repeat": _repeat(form, mistakes),
    }
    if (hours := _whole(form, "control_hours", mistakes)) is not None:
        raw["control_hours"] = hours
    if form["scheme"] not in words.schemes:
        mistakes["scheme"] = Mistake("choice")
    if not channels:
        mistakes["channel-1"] = Mistake("missing")
    if form["warning"]:
        raw["template"], raw["text"] = template_form.read(form.fields, mistakes)
    else:
        raw["text"] = _texts(form, mistakes)
    content = None
    try:
        content = Content.model_validate(raw)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            landing.land(each, tuple(channels), mistakes)
        mistakes = mistakes or {"name": Mistake("other")}
    if content and content.send_at and content.send_at < now:
        mistakes.setdefault("schedule", Mistake("past"))
    if content and content.repeat and content.repeat.until < now.astimezone(KAZAKHSTAN).date():
        mistakes.setdefault("repeat_until", Mistake("past"))
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


def _repeat(form: CampaignForm, mistakes: Mistakes) -> dict[str, object] | None:
    weeks, until = _whole(form, "repeat_weeks", mistakes), form["repeat_until"].strip()
    if not (form["repeat_weeks"].strip() or until):
        return None
    for name in ("repeat_weeks", "repeat_until"):
        if not form[name].strip():
            mistakes[name] = Mistake(name)
    return {"every_weeks": weeks, "until": until}


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
