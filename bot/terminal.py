"""The terminal door: `python -m bot ask`. One question, or a conversation line by line where no question is given.

It asks the conversation itself: one person at a keyboard needs no reception.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from bot import choices
from bot.message import Door, Incoming, Reply
from bot.reception import Answering
from content.library import Library

SENDER = "terminal"


class Terminal:
    """Whoever sits here is one and the same person; earlier choices are remembered while it lasts."""

    def __init__(self, conversation: Answering, library: Library, *, clock: Callable[[], datetime]) -> None:
        self._conversation = conversation
        self._library = library
        self._clock = clock
        self._choices = choices.Choices(room=1)

    def ask(self, text: str) -> str:
        """The answer as a citizen gets it, buttons as numbered choices."""
        now = self._clock()
        pressed = self._choices.chosen(SENDER, text, now=now)
        reply = self._conversation.reply_to(
            Incoming(
                door=Door.TERMINAL,
                sender=SENDER,
                message_id=uuid.uuid4().hex,
                received_at=now,
                text="" if pressed else text,
                pressed=pressed,
            )
        )
        self._choices.offer(SENDER, reply, now=now)
        return self._printed(reply)

    def talk(self, lines: Iterable[str], say: Callable[[str], None]) -> None:
        """An answer to each line that is not blank."""
        for line in lines:
            if line.strip():
                say(self.ask(line.rstrip("\r\n")) + "\n")

    def _printed(self, reply: Reply) -> str:
        return "\n\n".join(filter(None, (reply.text.strip(), choices.printed(reply, self._library))))
