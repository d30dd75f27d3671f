"""Three messages with their verdicts, for whoever meets the bot for the first time. Called by the conversation."""

from collections.abc import Sequence

from bot.buttons import Labels, OldButton, number_in
from bot.message import Reply
from bot.turn import Turn
from content.library import Library


class Tutorial:
    def __init__(self, library: Library) -> None:
        self._library = library

    def reply(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`tutorial` begins, `tutorial:1` shows the second sample."""
        place = number_in(arguments[0]) if arguments else 0
        samples = self._library.tutorial
        if place >= len(samples):
            raise OldButton
        sample = samples[place]
        told = sample.telling(turn.language)
        shown = self._library.answer(
            "tutorial_sample",
            turn.language,
            number=place + 1,
            total=len(samples),
            text=told.text,
            scam=sample.scam,
            why=told.why,
        )
        before = self._library.answer("tutorial_start", turn.language) if place == 0 else ""
        label = Labels(self._library, turn.language)
        if place + 1 < len(samples):
            after, row = "", (label("tutorial_next", f"tutorial:{place + 1}"),)
        else:
            after, row = self._library.answer("tutorial_end", turn.language), (label("drill_start", "drill"),)
        return Reply(text="\n\n".join(filter(None, (before, shown, after))), language=turn.language, buttons=(row,))
