"""One spelling for every way of typing a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.verdict.folding import LONGEST, NEXT_SENTENCE, disguised, spelling, words


@pytest.mark.parametrize(
    "spellings",
    [
        ["код", "КОД", "кoд", "kod", "KOD", "к0д", "ко\u200bд", "коддд", "ｋｏｄ"],
        ["счёт", "счет", "schet", "СЧЁТ"],
        ["қауіпсіз", "кауипсиз", "qauipsiz", "kauipsiz", "ҚАУІПСІЗ"],
        ["айтыңыз", "айтыныз", "aitynyz", "aytynyz"],
        ["шот", "shot"],
        ["жіберіңіз", "жибериниз", "zhiberiniz", "jiberiniz"],
        ["комиссия", "komissiya", "komissia", "комисия"],
        ["продиктуйте", "prodiktuite", "prodiktuyte", "пpoдиктуйтe"],
        ["ещё", "еще"],
        ["цифры", "tsifry", "cifry"],
        ["объявление", "обявление"],
        ["й", "и\u0306"],
    ],
)
def test_one_word_has_one_spelling_however_it_is_typed(spellings: list[str]) -> None:
    assert len({spelling(typed) for typed in spellings}) == 1


def test_a_word_honestly_in_two_alphabets_is_read_by_its_sounds() -> None:
    assert spelling("SMSті") == spelling("смсти")
    assert spelling("Kaspiге") == spelling("каспиге")


def test_a_cyrillic_word_of_latin_lookalikes_is_unmasked() -> None:
    assert disguised("KAPTA") == spelling("карта")
    assert disguised("guard") is None
    assert disguised("ok") is None


def test_letters_spaced_out_are_one_word() -> None:
    assert [word.spelling for word in words("назови к о д или к-о-д или к.о.д")] == ["назови", "код", "или", "код", "или", "код"]


def test_conjunctions_are_not_letters_spaced_out() -> None:
    assert [word.spelling for word in words("я и он")] == ["иа", "и", "он"]


@pytest.mark.parametrize("number", ["4821", "30-55-18", "530-118", "81 452", "12.03.2026", "18:00"])
def test_a_number_is_one_word(number: str) -> None:
    assert [word.spelling for word in words(f"вот {number} и")][1] == number


def test_the_next_sentence_is_far_away() -> None:
    assert [word.place for word in words("один два. три")] == [1, 2, 2 + NEXT_SENTENCE]


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert max(word.end for word in words("слово " * 20_000)) <= LONGEST


@given(st.text())
def test_words_stand_in_the_text_one_after_another(text: str) -> None:
    past = 0
    for word in words(text):
        assert past <= word.start < word.end <= len(text)
        past = word.end


@given(st.text(max_size=30))
def test_a_spelling_cannot_be_spelled_further(word: str) -> None:
    once = spelling(word)
    assert spelling(once) == spelling(spelling(once))
