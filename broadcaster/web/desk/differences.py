"""Two contents of a campaign beside each other, in the words of a page: what an approver reads before saying yes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from broadcaster import campaign_changes, segment_words
from broadcaster.campaign_changes import Piece
from broadcaster.campaign_content import Content, Template
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit
from broadcaster.web.desk.words import in_language
from content.language import Language
from content.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`language` and `pieces` of a text, else `before` and `after` in words; an empty one is nothing."""

    field: str
    language: Language | None
    pieces: tuple[Piece, ...]
    before: str = ""
    after: str = ""


def differences(office: Office, visit: Visit, before: Content, after: Content) -> tuple[Difference, ...]:
    told = partial(_told, words=office.words, language=visit.language, said=in_language(office.desk_words, visit.language))
    return tuple(
        Difference(field="text", language=each.language, pieces=each.pieces)
        if each.language
        else Difference(
            field=each.field, language=None, pieces=(), before=told(before, each.field), after=told(after, each.field)
        )
        for each in campaign_changes.between(before, after)
    )


def _told(content: Content, field: str, *, words: Library, language: Language, said: Mapping[str, Callable[..., Any]]) -> str:
    value = getattr(content, field)
    if value is None:
        return ""
    say = said["say"]
    match field:
        case "scheme" if value in words.schemes:
            text = words.card(value, language).name
        case "purpose":
            text = say(f"campaign_purpose_{value}")
        case "legal_basis":
            text = say(f"campaign_basis_{value.replace('-', '_')}")
        case "segment":
            text = segment_words.explain(content.rule, language, words)
        case "channels":
            text = " → ".join(say(f"channel_{channel}") for channel in value)
        case "emergency" | "drill":
            text = say("campaign_yes" if value else "campaign_no")
        case "budget":
            text = said["money"](value * 100)
        case "control":
            text = said["share"](value)
        case "repeat":
            text = say("campaign_repeat_every", n=value.every_weeks, until=said["day"](value.until))
        case "template":
            text = _template(value, say)
        case "whatsapp_template":
            text = "\n".join(f"{say(f'language_{each}')}: {sid}" for each, sid in value.items())
        case _:
            text = str(value)
    return str(text)


def _template(template: Template, say: Callable[..., str]) -> str:
    lines = [template.name]
    for name, value in template.variables.items():
        if isinstance(value, str):
            lines.append(f"{name}: {value}")
        else:
            lines.extend(f"{name} ({say(f'language_{each}')}): {word}" for each, word in value.items())
    return "\n".join(lines)
