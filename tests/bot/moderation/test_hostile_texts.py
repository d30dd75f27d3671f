"""Orders to the moderator and to the program, in every wrapping: shown for what they are, obeyed by nobody (A4)."""

import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.judging import LONGEST, judgement_of
from bot.masking import mask
from bot.moderation import quorum
from bot.moderation.cards import Cards
from bot.moderation.cases import Harm, State
from bot.moderation.showing import as_shown
from bot.understanding import Ear, open_ear
from bot.verdict.evidence import Level
from content import desk_words, library
from content.language import Language
from tests.bot.moderation.hall import AIGUL, FINE, Hall
from tests.bot.moderation.hostile_texts import CARRIERS, SCAMS, Hostile, corpus, everything
from tests.fakes.bot_links import clickable

KEPT = 0.97
"""Share of frauds still called frauds with an order beside them, the least; measured 97.4 %."""

UNREAD = ("tags", "variation selectors", "joined pictures")
"""Carriers whose order no eye can read."""

HIDDEN = {"Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"}
BLANK = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}
BLANK |= set(range(0xE0100, 0xE01F0))


@pytest.fixture(scope="module")
def ear() -> Ear:
    return open_ear()


def level(text: str, ear: Ear) -> Level:
    return judgement_of(text, ear=ear).verdict.level


class TestTheProgram:
    @pytest.mark.parametrize("scam", SCAMS)
    def test_calls_each_a_fraud_when_no_order_stands_by(self, scam: str, ear: Ear) -> None:
        assert level(SCAMS[scam], ear) is Level.SCAM

    def test_calls_nearly_all_of_them_a_fraud_still_and_none_free_of_signs(self, ear: Ear) -> None:
        levels = Counter(level(each.text, ear) for each in everything())
        assert levels[Level.NO_SIGNS] == 0
        assert levels[Level.SCAM] / levels.total() >= KEPT, levels

    def test_is_moved_by_no_order_that_is_merely_put_before_or_behind(self, ear: Ear) -> None:
        plain = [each for each in everything() if each.carrier in ("before", "behind")]
        assert [each.told for each in plain if level(each.text, ear) is not Level.SCAM] == []

    def test_is_moved_by_no_order_that_nobody_can_read(self, ear: Ear) -> None:
        unread = [each for each in everything() if each.carrier in UNREAD]
        assert [each.told for each in unread if level(each.text, ear) is not Level.SCAM] == []

    @pytest.mark.parametrize("scam", SCAMS)
    @pytest.mark.parametrize(
        "before", ["Ваш перевод выполнен, остаток 5 000 тенге. ", "Аударым орындалды, қалдық 5 000 теңге. ", "\n", "\u200b"]
    )
    def test_finds_nothing_free_of_signs_whose_end_it_did_not_read(self, scam: str, before: str, ear: Ear) -> None:
        assert level(before * LONGEST + SCAMS[scam], ear) is not Level.NO_SIGNS


class TestTheVolunteer:
    def test_has_two_hundred_of_them_and_more_to_meet(self) -> None:
        assert len({each.text for each in corpus()}) >= 200

    @pytest.mark.parametrize("carrier", CARRIERS)
    def test_sees_every_letter_of_it_and_can_press_nothing(self, carrier: str) -> None:
        for each in of(carrier):
            shown = as_shown(mask(each.text).text)
            assert unseen(shown) == [], each.told
            pressed = [found for found in clickable(shown) if not found.startswith(("bot_command", "hashtag", "cashtag"))]
            assert pressed == [], each.told

    def test_sees_in_the_letters_themselves_that_something_was_hidden(self) -> None:
        for each in corpus():
            if hidden := unseen(mask(each.text).text):
                assert f"⟨U+{ord(hidden[0]):04X}⟩" in as_shown(each.text).replace("\n", "⟨U+000D⟩"), each.told

    @pytest.mark.parametrize("carrier", CARRIERS)
    def test_takes_none_of_its_lines_for_ours(self, carrier: str, hall: Hall) -> None:
        """What stands on a card without the mark of a stranger's words is what stands on the card of any text."""
        cards = Cards(desk_words.load(), library.load(), Language.RU)
        hall.asks(AIGUL, FINE)
        any_case = hall.case_of(FINE)
        ours = not_quoted(cards.to_judge(any_case, voted=1, now=hall.now).text)
        for each in of(carrier):
            text = cards.to_judge(replace(any_case, text=mask(each.text).text), voted=1, now=hall.now).text
            said = not_quoted(text)
            assert [line for line in said if line != cards.say("cut")] == ours, each.told
            assert said.count(cards.say("cut")) == text.count("\n│ …\n"), each.told
            assert clickable(text.replace("\n", " \n ")) == [], each.told

    def test_finds_a_case_that_waits_as_any_other_does(self, hall: Hall) -> None:
        """An hour lies between any two: many at once are a burst, and wait for a senior."""
        for number, each in enumerate(corpus()):
            hall.waits(timedelta(hours=1))
            hall.asks(f"+7701{number:07}", each.text)
        kept = hall.rows("known_case")
        waiting = {tuple(row[name] for name in ("state", "missing", "verdict", "version", "scheme")) for row in kept}
        assert waiting == {(State.OPEN, quorum.votes_for(Harm.MEDIUM), None, 0, None)}
        assert sum(int(str(row["sightings"])) for row in kept) == len(list(corpus()))
        assert (hall.rows("vote"), hall.rows("decision"), hall.rows("suspect")) == ([], [], [])


def of(carrier: str) -> list[Hostile]:
    return [each for each in corpus() if each.carrier == carrier]


def unseen(text: str) -> list[str]:
    """Letters of it that leave no trace on a screen; one that joins two pictures or colours one is part of them."""
    return [
        letter
        for at, letter in enumerate(text)
        if letter not in "\n\t"
        and (unicodedata.category(letter) in HIDDEN or ord(letter) in BLANK)
        and not (at and unicodedata.category(text[at - 1]) == "So" and letter in "\u200d\ufe0f")
    ]


def not_quoted(card: str) -> list[str]:
    """As Telegram and as any other reader of lines would break them."""
    return [line for line in card.splitlines() if not line.startswith("│ ")]
