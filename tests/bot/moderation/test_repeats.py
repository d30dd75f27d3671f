"""A few new texts against many known ones: the quick comparison finds what comparing each pair finds."""

from itertools import islice

from nlu.phrases import phrases
from nlu.similarity import NEAR, grams, near_repeats, repeats_of

PHRASES = [each.text for each in islice(phrases(), 0, 6_000, 15)]
KNOWN = PHRASES[:300]
NEW = [*PHRASES[300:], *(f"{text} 2026!" for text in KNOWN[::20]), *(f"{text}, тез" for text in PHRASES[300::10]), "", "!!!"]


def alike(one: str, other: str) -> float:
    mine, theirs = grams(one), grams(other)
    return len(mine & theirs) / len(mine | theirs)


def test_each_repeat_of_a_known_text_or_of_an_earlier_new_one_is_found_and_nothing_else() -> None:
    found = repeats_of(KNOWN, NEW)
    expected = {at for at, text in enumerate(NEW) if any(alike(text, other) > NEAR for other in (*KNOWN, *NEW[:at]))}
    assert found == expected
    assert {later - len(KNOWN) for later, _, _ in near_repeats([*KNOWN, *NEW]) if later >= len(KNOWN)} <= found
    assert len(found) > 15


def test_without_anything_new_or_known_there_is_nothing() -> None:
    assert repeats_of(KNOWN, []) == set()
    assert repeats_of([], NEW[:1]) == set()
