"""What a press or a word in the volunteers' Telegram does, and what to show for it. Called by group, in its one thread.

Who presses is looked up each time, so that whoever left or was blocked can do nothing from then on. Every change is a function of
`decisions`, `queue` or `reports`, a transaction each. What is told to one is told to nobody else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.buttons import OldButton
from bot.moderation import card_records, cases, decisions, gold, queue, standing, volunteers
from bot.moderation.card_records import RecordId, Stale
from bot.moderation.cards import NEXT, PLACES, Card, Cards, Press, Step, press_of
from bot.moderation.cases import Case, Ruling, UnknownCase
from bot.moderation.decisions import AlreadyVoted, CaseClosed, NotInText
from bot.moderation.gold import Known
from bot.moderation.hurry import TooFast
from bot.moderation.places import places_in
from bot.moderation.quorum import Decided, MoreVotes, ToSenior
from bot.moderation.volunteers import NotAVolunteer
from broadcaster.database import Connection
from broadcaster.staff import Staff
from content.desk_words import DeskWords
from content.language import Language
from content.library import Library

_REFUSALS: Mapping[type[Exception], str] = {
    NotAVolunteer: "not_a_volunteer",
    OldButton: "old_button",
    NotInText: "old_button",
    UnknownCase: "erased",
    CaseClosed: "closed",
    AlreadyVoted: "already_voted",
    TooFast: "too_fast",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody in Telegram. `language`: of their own Telegram, where it is one of ours."""

    telegram: int
    language: Language | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """A card to be sent; it is written down already, so that it can be edited whatever becomes of the case meanwhile."""

    record: RecordId
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`toast` is seen by whoever pressed alone. `here` takes the place of the pressed card; `dealt` goes into their own chat."""

    toast: str
    here: Card | None = None
    dealt: Dealt | None = None


class Volunteering:
    """Stays in the thread that opened the connection."""

    def __init__(self, register: Connection, words: DeskWords, library: Library) -> None:
        self._register = register
        self._library = library
        self._tidy_at = datetime.min.replace(tzinfo=UTC)
        self._cards = {language: Cards(words, library, language) for language in Language}

    def say(self, key: str, language: Language | None, **fields: object) -> str:
        """Whoever's Telegram speaks another language is answered in Russian, which most read."""
        return self._cards[language or Language.RU].say(key, **fields)

    def greeting(self, caller: Caller) -> str:
        """For what is no command, in private: what a volunteer can do here, or whom to ask to become one."""
        try:
            volunteers.with_telegram(self._register, caller.telegram)
        except NotAVolunteer:
            return self.say("stranger", caller.language, telegram=str(caller.telegram))
        return self.say("help", caller.language)

    def next(self, caller: Caller, *, now: datetime) -> Answer:
        try:
            by = volunteers.with_telegram(self._register, caller.telegram)
            task = queue.next_task(self._register, by, now=now)
        except NotAVolunteer:
            return Answer(toast=self.say("not_a_volunteer", caller.language))
        if task is None:
            return Answer(toast=self.say("nothing_waits", caller.language))
        case = replace(cases.with_id(self._register, task.case), sightings=task.sightings, first_seen=task.first_seen)
        language = caller.language or case.language
        card = self._cards[language].to_judge(case, voted=None, now=now)
        return Answer(toast=self.say("yours", caller.language), dealt=self._deal(case, caller.telegram, language, card, now))

    def press(self, caller: Caller, data: str, *, in_group: bool, now: datetime) -> Answer:
        """Never raises for what was pressed, or by whom."""
        if data == NEXT:
            return self.next(caller, now=now)
        try:
            by = volunteers.with_telegram(self._register, caller.telegram)
            press = press_of(data, self._library)
            case = standing.to_vote_on(self._register, press.case, by, round=press.round, now=now)
            return self._done(caller, by, case, press, in_group=in_group, now=now)
        except tuple(_REFUSALS) as refused:
            return Answer(toast=self.say(_REFUSALS[type(refused)], caller.language))

    def in_group(self, group: int, *, now: datetime) -> Dealt | None:
        """The next card of the group."""
        id = card_records.to_post(self._register, group)
        if id is None:
            return None
        case = cases.with_id(self._register, id)
        card = self._cards[case.language].to_judge(case, voted=card_records.voted(self._register, id), now=now)
        return self._deal(case, group, case.language, card, now)

    def was_sent(self, record: RecordId, message: int) -> None:
        card_records.posted(self._register, record, message)

    def is_gone(self, record: RecordId) -> None:
        card_records.drop(self._register, record)

    def stale(self, resting: Sequence[int] = (), *, now: datetime) -> list[Stale]:
        """Cards to be edited, a few at a time; none of the chats that rest."""
        if now >= self._tidy_at:
            card_records.delete_old(self._register, now=now)
            self._tidy_at = now + timedelta(days=1)
        return list(card_records.stale(self._register, resting, now=now))

    def renewed(self, stale: Stale, *, now: datetime) -> Card:
        """What it should say now; may be erased in between."""
        cards = self._cards[stale.language]
        try:
            case = cases.with_id(self._register, stale.case) if stale.case else None
        except UnknownCase:
            case = None
        if case is None:
            return cards.erased()
        if stale.look.startswith("open"):
            return cards.to_judge(case, voted=card_records.voted(self._register, case.id), now=now)
        answer = gold.answered_in(self._register, case.id, stale.chat)
        return cards.tested(case, answer) if answer else cards.settled(case, own=stale.chat > 0, now=now)

    def was_renewed(self, stale: Stale) -> None:
        card_records.looks(self._register, stale.id, stale.look)

    def _done(self, caller: Caller, by: Staff, case: Case, press: Press, *, in_group: bool, now: datetime) -> Answer:
        language = caller.language or case.language
        cards = self._cards[language]
        match press.step:
            case Step.ASIDE:
                queue.pass_on(self._register, case.id, by, now=now)
                return self._put_aside(cards, case, "passed", in_group=in_group)
            case Step.SENIOR:
                decisions.ask_senior(self._register, case.id, by=by, now=now)
                return self._put_aside(cards, case, "to_senior", in_group=in_group)
            case Step.BACK if not in_group:
                return Answer(toast="", here=cards.to_judge(case, voted=None, now=now))
        if press.ruling is None:
            raise OldButton
        if press.step in (Step.SURE, Step.UNSURE) or (press.ruling.clears and in_group):
            return self._vote(cards, by, case, press, in_group=in_group, now=now)
        asks_scheme = press.step is Step.RULING and not press.ruling.clears
        asked: Callable[..., Card] = cards.which_scheme if asks_scheme else cards.how_sure
        card = asked(case, press, now=now)
        if in_group:
            return Answer(toast=cards.say("goes_on_in_private"), dealt=self._deal(case, caller.telegram, language, card, now))
        return Answer(toast="", here=card)

    def _deal(self, case: Case, chat: int, language: Language, card: Card, now: datetime) -> Dealt:
        record = card_records.add(self._register, case, chat=chat, language=language, now=now)
        return Dealt(record=record, card=card)

    def _vote(self, cards: Cards, by: Staff, case: Case, press: Press, *, in_group: bool, now: datetime) -> Answer:
        if press.ruling is None:
            raise OldButton
        ticked = [place for at, place in enumerate(places_in(case.text)[:PLACES]) if press.ticked >> at & 1]
        outcome = decisions.vote(
            self._register,
            case.id,
            by=by,
            ruling=press.ruling,
            scheme=None if press.ruling.clears else press.scheme,
            sure=press.step is not Step.UNSURE,
            named=ticked if press.ruling is Ruling.SCAM else (),
            now=now,
        )
        match outcome:
            case Decided():
                toast = "thanks_decided"
            case ToSenior():
                toast = "thanks_to_senior"
            case MoreVotes():
                toast = "thanks"
            case Known():
                answer = gold.answered(self._register, case.id, by)
                card = cards.tested(case, answer) if answer and not in_group else None
                return Answer(toast=cards.say("thanks_test"), here=card)
        return Answer(toast=cards.say(toast), here=None if in_group else cards.cast(case, press, now=now))

    def _put_aside(self, cards: Cards, case: Case, key: str, *, in_group: bool) -> Answer:
        return Answer(toast=cards.say(f"toast_{key}"), here=None if in_group else cards.put_aside(case, key))
