"""Quotes are short and harmless, plurals fit the language, countries have names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.language import Language
from content.library import Library
from content.wording import QUOTE_LENGTH, short, territory


@given(st.text(alphabet=st.characters(), max_size=500))
def test_a_quote_is_one_short_line_without_invisible_characters(quote: str) -> None:
    cut = short(quote)
    assert len(cut) <= QUOTE_LENGTH
    assert not [c for c in cut if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert cut == cut.strip()


def test_a_short_quote_stays_word_for_word() -> None:
    assert short("назовите код из SMS") == "назовите код из SMS"


def test_a_long_quote_is_cut_at_a_word() -> None:
    assert short("переведите все деньги на резервный счёт, потому что мошенники уже оформляют на вас кредит сейчас") == (
        "переведите все деньги на резервный счёт, потому что мошенники уже оформляют на…"
    )


def test_a_quote_cannot_turn_our_sentence_around() -> None:
    assert short("код\u202e\u200bиз\nSMS\x00") == "кодиз SMS"


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (30, "30 дней")]
)
def test_russian_counts_in_three_forms(words: Library, n: int, said: str) -> None:
    assert words.phrase("days", Language.RU, n=n) == said


@pytest.mark.parametrize("n", [0, 1, 2, 5, 21])
def test_kazakh_needs_one_form(words: Library, n: int) -> None:
    assert words.phrase("days", Language.KK, n=n) == f"{n} күн"


@pytest.mark.parametrize(("n", "said"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_english_counts_in_two_forms(words: Library, n: int, said: str) -> None:
    assert words.phrase("days", Language.EN, n=n) == said


def test_a_country_is_named_in_the_language_of_the_answer() -> None:
    assert [territory("ua", language) for language in Language] == ["Украина", "Украина", "Ukraine"]
    assert territory("satellite", Language.EN) == "satellite"


def test_a_scheme_id_is_said_as_its_name(words: Library) -> None:
    for scheme in words.schemes:
        said = words.phrase("words_of_scheme", Language.KK, scheme=scheme)
        assert scheme not in said
        assert words.card(scheme, Language.KK).name in said
