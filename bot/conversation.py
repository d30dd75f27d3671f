"""The dialogue, blind to doors: what is heard first, and who answers. Every door hands its Incoming to reply_to.

Emergency, then STOP and START, then the language, then codes of our warnings, then the rest. Order and routing only: each part
is a file of its own.
It must never raise for what a person wrote, never log it, and never lose an emergency to a broken register or a flood.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot import answered, tickets
from bot.buttons import OldButton
from bot.commands import MEANT, Commands
from bot.dialogue import Awaited, Dialogues
from bot.emergency import Emergency, emergency_heard, emergency_in
from bot.flood import WINDOW, Flood, Flow
from bot.masking import LONGEST
from bot.message import Incoming, Reply
from bot.moderation import reports
from bot.tickets import NotTheirs
from bot.topics.cards import Cards
from bot.topics.consenting import Consenting
from bot.topics.drill import Drill
from bot.topics.feedback import Feedback
from bot.topics.first_aid import first_aid, pressed_emergency
from bot.topics.owed_answers import OwedAnswers
from bot.topics.own_data import OwnData
from bot.topics.own_warnings import OwnWarnings
from bot.topics.plain_answers import PlainAnswers
from bot.topics.questions import Judged, Questions
from bot.topics.screenshots import Screenshots
from bot.topics.speaking import Speaking
from bot.topics.subscribing import Subscribing
from bot.topics.tutorial import Tutorial
from bot.turn import Turn, readable, turn_of
from bot.understanding import Ear
from bot.verdict.evidence import Guess, Level
from broadcaster import stop_words
from broadcaster.database import Connection, DatabaseUnavailable
from content.library import Library

log = structlog.get_logger()

LONGEST_OPINION = 300
TIDY_EVERY = timedelta(hours=1)


class Conversation:
    """Belongs to the thread that opened the register."""

    def __init__(
        self, *, library: Library, ear: Ear, register: Connection, chance: random.Random | None = None, public_url: str = ""
    ) -> None:
        self._library = library
        self._ear = ear
        self._register = register
        self._dialogues = Dialogues()
        self._flood = Flood()
        self._commands = Commands(library)
        self._speaking = Speaking(library, register, self._dialogues)
        self._questions = Questions(library, register, self._dialogues)
        self._feedback = Feedback(library, register, self._dialogues)
        self._own_warnings = OwnWarnings(library, register, public_url=public_url)
        self._owed = OwedAnswers(library, register)
        self._cards = Cards(library)
        self._plain = PlainAnswers(library, self._dialogues)
        self._screenshots = Screenshots(library, ear, self._questions)
        self._routes = self._all_routes(chance or random.SystemRandom())
        self._tidied: datetime | None = None

    def _all_routes(self, chance: random.Random) -> Mapping[str, Callable[[Turn, Sequence[str]], Reply]]:
        consenting = Consenting(self._library, self._register, self._plain)
        subscribing = Subscribing(self._library, self._register)
        own_data = OwnData(self._library, self._register, self._dialogues)
        return {
            "stop": consenting.stop,
            "start_again": consenting.start,
            "language": self._speaking.reply,
            "start": self._plain.start,
            "how_it_works": self._plain.how_it_works,
            "thanks": self._plain.thanks,
            "report": self._plain.report,
            "is_this_yours": self._plain.is_this_yours,
            "stop_credit": self._plain.stop_credit,
            "personal_data": self._plain.personal_data,
            "schemes": self._cards.show,
            "scheme": self._cards.show,
            "share": self._cards.share,
            "nearer": self._nearer,
            "useful": self._feedback.useful,
            "disagree": self._feedback.disagree,
            "talk": self._feedback.ticket,
            "ticket": self._feedback.ticket,
            "reported": self._feedback.reported,
            "subscribe": subscribing.menu,
            "topics": subscribing.topics,
            "regions": subscribing.regions,
            "subscribed": subscribing.done,
            "my_data": own_data.show,
            "forget": own_data.forget,
            "tutorial": Tutorial(self._library).reply,
            "drill": Drill(self._library, chance).reply,
        }

    def reply_to(self, incoming: Incoming) -> Reply:
        """An empty reply means: say nothing (answered before, or far too many messages)."""
        incoming = readable(incoming)
        turn = turn_of(incoming, self._speaking.language_for(incoming), self._register)
        self._dialogues.change(incoming, language=turn.language)
        emergency = pressed_emergency(incoming.pressed) if incoming.pressed else self._words_of_emergency(incoming)
        if emergency is not None:
            return first_aid(emergency, turn.language, self._library)
        try:
            return self._once(turn)
        except (OldButton, NotTheirs):
            return self._phrase(turn, "old_button")
        except DatabaseUnavailable as error:
            log.error("register.unavailable", door=incoming.door.value, reason=type(error.__cause__).__name__)
            return self._phrase(turn, "sorry")

    def _words_of_emergency(self, incoming: Incoming) -> Emergency | None:
        """In a person's own words only: a forwarded message tells of somebody else."""
        return None if incoming.forwarded else emergency_in(incoming.text)

    def _once(self, turn: Turn) -> Reply:
        """The register may be down: then a message that is repeated is answered again, which does no harm."""
        try:
            if answered.was(self._register, turn.incoming):
                return Reply(text="", language=turn.language)
        except DatabaseUnavailable:
            return self._answer(turn)
        reply = self._answer(turn)
        try:
            answered.record(self._register, turn.incoming)
            self._tidy(turn.incoming.received_at)
        except DatabaseUnavailable as error:
            log.warning("answer.not_recorded", reason=type(error.__cause__).__name__)
        return reply

    def _answer(self, turn: Turn) -> Reply:
        incoming = turn.incoming
        said = "" if incoming.pressed else incoming.text
        word = None if incoming.forwarded else stop_words.command(said)
        if word or incoming.pressed in ("stop", "start_again"):
            return self._routed(turn, "stop" if "stop" in (word, incoming.pressed) else "start_again")
        command = incoming.pressed or self._commands.meant_by(said)
        if command and command.startswith("language"):
            return self._routed(turn, command)
        guess = Guess() if command or not said.strip() else self._ear.hear(said[:LONGEST])
        heard = None if incoming.forwarded else emergency_heard(guess)
        if heard is not None:
            return first_aid(heard, turn.language, self._library)
        flow = self._flood.flow(incoming.door, incoming.sender, now=incoming.received_at)
        if flow is not Flow.ANSWER:
            return self._too_many(turn, flow)
        if command:
            reply = self._routed(turn, command)
            return reply if command.startswith("forget") else self._owed.beside(turn, reply)
        if incoming.in_picture:
            return self._screenshots.answer(turn)
        if incoming.unread and not said.strip():
            return self._screenshots.unread(turn)
        if not said.strip():
            return self._plain.only_text(turn) if incoming.other else self._phrase(turn, "empty_message")
        judged = self._questions.judge(said, guess, now=incoming.received_at)
        reply = self._own_warnings.answer(turn, judged, self._about)
        reply = self._screenshots.unread_beside(turn, reply) if incoming.unread else reply
        return self._owed.beside(turn, reply, blamed=judged.verdict.level in (Level.SCAM, Level.DOUBTFUL))

    def _about(self, turn: Turn, judged: Judged) -> Reply:
        """Small talk, an opinion we asked for, or a question; whatever carries a sign of fraud or a secret is a question."""
        meant = judged.guess.intents[0][0] if judged.guess.understood else ""
        dialogue = self._dialogues.of(turn.incoming)
        if judged.ruled or judged.accused or judged.verdict.level in (Level.SCAM, Level.DOUBTFUL):
            return self._questions.answer(turn, judged)
        if dialogue.awaited is Awaited.OPINION and len(turn.incoming.text) <= LONGEST_OPINION:
            return self._feedback.opinion(turn, judged.masked)
        if judged.masked.secrets:
            return self._questions.answer(turn, judged)
        if meant == "ask_scheme":
            return self._cards.asked_about(turn, judged.guess)
        if meant == "disagree" and dialogue.question is not None:
            return self._routed(turn, "disagree")
        return self._routed(turn, MEANT[meant]) if meant in MEANT else self._questions.answer(turn, judged)

    def _routed(self, turn: Turn, data: str) -> Reply:
        verb, *arguments = data.split(":")
        if verb not in self._routes:
            raise OldButton
        return self._routes[verb](turn, arguments)

    def _nearer(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`nearer:17:romance` shows that card, `nearer:17:neither` goes on to the second stage."""
        if len(arguments) == 2 and arguments[1] != "neither":
            return self._cards.show(turn, arguments[1:])
        return self._feedback.ticket(turn, [arguments[0] if arguments else "", "ask"])

    def _too_many(self, turn: Turn, flow: Flow) -> Reply:
        minutes = max(1, round(WINDOW.total_seconds() / 60))
        text = self._library.answer("flood", turn.language, minutes=minutes) if flow is Flow.NOTICE else ""
        return Reply(text=text, language=turn.language)

    def _phrase(self, turn: Turn, key: str) -> Reply:
        return Reply(text=self._library.phrase(key, turn.language), language=turn.language)

    def _tidy(self, now: datetime) -> None:
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            tickets.delete_old(self._register, now=now)
            reports.delete_old(self._register, now=now)
            answered.delete_old(self._register, now=now)
