"""What stands on a card in Telegram and on its buttons. Pure. Called by volunteering.

A case's text is a stranger's: plain text, each of its lines marked as quoted, nothing in it to press. Neither the program's guess
nor anybody's vote is on a card before the case is decided.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.buttons import OldButton, number_in, scheme_in
from bot.message import Button
from bot.moderation.cases import Case, CaseId, Ruling, State
from bot.moderation.places import places_in
from bot.moderation.quorum import Vote
from bot.moderation.showing import as_shown, name_of
from content.desk_words import DeskWords
from content.language import Language
from content.library import Library

NEXT = "next"
PLACES = 10
"""Links, handles and numbers of a text that can be ticked; the web page has all of them."""

LONGEST = 3_000
"""UTF-16 units of a text on a card; Telegram takes 4096 with ours around it."""

_MARK = "│ "
_PRESSED = re.compile(r"(?<!\w)/(?=\w)|[#$](?=\w)")
"""What Telegram makes of plain text beside links and names: commands, tags of topics and of shares."""


class Step(StrEnum):
    """What a button does; stands first in its data."""

    RULING = "r"
    SCHEME = "s"
    TICK = "t"
    SURE = "y"
    UNSURE = "u"
    BACK = "b"
    ASIDE = "p"
    SENIOR = "h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button as it comes back: maybe old, maybe forged. `ticked` has a bit for each of the text's places."""

    step: Step
    case: CaseId
    round: int
    ruling: Ruling | None = None
    scheme: str | None = None
    ticked: int = 0

    @property
    def data(self) -> str:
        return f"{self.step}:{self.case}:{self.round}:{self.ruling or ''}:{self.scheme or ''}:{self.ticked:x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message in Telegram: plain text and rows of buttons."""

    text: str
    buttons: Sequence[Sequence[Button]] = ()


def press_of(data: str, library: Library) -> Press:
    """Raises OldButton."""
    parts = data.split(":")
    if len(parts) != 6:
        raise OldButton
    step, case, round, ruling, scheme, ticked = parts
    if step not in set(Step) or ruling not in {"", *Ruling} or not re.fullmatch(r"[0-9a-f]{1,3}", ticked):
        raise OldButton
    return Press(
        step=Step(step),
        case=CaseId(number_in(case)),
        round=number_in(round),
        ruling=Ruling(ruling) if ruling else None,
        scheme=scheme_in(scheme, library) if scheme else None,
        ticked=int(ticked, 16),
    )


