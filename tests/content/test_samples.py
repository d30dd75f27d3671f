"""The drill and the tutorial: fake and genuine, invented, explained."""

from itertools import chain

import pytest

from content.language import Language
from content.library import Library


def test_the_drill_has_at_least_ten_messages_half_of_them_genuine(words: Library) -> None:
    fakes = [sample for sample in words.drill if sample.scam]
    assert len(words.drill) >= 10
    assert len(fakes) == len(words.drill) - len(fakes)


def test_the_tutorial_has_three_examples_one_of_them_genuine(words: Library) -> None:
    assert [sample.scam for sample in words.tutorial].count(False) == 1
    assert len(words.tutorial) == 3


def test_every_fake_has_its_scheme_and_nothing_genuine_has_one(words: Library) -> None:
    for sample in chain(words.drill, words.tutorial):
        assert (sample.scheme in words.schemes) if sample.scam else sample.scheme is None, sample.id


def test_no_sample_stands_twice(words: Library) -> None:
    ids = [sample.id for sample in chain(words.drill, words.tutorial)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", Language)
def test_a_sample_is_short_enough_to_read_on_a_phone(words: Library, language: Language) -> None:
    for sample in chain(words.drill, words.tutorial):
        telling = sample.telling(language)
        assert 30 < len(telling.text) < 300, sample.id
        assert 30 < len(telling.why) < 220, sample.id
