"""Help in the next ten minutes: numbered steps for one of four emergencies, or the question which of them it is.

Called by the conversation before everything else. It needs words only: no model, no register, no network.
"""

from bot.buttons import Labels, Row
from bot.emergency import Emergency
from bot.message import Reply
from content.language import Language
from content.library import Library

FOUR = tuple(kind for kind in Emergency if kind is not Emergency.MENU)


def first_aid(kind: Emergency, language: Language, library: Library) -> Reply:
    """The other three are offered under each: who was called in a hurry may have pressed the wrong one."""
    label = Labels(library, language)
    rows: list[Row] = [(label(each.value, f"emergency:{each.value}"),) for each in FOUR if each is not kind]
    if kind is not Emergency.ON_THE_LINE and kind is not Emergency.MENU:
        rows.append((label("stop_credit"),))
    return Reply(text=library.answer(f"emergency_{kind.value}", language), language=language, buttons=rows)


def pressed_emergency(data: str) -> Emergency | None:
    """`emergency:paid_already`; the bare word, or a kind we do not know, asks which it is."""
    verb, _, kind = data.partition(":")
    if verb != "emergency":
        return None
    return next((each for each in Emergency if each.value == kind), Emergency.MENU)
