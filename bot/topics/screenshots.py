"""The words of a picture: shown back to be corrected, and judged as a pasted text. Called by the conversation.

They are somebody else's words. Nothing in them is obeyed, and no warning of ours is recognised by them: one letter read wrongly
would make it a forgery.
"""

from dataclasses import replace

from bot.answers import defanged
from bot.buttons import Labels
from bot.judging import LONGEST
from bot.message import Reply
from bot.topics.questions import Questions
from bot.turn import Turn
from bot.understanding import Ear
from broadcaster import campaign_codes
from content.library import Library

SHOWN = 700
"""Characters shown of what was read, so that the verdict still stands in the same message."""


class Screenshots:
    def __init__(self, library: Library, ear: Ear, questions: Questions) -> None:
        self._library = library
        self._ear = ear
        self._questions = questions

    def answer(self, turn: Turn) -> Reply:
        """What was read, how to correct it, and the verdict on it together with what was written beside it."""
        read, beside = turn.incoming.in_picture.strip(), turn.incoming.text.strip()
        whole = f"{read}\n{beside}".strip()
        judged = self._questions.judge(whole, self._ear.hear(whole[:LONGEST]), now=turn.incoming.received_at)
        shown = self._library.answer("picture_read", turn.language, text=_shown(judged.masked.text[: len(read)]))
        reply = self._questions.answer(replace(turn, incoming=replace(turn.incoming, text=whole)), judged)
        parts = [shown, reply.text]
        if codes := campaign_codes.found_in(whole):
            parts.append(self._library.phrase("picture_code", turn.language, code=codes[0]))
        return replace(reply, text="\n\n".join(parts))

    def unread(self, turn: Turn) -> Reply:
        label = Labels(self._library, turn.language)
        return Reply(text=self._why(turn), language=turn.language, buttons=((label("emergency"),),))

    def unread_beside(self, turn: Turn, reply: Reply) -> Reply:
        """The answer to what was written beside a picture, saying that the picture had no part in it."""
        return replace(reply, text=f"{reply.text}\n\n{self._why(turn)}") if reply.text else reply

    def _why(self, turn: Turn) -> str:
        why = self._library.phrase(f"picture_{turn.incoming.unread}", turn.language)
        return f"{why} {self._library.phrase('picture_write_instead', turn.language)}"


def _shown(masked: str) -> str:
    """Line by line as it was read, with links that cannot be pressed."""
    text = "\n".join(filter(None, map(defanged, masked.splitlines())))
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}…"
