"""What a person says of our answer: helped or not, «I disagree», «let a person look», and what we may keep of it.

Called by the conversation. Nobody is on duty yet: it names the bank and 102, keeps a ticket with consent, and promises nobody.
"""

from collections.abc import Sequence

from bot import tickets
from bot.buttons import Labels, OldButton, Row, question_in
from bot.dialogue import Awaited, Dialogues
from bot.masking import Masked
from bot.message import Reply
from bot.tickets import KeptAs, QuestionId
from bot.turn import Turn
from broadcaster.database import Connection
from content.library import Library

_SAID_OF = {KeptAs.TICKET: "ticket_kept", KeptAs.REPORT: "report_kept", KeptAs.DISAGREEMENT: "disagree_kept"}


def hidden(turn: Turn, masked: Masked, library: Library) -> list[str]:
    """Why digits of theirs were hidden; nothing when none were."""
    if not masked.secrets:
        return []
    kinds = [library.phrase(f"masked_{secret.value}", turn.language) for secret in masked.secrets]
    return [library.answer("masked_notice", turn.language, kinds=kinds)]


class Feedback:
    def __init__(self, library: Library, register: Connection, dialogues: Dialogues) -> None:
        self._library = library
        self._register = register
        self._dialogues = dialogues

    def useful(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`useful:17:yes`, `useful:17:no`."""
        if len(arguments) != 2 or arguments[1] not in ("yes", "no"):
            raise OldButton
        question, yes = question_in(arguments[0]), arguments[1] == "yes"
        tickets.mark(self._register, turn.asker, question, useful=yes)
        label = Labels(self._library, turn.language)
        rows = () if yes else ((label("disagree", f"disagree:{question}"),),)
        text = self._library.phrase("useful_thanks" if yes else "useful_sorry", turn.language)
        return Reply(text=text, language=turn.language, buttons=rows)

    def disagree(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`disagree:17` asks what is wrong and whether to keep it; without a question, the last one is meant."""
        last = self._dialogues.of(turn.incoming).question
        question = question_in(arguments[0]) if arguments else last
        if question is None:
            raise OldButton
        tickets.check(self._register, turn.asker, question)
        self._dialogues.change(turn.incoming, question=question, awaited=Awaited.OPINION, opinion="")
        text = self._library.answer("disagree_ask", turn.language)
        return Reply(text=text, language=turn.language, buttons=(self._consent(turn, question, KeptAs.DISAGREEMENT),))

    def opinion(self, turn: Turn, masked: Masked) -> Reply:
        """What a person says is wrong, held in memory until they agree to have it kept."""
        question = self._dialogues.of(turn.incoming).question
        if question is None:
            raise OldButton
        self._dialogues.change(turn.incoming, awaited=None, opinion=masked.text)
        text = "\n".join((self._library.phrase("opinion_heard", turn.language), *hidden(turn, masked, self._library)))
        return Reply(text=text, language=turn.language, buttons=(self._consent(turn, question, KeptAs.DISAGREEMENT),))

    def ticket(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`ticket:17:ask` says that nobody is on duty and offers to keep the text, `…:no` declines, the others keep it."""
        if not arguments:
            return self._talk(turn)
        question, what = question_in(arguments[0]), arguments[1] if len(arguments) == 2 else ""
        if what == "no":
            return Reply(text=self._library.phrase("ticket_declined", turn.language), language=turn.language)
        if what == "ask":
            tickets.check(self._register, turn.asker, question)
            text = self._library.answer("no_volunteers_yet", turn.language)
            rows = (self._consent(turn, question, KeptAs.TICKET), (Labels(self._library, turn.language)("emergency"),))
            return Reply(text=text, language=turn.language, buttons=rows)
        if what not in set(KeptAs):
            raise OldButton
        dialogue = self._dialogues.of(turn.incoming)
        opinion = dialogue.opinion if dialogue.question == question else ""
        now = turn.incoming.received_at
        number = tickets.keep(self._register, turn.asker, question, KeptAs(what), opinion=opinion, now=now)
        self._dialogues.change(turn.incoming, awaited=None, opinion="")
        text = self._library.answer(_SAID_OF[KeptAs(what)], turn.language, ticket=number)
        return Reply(text=text, language=turn.language)

    def _talk(self, turn: Turn) -> Reply:
        """«Let a person look»: at the last question, if there was one."""
        question = self._dialogues.of(turn.incoming).question
        if question is not None:
            return self.ticket(turn, [str(question), "ask"])
        label = Labels(self._library, turn.language)
        text = self._library.answer("talk_to_person", turn.language)
        return Reply(text=text, language=turn.language, buttons=((label("emergency"),),))

    def _consent(self, turn: Turn, question: QuestionId, kept_as: KeptAs) -> Row:
        label = Labels(self._library, turn.language)
        return (label("ticket_yes", f"ticket:{question}:{kept_as}"), label("ticket_no", f"ticket:{question}:no"))
