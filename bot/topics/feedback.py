"""What a person says of our answer: helped or not, «I disagree», «let a person look», and what we may keep of it.

Called by the conversation. What is kept goes to the volunteers; while none are on duty, nobody is promised.
"""

import math
from collections.abc import Sequence
from datetime import timedelta

from bot import tickets
from bot.buttons import Labels, OldButton, Row, question_in, scheme_in
from bot.dialogue import Awaited, Dialogues
from bot.masking import Masked
from bot.message import Reply
from bot.moderation import queue, reports, volunteers
from bot.tickets import KeptAs, QuestionId
from bot.topics.known_cases import reporter_of, told
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
        """`ticket:17:ask` says who could look, and when, and offers to keep the text; `…:no` declines, the others keep it."""
        if not arguments:
            return self._talk(turn)
        question, what = question_in(arguments[0]), arguments[1] if len(arguments) == 2 else ""
        if what == "no":
            return Reply(text=self._library.phrase("ticket_declined", turn.language), language=turn.language)
        if what == "ask":
            promised = reports.is_promised(tickets.text_of(self._register, turn.asker, question))
            on_duty = volunteers.are_on_duty(self._register)
            text = self._library.answer(
                "volunteers_ask" if on_duty else "no_volunteers_yet", turn.language, wait=self._wait(turn, promised=promised)
            )
            rows = (self._consent(turn, question, KeptAs.TICKET), (Labels(self._library, turn.language)("emergency"),))
            return Reply(text=text, language=turn.language, buttons=rows)
        if what not in set(KeptAs):
            raise OldButton
        return self._filed(turn, question, KeptAs(what))

    def reported(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`reported:17:romance`: what kind of fraud it was, said after the report."""
        if len(arguments) != 2:
            raise OldButton
        question, scheme = question_in(arguments[0]), scheme_in(arguments[1], self._library)
        return self._filed(turn, question, KeptAs.REPORT, scheme=scheme)

    def _filed(self, turn: Turn, question: QuestionId, kept_as: KeptAs, *, scheme: str | None = None) -> Reply:
        """With the ticket, and with the volunteers' judgement where there is one already."""
        reporter, now = reporter_of(turn), turn.incoming.received_at
        dialogue = self._dialogues.of(turn.incoming)
        match kept_as:
            case KeptAs.TICKET:
                receipt = reports.ask(self._register, reporter, question, now=now)
            case KeptAs.REPORT:
                receipt = reports.report(self._register, reporter, question, scheme=scheme, now=now)
            case KeptAs.DISAGREEMENT:
                opinion = dialogue.opinion if dialogue.question == question else ""
                receipt = reports.disagree(self._register, reporter, question, opinion=opinion, now=now)
        self._dialogues.change(turn.incoming, awaited=None, opinion="")
        wait = self._wait(turn, promised=receipt.promised)
        parts = [self._library.answer(_SAID_OF[kept_as], turn.language, ticket=receipt.ticket, wait=wait)]
        if receipt.judgement is not None:
            parts.append(told(receipt.judgement, turn.language, self._library))
        rows: list[Row] = []
        if kept_as is KeptAs.REPORT and receipt.scheme is None:
            parts.append(self._library.answer("report_scheme", turn.language))
            label = Labels(self._library, turn.language)
            rows = [(label.scheme(id, f"reported:{question}:{id}"),) for id in self._library.schemes]
        return Reply(text="\n\n".join(parts), language=turn.language, buttons=rows)

    def _wait(self, turn: Turn, *, promised: bool) -> str:
        if not promised:
            return self._library.phrase("wait_for_nothing", turn.language)
        if not volunteers.are_on_duty(self._register):
            return self._library.phrase("wait_unknown", turn.language)
        hours = max(1, math.ceil(queue.expected(self._register) / timedelta(hours=1)))
        return self._library.phrase("wait_hours", turn.language, n=hours)

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
