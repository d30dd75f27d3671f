"""What volunteers found of a person's earlier message, told beside the answer to the next one: to browsers, and to whoever could
not be reached.

Called by the conversation, never beside first aid or a STOP. A register that is down owes nothing for now.
"""

from dataclasses import replace

import structlog

from bot.message import Reply
from bot.moderation import telling
from bot.moderation.telling import Outcome
from bot.moderation.told_words import reply_of
from bot.turn import Turn
from broadcaster.database import Connection, DatabaseUnavailable
from content.library import Library

log = structlog.get_logger()

LONGEST = 3_500
"""Characters of both together; Telegram takes 4,096. What does not fit comes with the next answer."""


class OwedAnswers:
    def __init__(self, library: Library, register: Connection) -> None:
        self._library = library
        self._register = register

    def beside(self, turn: Turn, reply: Reply, *, blamed: bool = False) -> Reply:
        """The reply with what they are owed after it, each told once. Under a message that is `blamed` nothing is cleared: the
        two may look alike."""
        try:
            return self._with_owed(turn, reply, blamed=blamed)
        except DatabaseUnavailable:
            log.warning("owed_answers.not_asked")
            return reply

    def _with_owed(self, turn: Turn, reply: Reply, *, blamed: bool) -> Reply:
        now = turn.incoming.received_at
        for owed in telling.of_asker(self._register, turn.asker, now=now):
            if blamed and owed.ruling.clears:
                continue
            told = reply_of(replace(owed, language=turn.language), self._library)
            text = f"{reply.text}\n\n{told.text}".strip()
            if len(text) > LONGEST or not telling.claim(self._register, owed, now=now):
                break
            telling.settle(self._register, owed, Outcome.TOLD, now=now)
            reply = replace(reply, text=text, buttons=reply.buttons or told.buttons)
        return reply
