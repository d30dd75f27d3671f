"""What stands in a text and nobody sees: invisible letters, and marks heaped on letters. Used by the checks and by the ear.

Whole sentences can be hidden in them; they change neither what a person reads nor what we judge.
"""

import re
import unicodedata

INVISIBLE = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
"""Inside a class of a regular expression: joiners, signs of direction, selectors of a letter's form, tags."""

MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
"""The same for what is written over, under and through a letter."""

_UNSEEN = re.compile(f"[{INVISIBLE}{MARKS}]")


def seen(text: str) -> str:
    """The text as it is read: й and ё stay themselves however they are put together."""
    return text if text.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFC", text))
