"""Buttons under an answer, and what their data means when it comes back. Pure.

Data is `verb:argument:argument`, at most 64 bytes, and may be forged or years old: whoever reads it raises OldButton, never more.
"""

from collections.abc import Sequence

from bot.message import Button
from bot.tickets import QuestionId
from content.language import Language
from content.library import Library

Row = Sequence[Button]


class OldButton(Exception):
    """This button belongs to an answer we no longer know, or to nobody."""


class Labels:
    """Makes buttons with their labels in one language: `labels("share", "share:romance")`."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def __call__(self, label: str, data: str = "", **fields: object) -> Button:
        """`data` is the label's own name where nothing else is said."""
        return Button(label=self._library.phrase(f"button_{label}", self._language, **fields), data=data or label)

    def scheme(self, id: str, data: str) -> Button:
        return Button(label=self._library.card(id, self._language).name, data=data)


def scheme_in(argument: str, library: Library) -> str:
    """Raises OldButton for what is no scheme."""
    if argument not in library.schemes:
        raise OldButton
    return argument


def number_in(argument: str) -> int:
    """Raises OldButton for what is no number of ours."""
    if not (argument.isascii() and argument.isdecimal() and len(argument) <= 15):
        raise OldButton
    return int(argument)


def question_in(argument: str) -> QuestionId:
    return QuestionId(number_in(argument))
