"""The drill: five messages, fake and real, guessed one after the other, scored on both. Called by the conversation.

All progress travels in the data of the buttons, so that a restart in the middle costs nothing.
"""

import random
from collections.abc import Sequence

from bot.buttons import Labels, OldButton
from bot.message import Reply
from bot.turn import Turn
from content.library import Library
from content.samples import Sample

MESSAGES = 5
FEWEST_OF_A_KIND = 2
"""A drill holds at least so many fakes and so many real ones: who calls everything a fake learns nothing."""

FAKE, REAL = "f", "r"


class Drill:
    def __init__(self, library: Library, chance: random.Random) -> None:
        self._library = library
        self._chance = chance

    def reply(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`drill` begins; `drill:3-11-0-7-4:frf` has three of five answered. Raises OldButton for what no drill could say."""
        if not arguments:
            drawn = self._draw()
            start = self._library.answer("drill_start", turn.language, total=len(drawn))
            return self._asked(turn, drawn, "", start)
        drawn, answers = self._progress(arguments)
        guessed = self._library.drill[drawn[len(answers) - 1]]
        right = (answers[-1] == FAKE) == guessed.scam
        why = guessed.telling(turn.language).why
        told = self._library.answer("drill_answer", turn.language, right=right, scam=guessed.scam, why=why)
        return self._asked(turn, drawn, answers, told) if len(answers) < len(drawn) else self._scored(turn, drawn, answers, told)

    def _draw(self) -> list[int]:
        fakes = [place for place, sample in enumerate(self._library.drill) if sample.scam]
        real = [place for place, sample in enumerate(self._library.drill) if not sample.scam]
        some_fakes = self._chance.randint(FEWEST_OF_A_KIND, MESSAGES - FEWEST_OF_A_KIND)
        drawn = self._chance.sample(fakes, some_fakes) + self._chance.sample(real, MESSAGES - some_fakes)
        self._chance.shuffle(drawn)
        return drawn

    def _progress(self, arguments: Sequence[str]) -> tuple[list[int], str]:
        places, answers = arguments if len(arguments) == 2 else ("", "")
        drawn = [int(place) for place in places.split("-") if place.isascii() and place.isdecimal() and len(place) < 4]
        known = len(drawn) == len(set(drawn)) == MESSAGES and max(drawn) < len(self._library.drill)
        if not known or not 0 < len(answers) <= MESSAGES or set(answers) - {FAKE, REAL}:
            raise OldButton
        return drawn, answers

    def _asked(self, turn: Turn, drawn: Sequence[int], answers: str, before: str) -> Reply:
        number = len(answers) + 1
        text = self._library.drill[drawn[number - 1]].telling(turn.language).text
        question = self._library.answer("drill_question", turn.language, number=number, total=len(drawn), text=text)
        label = Labels(self._library, turn.language)
        data = f"drill:{'-'.join(map(str, drawn))}:{answers}"
        row = (label("drill_fake", data + FAKE), label("drill_real", data + REAL))
        return Reply(text=f"{before}\n\n{question}", language=turn.language, buttons=(row,))

    def _scored(self, turn: Turn, drawn: Sequence[int], answers: str, before: str) -> Reply:
        samples: list[tuple[Sample, bool]] = [
            (self._library.drill[place], (answer == FAKE) == self._library.drill[place].scam)
            for place, answer in zip(drawn, answers, strict=True)
        ]
        result = self._library.answer(
            "drill_result",
            turn.language,
            right=sum(right for _, right in samples),
            total=len(samples),
            fakes_found=sum(right for sample, right in samples if sample.scam),
            fakes=sum(sample.scam for sample, _ in samples),
            real_kept=sum(right for sample, right in samples if not sample.scam),
            real=sum(not sample.scam for sample, _ in samples),
        )
        row = (Labels(self._library, turn.language)("drill_again", "drill"),)
        return Reply(text=f"{before}\n\n{result}", language=turn.language, buttons=(row,))
