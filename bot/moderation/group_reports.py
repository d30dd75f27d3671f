"""/report in any group the Cyberbot is in: the message replied to goes to the volunteers, masked. Called by group, in its thread.

The command is the consent of whoever writes it, to have this text looked at. It is answered in one sentence and judged by nobody
in public: what the program thinks of it is not said.
"""

from datetime import datetime
from functools import partial

from bot import tickets
from bot.judging import judgement_of
from bot.known import known_of
from bot.language import language_of
from bot.masking import mask
from bot.message import Door, Incoming
from bot.moderation import reports
from bot.moderation.reports import Reporter
from bot.moderation.volunteering import Caller
from bot.turn import readable, turn_of
from bot.understanding import Ear
from broadcaster.database import Connection
from content.desk_words import DeskWords


class GroupReports:
    """Stays in the thread that opened the connection."""

    def __init__(self, register: Connection, words: DeskWords, ear: Ear) -> None:
        self._register = register
        self._words = words
        self._ear = ear

    def report(self, caller: Caller, text: str, *, message_id: str, now: datetime) -> str:
        """What to answer. The same text from the same person is one report."""
        sender = str(caller.telegram)
        said = readable(Incoming(door=Door.TELEGRAM, sender=sender, message_id=message_id, received_at=now, text=text))
        language = caller.language or language_of(said.text)
        turn = turn_of(said, language, self._register)
        masked = mask(said.text)
        look_up = partial(known_of, cards=masked.cards, register=self._register)
        judged = judgement_of(masked.original, ear=self._ear, look_up=look_up)
        reporter = Reporter(asker=turn.asker, address=turn.address, door=Door.TELEGRAM, language=language)
        question = tickets.remember(
            self._register, turn.asker, masked, judged.verdict, door=Door.TELEGRAM, language=judged.language, now=now
        )
        receipt = reports.report(self._register, reporter, question, now=now)
        if receipt.judgement is not None:
            return self._words.say(f"cyberbot_known_{receipt.judgement.ruling}", language)
        return self._words.say("cyberbot_reported", language, ticket=receipt.ticket)
