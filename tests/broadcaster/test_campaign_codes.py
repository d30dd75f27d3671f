import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import campaign_codes
from broadcaster.addresses import AddressKey
from tests.broadcaster.conftest import KEY


def test_codes_are_short_mixed_and_hardly_ever_the_same() -> None:
    codes = [campaign_codes.make(KEY, number, 0) for number in range(500)]
    for code in codes:
        assert len(code) == 4
        assert not code.isalpha()
        assert not code.isdigit()
        assert not set(code) & set("01OIL3B8SZG")
        assert campaign_codes.found_in(code) == (code,)
    assert len(set(codes)) > 490


def test_a_code_is_stable_and_another_key_or_attempt_gives_another() -> None:
    other = AddressKey(bytes(range(1, 33)))
    code = campaign_codes.make(KEY, 7, 0)
    assert campaign_codes.make(KEY, 7, 0) == code
    assert len({code, campaign_codes.make(KEY, 7, 1), campaign_codes.make(other, 7, 0)}) == 3


@pytest.mark.parametrize(
    "text",
    ["K7M2", "k7m2", "К7М2", "к7м2?", "  K7M2\n", "код K7M2", "K7M2 сіздікі ме?", "Это ваше? K7M2", "Сақ бол K7M2", "«K7M2»"],
)
def test_a_question_about_a_code_is_understood_in_either_alphabet(text: str) -> None:
    assert campaign_codes.found_in(text) == ("K7M2",)


LONG = "Сіз жазылған парақшада қаржы пирамидасының белгісі бар. Ақша салмаңыз. "


@pytest.mark.parametrize("mark", ["Сақ бол K7M2", "Сак бол: К7М2.", "Sak bol K7M2", "sAQ BOL — k7m2\nhttps://a.kz/u/x"])
def test_in_a_whole_message_the_code_stands_behind_our_name(mark: str) -> None:
    assert campaign_codes.found_in(LONG + mark) == ("K7M2",)


@pytest.mark.parametrize(
    "text", ["", "MAMA", "2026", "4567", "РЕКА", "К7М2А", "АК7М2", "7М2", "O7M2", LONG + "K7M2", LONG + "Сақ бол бөлек K7M2"]
)
def test_words_numbers_and_strange_codes_are_none(text: str) -> None:
    assert campaign_codes.found_in(text) == ()


def test_what_is_known_to_be_a_question_may_be_longer() -> None:
    assert campaign_codes.found_in(LONG + "K7M2", question=True) == ("K7M2",)
    assert campaign_codes.found_in(3 * LONG + "K7M2", question=True) == ()


@given(st.text())
def test_any_text_may_be_asked_about(text: str) -> None:
    assert all(len(code) == 4 for code in campaign_codes.found_in(text))
