"""«Is this a scam?»: a text is masked, judged, remembered for its buttons, and answered. Called by the conversation.

Where nothing is clear but two schemes are plausible it asks which is nearer. Nothing unmasked leaves this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from bot import tickets
from bot.answers import say, veiled
from bot.buttons import Labels, Row
from bot.dialogue import Awaited, Dialogues
from bot.judging import judgement_of
from bot.known import known_of
from bot.masking import LONGEST, Masked, mask
from bot.message import Reply
from bot.moderation.cases import Judgement, Ruling
from bot.tickets import QuestionId
from bot.topics.feedback import hidden
from bot.topics.known_cases import Met, count, how_known, met, verdict_by
from bot.turn import Turn
from bot.verdict.evidence import Guess, Level, Verdict
from broadcaster.database import Connection, DatabaseUnavailable
from content.library import Library

log = structlog.get_logger()

PLAUSIBLE = 0.12
"""Probability of a scheme from which it is worth asking whether the case is nearer to it."""

FOREIGN = 0.5
"""Probability of out_of_scope from which we say that we know of fraud only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One text with its verdict, quotes already masked; `ruled` where the verdict is the volunteers'."""

    masked: Masked
    verdict: Verdict
    guess: Guess
    known: Met
    ruled: Judgement | None

    @property
    def accused(self) -> bool:
        """Some check found a sign, however weak."""
        return any(check.fired and check.weight > 0 for check in self.verdict.checks)


class Questions:
    def __init__(self, library: Library, register: Connection, dialogues: Dialogues) -> None:
        self._library = library
        self._register = register
        self._dialogues = dialogues

    def judge(self, text: str, guess: Guess, *, now: datetime) -> Judged:
        """The text as it came is judged in memory only: a code in it must count, and must not be kept. What people found of the
        same message goes before what the program thinks."""
        masked = mask(text)
        judgement = judgement_of(
            text, ear=_HeardAlready(guess), look_up=partial(known_of, cards=masked.cards, register=self._register)
        )
        verdict = veiled(judgement.verdict, masked)
        known = met(self._register, masked.text, now=now)
        ruled = verdict_by(known.judgement, verdict)
        return Judged(masked=masked, verdict=ruled or verdict, guess=guess, known=known, ruled=known.judgement if ruled else None)

    def answer(self, turn: Turn, judged: Judged) -> Reply:
        """Verdict, or «nearer to A or B?» when nothing is clear but two schemes are plausible."""
        question = self._remembered(turn, judged)
        count(self._register, turn, judged.known, judged.masked.text, question, told=judged.ruled)
        reporting = self._dialogues.of(turn.incoming).awaited is Awaited.REPORT
        self._dialogues.change(turn.incoming, question=question, awaited=None, opinion="")
        verdict = judged.verdict
        if verdict.level is Level.NOT_UNDERSTOOD and not judged.accused:
            plausible = [name for name, chance in judged.guess.intents if name in self._library.schemes and chance >= PLAUSIBLE][
                :2
            ]
            if len(plausible) == 2 and question is not None:
                return self._nearer(turn, judged, question, plausible)
            if dict(judged.guess.intents).get("out_of_scope", 0.0) >= FOREIGN:
                return self._plain(turn, judged, "out_of_scope", question)
        notes = self._notes(turn, judged)
        if reporting and question is not None:
            notes.append(self._library.phrase("keep_ask", turn.language))
        return Reply(
            text=self._said(turn, judged, notes),
            language=turn.language,
            buttons=self._under(turn, verdict, question, reporting=reporting),
        )

    def _said(self, turn: Turn, judged: Judged, notes: list[str]) -> str:
        if judged.ruled is None:
            return say(judged.verdict, turn.language, self._library, notes)
        how = how_known(judged.ruled, turn.language, self._library)
        if judged.ruled.open_again:
            notes = [self._library.phrase("looked_at_again", turn.language), *notes]
        if judged.ruled.ruling is Ruling.HOAX:
            return self._library.answer("verdict_hoax", turn.language, how_we_know=how, notes=notes)
        return say(judged.verdict, turn.language, self._library, notes, how=how)

    def _remembered(self, turn: Turn, judged: Judged) -> QuestionId | None:
        """None when the register is down: the answer then comes without the buttons that need it."""
        try:
            return tickets.remember(
                self._register,
                turn.asker,
                judged.masked,
                judged.verdict,
                door=turn.incoming.door,
                language=turn.language,
                now=turn.incoming.received_at,
            )
        except DatabaseUnavailable:
            log.warning("question.not_remembered", door=turn.incoming.door.value)
            return None

    def _nearer(self, turn: Turn, judged: Judged, question: QuestionId, plausible: Sequence[str]) -> Reply:
        label = Labels(self._library, turn.language)
        first, second = (self._library.card(id, turn.language).name for id in plausible)
        text = self._library.answer("nearer", turn.language, first=first, second=second)
        rows = [(label.scheme(id, f"nearer:{question}:{id}"),) for id in plausible]
        rows += [(label("nearer_neither", f"nearer:{question}:neither"),), (label("emergency"),)]
        return Reply(text="\n\n".join((text, *self._notes(turn, judged))), language=turn.language, buttons=rows)

    def _plain(self, turn: Turn, judged: Judged, answer: str, question: QuestionId | None) -> Reply:
        text = "\n\n".join((self._library.answer(answer, turn.language), *self._notes(turn, judged)))
        return Reply(text=text, language=turn.language, buttons=self._under(turn, judged.verdict, question))

    def _under(self, turn: Turn, verdict: Verdict, question: QuestionId | None, *, reporting: bool = False) -> Sequence[Row]:
        """Emergency first; what needs the register only when it remembered the question."""
        label = Labels(self._library, turn.language)
        rows: list[Row] = [(label("emergency"),)]
        if verdict.scheme in self._library.schemes:
            rows.append((label("more", f"scheme:{verdict.scheme}"), label("share", f"share:{verdict.scheme}")))
        if question is None:
            return rows
        if reporting:
            rows.append((label("ticket_yes", f"ticket:{question}:report"), label("ticket_no", f"ticket:{question}:no")))
        if verdict.level is Level.NOT_UNDERSTOOD:
            return [*rows, (label("talk_to_person", f"ticket:{question}:ask"),)]
        rows.append((label("useful_yes", f"useful:{question}:yes"), label("useful_no", f"useful:{question}:no")))
        return [*rows, (label("disagree", f"disagree:{question}"),)]

    def _notes(self, turn: Turn, judged: Judged) -> list[str]:
        cut = [self._library.phrase("too_long_cut", turn.language)] if len(turn.incoming.text) > LONGEST else []
        return [*hidden(turn, judged.masked, self._library), *cut]


class _HeardAlready:
    """The ear of a text whose emergency was listened for before."""

    def __init__(self, guess: Guess) -> None:
        self._guess = guess

    def hear(self, text: str) -> Guess:
        return self._guess
