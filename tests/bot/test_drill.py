"""Five messages, fake and real, scored on both; the buttons carry all progress, so that a restart costs nothing."""

import random

import pytest

from bot.conversation import Conversation
from bot.understanding import NoEar
from broadcaster.database import Connection
from content.language import Language
from content.library import Library
from tests.bot.people import Person


def answers(aigul: Person, words: Library, *, as_fake: bool) -> str:
    label = "button_drill_fake" if as_fake else "button_drill_real"
    return aigul.presses(words.phrase(label, aigul.reply.language)).text


@pytest.mark.parametrize("seed", range(20))
def test_every_drill_has_fakes_and_real_ones_and_none_twice(words: Library, register: Connection, seed: int) -> None:
    aigul = Person(Conversation(library=words, ear=NoEar(), register=register, chance=random.Random(seed)))
    aigul.writes("/drill")
    drawn = [words.drill[int(place)] for place in aigul.data[0].split(":")[1].split("-")]
    assert len({sample.id for sample in drawn}) == 5
    assert 2 <= sum(sample.scam for sample in drawn) <= 3


@pytest.mark.parametrize("language", Language)
def test_whoever_knows_everything_gets_full_marks(words: Library, register: Connection, language: Language) -> None:
    aigul = Person(Conversation(library=words, ear=NoEar(), register=register, chance=random.Random(1)))
    aigul.sends_data(f"language:{language.value}")
    aigul.writes("/drill")
    drawn = [words.drill[int(place)] for place in aigul.data[0].split(":")[1].split("-")]
    for sample in drawn:
        assert sample.telling(language).text in aigul.reply.text
        assert sample.telling(language).why in answers(aigul, words, as_fake=sample.scam)
        assert len(aigul.reply.text) <= 1_600
    fakes = sum(sample.scam for sample in drawn)
    assert words.phrase("drill_fakes_found", language, n=fakes, of=fakes) in aigul.reply.text
    assert words.phrase("drill_real_kept", language, n=5 - fakes, of=5 - fakes) in aigul.reply.text


def test_whoever_calls_all_of_them_fake_fails_on_the_real_ones(aigul: Person, words: Library) -> None:
    aigul.writes("тренировка")
    fakes = sum(words.drill[int(place)].scam for place in aigul.data[0].split(":")[1].split("-"))
    for _ in range(5):
        answers(aigul, words, as_fake=True)
    assert words.phrase("drill_fakes_found", Language.RU, n=fakes, of=fakes) in aigul.reply.text
    assert words.phrase("drill_real_kept", Language.RU, n=0, of=5 - fakes) in aigul.reply.text


def test_it_goes_on_after_a_restart_and_can_be_repeated(aigul: Person, words: Library, register: Connection) -> None:
    aigul.writes("/drill")
    answers(aigul, words, as_fake=True)
    aigul.conversation = Conversation(library=words, ear=NoEar(), register=register)
    for _ in range(4):
        answers(aigul, words, as_fake=True)
    aigul.presses(words.phrase("button_drill_again", Language.RU))
    assert "1/5" in aigul.reply.text


def test_the_tutorial_shows_its_three_samples_one_by_one(aigul: Person, words: Library) -> None:
    aigul.writes("/tutorial")
    for place, sample in enumerate(words.tutorial):
        assert sample.telling(Language.RU).text in aigul.reply.text
        if place + 1 < len(words.tutorial):
            aigul.presses(words.phrase("button_tutorial_next", Language.RU))
    assert words.answer("tutorial_end", Language.RU) in aigul.reply.text
