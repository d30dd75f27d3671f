"""A case's text as volunteers see it: hostile until proven otherwise. Called by queue.

Links cannot be pressed, telephone numbers are masked, and letters that nobody sees are made visible: orders to the moderator hide
in them. Pages and messages escape it besides.
"""

import re
import unicodedata

from bot.answers import unlinked
from bot.moderation.places import Place
from bot.verdict.unseen import MARKS
from broadcaster.addresses import Address, Channel, mask
from broadcaster.suspects import Kind
from broadcaster.telemetry import Redactor

_EMOJI = "[©®\u203c\u2049\u2122\u2139\u2190-\u27ff\u2900-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_JOINED_EMOJI = re.compile(f"(?<={_EMOJI})\ufe0f|\ufe0f(?=\u20e3)|(?:(?<={_EMOJI})|(?<={_EMOJI}\ufe0f))\u200d(?={_EMOJI})")
"""One of each between two of them: a longer row would be a message in ones and noughts."""

_HEAPED = re.compile(f"(?<=[{MARKS}]{{2}})[{MARKS}]")
"""More marks than a letter of any language here has: they run over the lines above and below."""

_HIDDEN = frozenset({"Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"})
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks by their category that nobody sees all the same; whole sentences are hidden in the last of them."""


def as_shown(text: str) -> str:
    """The text for a volunteer's eyes; its lines stay lines."""
    seen = "".join(_visible(text, at) for at in range(len(text)))
    return Redactor().line(unlinked(seen))


def name_of(place: Place) -> str:
    """One link, handle or number of it, to be ticked."""
    if place.kind is Kind.PHONE:
        return mask(Address(Channel.PHONE, place.value))
    return unlinked(place.value)


def _visible(text: str, at: int) -> str:
    letter = text[at]
    hidden = unicodedata.category(letter) in _HIDDEN or _BLANK.match(letter) or _HEAPED.match(text, at)
    if letter in "\n\t" or not hidden or _JOINED_EMOJI.match(text, at):
        return letter
    return "\n" if letter == "\r" else f"⟨U+{ord(letter):04X}⟩"
