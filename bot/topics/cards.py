"""Cards of the schemes: the list, one of them, and what a person forwards to their family. Called by the conversation."""

from collections.abc import Sequence

from bot.buttons import Labels, Row, scheme_in
from bot.message import Reply
from bot.turn import Turn
from bot.verdict.evidence import Guess
from bot.verdict.weighing import NOT_SCHEMES
from content.library import Library

ASKED_ABOUT = 0.05
"""Probability from which a scheme is the one that somebody asks about by name."""


class Cards:
    def __init__(self, library: Library) -> None:
        self._library = library

    def asked_about(self, turn: Turn, guess: Guess) -> Reply:
        """«Расскажите о пирамидах»: the likeliest scheme beside the question itself, else the list."""
        schemes = [(chance, name) for name, chance in guess.intents if name not in NOT_SCHEMES and name in self._library.schemes]
        chance, likeliest = max(schemes, default=(0.0, ""))
        return self.show(turn, [likeliest] if chance >= ASKED_ABOUT else [])

    def show(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """The card of a scheme; without one, the list of all."""
        label = Labels(self._library, turn.language)
        if not arguments:
            rows: list[Row] = [(label.scheme(id, f"scheme:{id}"),) for id in self._library.schemes]
            return Reply(text=self._library.answer("ask_scheme", turn.language), language=turn.language, buttons=rows)
        id = scheme_in(arguments[0], self._library)
        text = self._library.answer(
            "scheme_card", turn.language, card=self._library.card(id, turn.language), law=self._library.law(id, turn.language)
        )
        rows = [(label("share", f"share:{id}"), label("schemes")), (label("emergency"),)]
        return Reply(text=text, language=turn.language, buttons=rows)

    def share(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """A text to forward as it is."""
        id = scheme_in(arguments[0] if arguments else "", self._library)
        return Reply(
            text=self._library.answer("share_card", turn.language, card=self._library.card(id, turn.language)),
            language=turn.language,
        )