class Cards:
    """Makes them in the words of one language. `say` gives any other sentence of the Cyberbot."""

    def __init__(self, words: DeskWords, library: Library, language: Language) -> None:
        self._words = words
        self._library = library
        self._language = language

    def say(self, key: str, **fields: object) -> str:
        return self._words.say(f"cyberbot_{key}", self._language, **fields)

    def to_judge(self, case: Case, *, voted: int | None, now: datetime) -> Card:
        """`voted`: how many have, for the group; None for a volunteer's own card."""
        below = [] if voted is None else ["", self.say("voted", n=voted)]
        start = Press(step=Step.RULING, case=case.id, round=case.round)
        rows = [
            [self._button(f"ruling_{ruling}", replace(start, ruling=ruling)) for ruling in pair]
            for pair in ((Ruling.SCAM, Ruling.DOUBTFUL), (Ruling.GENUINE, Ruling.HOAX))
        ]
        rows.append(
            [self._button("pass", replace(start, step=Step.ASIDE)), self._button("senior", replace(start, step=Step.SENIOR))]
        )
        return Card(text="\n".join([*self._about(case, now), *below]), buttons=rows)

    def which_scheme(self, case: Case, press: Press, *, now: datetime) -> Card:
        """Of what kind the fraud is, once it was called one."""
        start = replace(press, step=Step.SCHEME, ticked=0)
        names = [
            Button(label=self._library.card(id, self._language).name, data=replace(start, scheme=id).data)
            for id in self._library.schemes
        ]
        rows = [names[at : at + 2] for at in range(0, len(names), 2)]
        rows.append(
            [
                self._button("no_scheme", replace(start, scheme=None)),
                self._button("back", replace(start, step=Step.BACK, ruling=None)),
            ]
        )
        return Card(text="\n".join([*self._about(case, now), "", self.say("which_scheme")]), buttons=rows)

    def how_sure(self, case: Case, press: Press, *, now: datetime) -> Card:
        """The last question, with the vote as it will be counted; of a fraud also which places belong to the swindlers."""
        places = places_in(case.text)[:PLACES] if press.ruling is Ruling.SCAM else ()
        rows = []
        for at, place in enumerate(places):
            mark = "☑" if press.ticked >> at & 1 else "☐"
            tick = replace(press, step=Step.TICK, ticked=press.ticked ^ 1 << at)
            rows.append([Button(label=f"{mark} {name_of(place)}"[:60], data=tick.data)])
        rows.append(
            [self._button("sure", replace(press, step=Step.SURE)), self._button("unsure", replace(press, step=Step.UNSURE))]
        )
        rows.append([self._button("back", replace(press, step=Step.BACK, ruling=None, scheme=None, ticked=0))])
        asked = [self.say("tick"), ""] if places else []
        return Card(
            text="\n".join([*self._about(case, now), "", self._vote(press), "", *asked, self.say("how_sure")]), buttons=rows
        )

    def cast(self, case: Case, press: Press, *, now: datetime) -> Card:
        """A volunteer's own card after their vote."""
        return Card(text="\n".join([*self._about(case, now), "", self._vote(press)]), buttons=[[self._next()]])

    def tested(self, case: Case, answer: Vote) -> Card:
        """A volunteer's own card after their answer to a test question: without the text, as of any case that is decided."""
        right = [self.say(f"test_{case.ruling}"), *self._scheme(case.scheme)]
        theirs = [self.say(f"answered_{answer.ruling}"), *self._scheme(answer.scheme)]
        lines = [self.say("case", id=case.id), "", *right, "", *theirs, "", self.say("test_why")]
        return Card(text="\n".join(lines), buttons=[[self._next()]])

    def put_aside(self, case: Case, key: str) -> Card:
        """Passed on, or handed to a senior: without the text."""
        return Card(text=self.say(key, id=case.id), buttons=[[self._next()]])

    def settled(self, case: Case, *, own: bool, now: datetime) -> Card:
        """What became of it: a decision, or a senior's turn. A volunteer's `own` card keeps no text then."""
        rows = [[self._next()]] if own else []
        about = [self.say("case", id=case.id)] if own else self._about(case, now)
        if case.ruling is None or case.state is State.SENIOR:
            return Card(text="\n".join([*about, "", self.say("with_senior")]), buttons=rows)
        decided = self.say(f"decided_{case.ruling}", id=case.id)
        return Card(text="\n".join([decided, *self._scheme(case.scheme), *([] if own else ["", *about])]), buttons=rows)

    def erased(self) -> Card:
        return Card(text=self.say("erased"))

    def _about(self, case: Case, now: datetime) -> list[str]:
        lines = _quoted(case.text)
        cut = [self.say("cut")] if lines[-1] == "…" else []
        return [
            self.say("case", id=case.id),
            self.say("asked", n=case.sightings),
            self._age(now - case.first_seen),
            self.say(f"language_{case.language}"),
            "",
            self.say("message"),
            *(_MARK + line for line in lines),
            *cut,
        ]

    def _age(self, age: timedelta) -> str:
        minutes = max(1, int(age.total_seconds() // 60))
        if minutes < 60:
            return self.say("minutes", n=minutes)
        return self.say("hours", n=minutes // 60) if minutes < 48 * 60 else self.say("days", n=minutes // (24 * 60))

    def _vote(self, press: Press) -> str:
        return "\n".join([self.say(f"your_{press.ruling}"), *self._scheme(press.scheme)])

    def _scheme(self, scheme: str | None) -> list[str]:
        known = scheme in self._library.schemes
        return [self.say("scheme", scheme=self._library.card(scheme or "", self._language).name)] if known else []

    def _button(self, key: str, press: Press) -> Button:
        return Button(label=self.say(f"button_{key}"), data=press.data)

    def _next(self) -> Button:
        return Button(label=self.say("button_next"), data=NEXT)


def _quoted(text: str) -> list[str]:
    """Its lines as they may be shown; the last is «…» where it was cut."""
    shown = _PRESSED.sub(lambda sign: f"[{sign[0]}]", as_shown(text))
    wide = shown.encode("utf-16-le", "replace")
    lines = wide[: 2 * LONGEST].decode("utf-16-le", "ignore").splitlines() or [""]
    return [*lines[: LONGEST // 30], "…"] if len(wide) > 2 * LONGEST or len(lines) > LONGEST // 30 else lines
