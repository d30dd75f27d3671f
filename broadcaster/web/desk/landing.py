"""What campaign_content found wrong, at the field of the form that it is about."""

from pydantic_core import ErrorDetails

from broadcaster.web.desk.mistakes import Mistake, Mistakes

VARIABLE = "var-"
"""How the names of a ready text's fields begin."""

_MARKED_INSIDE = ("segment", "text", "whatsapp")
"""What is wrong with one of these as a whole is marked already at a field in it."""

_ONE_SENTENCE = ("budget", "control", "control_hours", "schedule", "repeat_weeks", "repeat_until")
"""Whatever is wrong with one of these, its sentence says what it has to be."""

_WHOLE = {
    "relay_basis": "legal_basis",
    "drill_paper": "drill",
    "emergency_control": "control",
    "repeat_alone": "repeat_weeks",
    "repeat_over": "repeat_until",
}
"""Where it is said what is wrong with a campaign as a whole."""


def land(error: ErrorDetails, places: tuple[int, ...], mistakes: Mistakes) -> None:
    """`places`: where each of the channels stands in the form."""
    loc, context = error["loc"], error.get("ctx", {})
    name = _field(error["type"], loc, places)
    if name in _MARKED_INSIDE or name in mistakes:
        return
    if name in _ONE_SENTENCE and loc:
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
        case "one_line" | "channel_twice" | "paper_alone" as kind:
            mistake = Mistake(kind)
        case kind if kind in _WHOLE:
            mistake = Mistake(kind)
        case _:
            mistake = Mistake("other")
    mistakes[name] = mistake


def _field(kind: str, loc: tuple[int | str, ...], places: tuple[int, ...]) -> str:
    match loc:
        case ():
            return _WHOLE.get(kind, "name")
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
        case ("repeat", part, *_):
            return "repeat_until" if part == "until" else "repeat_weeks"
        case (str(name), *_):
            return {"whatsapp_template": "whatsapp"}.get(name, name)
        case _:
            return "name"
