"""Answers that are the same for everybody: hello, how it works, thanks, what is kept, stop-credit. Called by the conversation."""

from collections.abc import Mapping, Sequence

from bot.buttons import Labels
from bot.dialogue import Awaited, Dialogues
from bot.message import Reply
from bot.tickets import KEPT_FOR
from bot.turn import Turn
from content.language import Language
from content.library import Library

_UNDER: Mapping[str, Sequence[Sequence[str]]] = {
    "start": (
        ("emergency",),
        ("tutorial", "drill"),
        ("subscribe", "how_it_works"),
        ("language_kk", "language_ru", "language_en"),
    ),
    "how_it_works": (("emergency",), ("tutorial", "drill"), ("schemes", "subscribe"), ("language", "my_data")),
    "thanks": (("drill", "subscribe"),),
    "report": (("emergency",),),
    "is_this_yours": (("subscribe",),),
    "stop_credit": (("emergency",),),
    "personal_data": (("my_data", "forget"),),
    "only_text": (("emergency",),),
}
_DATA: Mapping[str, tuple[str, str]] = {"drill": ("drill_start", "drill")} | {
    f"language_{language.value}": (f"language_{language.value}", f"language:{language.value}") for language in Language
}
"""Label and data of the buttons whose data is not the label's own name."""


class PlainAnswers:
    def __init__(self, library: Library, dialogues: Dialogues) -> None:
        self._library = library
        self._dialogues = dialogues

    def start(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        return self._said(turn, "start")

    def how_it_works(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        return self._said(turn, "how_it_works")

    def thanks(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        return self._said(turn, "thanks")

    def report(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        """The next text is judged, and its asker may have it kept as a report."""
        self._dialogues.change(turn.incoming, awaited=Awaited.REPORT)
        return self._said(turn, "report")

    def is_this_yours(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        return self._said(turn, "is_this_yours")

    def stop_credit(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        return self._said(turn, "stop_credit")

    def personal_data(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        return self._said(turn, "personal_data", days=KEPT_FOR.days)

    def only_text(self, turn: Turn) -> Reply:
        return self._said(turn, "only_text")

    def _said(self, turn: Turn, name: str, **fields: object) -> Reply:
        label = Labels(self._library, turn.language)
        rows = [[label(*_DATA.get(each, (each, each))) for each in row] for row in _UNDER[name]]
        return Reply(text=self._library.answer(name, turn.language, **fields), language=turn.language, buttons=rows)
