"""STOP and START: obeyed at once and said so, whatever else is going on. Called by the conversation right after an emergency."""

from collections.abc import Sequence

from bot.buttons import Labels
from bot.message import Reply
from bot.topics.plain_answers import PlainAnswers
from bot.turn import Turn
from broadcaster import consent
from broadcaster.database import Connection
from content.library import Library


class Consenting:
    """Raises DatabaseUnavailable rather than promise a silence that was not written down."""

    def __init__(self, library: Library, register: Connection, plain: PlainAnswers) -> None:
        self._library = library
        self._register = register
        self._plain = plain

    def stop(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        consent.stop(self._register, turn.address, turn.origin)
        row = (Labels(self._library, turn.language)("start_again"),)
        return Reply(text=self._library.answer("stopped", turn.language), language=turn.language, buttons=(row,))

    def start(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        """Undoes a STOP. For whoever never said it, /start is how one says hello."""
        if not consent.is_suppressed(self._register, turn.address):
            return self._plain.start(turn)
        consent.start(self._register, turn.address, turn.origin)
        row = (Labels(self._library, turn.language)("stop"),)
        return Reply(text=self._library.answer("started_again", turn.language), language=turn.language, buttons=(row,))
