"""Word lists and patterns, on small lists of our own; and the real ones are whole."""

from pathlib import Path

import pytest
import yaml

from bot.verdict.demands import HERE, read
from bot.verdict.vocabulary import MADE_OF_NUMBERS, NOT, Pattern, Vocabulary, WordsError

LISTS = {
    "not": {"ru": "не", "en": "never"},
    "without": {"en": "no"},
    "other": {"ru": "кодекс*"},
    "code": {"ru": "код*", "en": "code"},
    "tell": {"ru": "скажи*", "kk": "айт*", "en": "tell"},
    "not:tell": {"kk": "айтпа*"},
    "me": {"ru": "мне", "kk": "маған"},
    "courier": {"ru": "курьер*"},
    "currency": {"ru": "тенге"},
    "percent_word": {"ru": "процентов"},
    "unit": {"ru": "минут"},
    "short_number": {"all": "1414"},
}
HEARING = Vocabulary(LISTS, verbs=["tell"])


def found(text: str, pattern: str) -> str | None:
    span = HEARING.hear(text).find(Pattern.parse(pattern))
    return text[slice(*span)] if span else None


def test_a_pattern_is_found_in_any_order_and_quotes_from_the_first_to_the_last_word() -> None:
    assert found("Алия, скажите быстро код сюда", "tell code") == "скажите быстро код"
    assert found("Код мне скажи!", "tell code me") == "Код мне скажи"


def test_words_too_far_apart_are_no_pattern() -> None:
    assert found("скажи вот это слово код", "tell code /4") is not None
    assert found("скажи вот это слово код", "tell code /3") is None
    assert found("Скажи. Код", "tell code /5") is None


def test_an_excluded_meaning_near_by_speaks_against_it() -> None:
    assert found("скажи код курьеру", "tell code -courier") is None
    assert found("скажи код курьеру", "tell code -me") is not None


def test_not_turns_the_next_verb() -> None:
    assert found("не скажи код", "tell code") is None
    assert found("не скажи код", "not:tell code") == "скажи код"
    assert found("никогда не надо скажи код", "not:tell") == "скажи"
    assert found("не он, а ты скажи", "not:tell") is None
    assert found("кодты айтпаңыз", "not:tell code") == "кодты айтпаңыз"
    assert found("кодты айтпаңыз", "tell") is None


def test_other_takes_a_word_away_from_shorter_entries() -> None:
    assert found("кодекс", "code") is None
    assert found("кодом", "code") == "кодом"


def test_english_entries_are_for_latin_letters_only() -> None:
    assert found("no code", "without code") == "no code"
    assert found("но код", "without code") is None
    assert found("kod aityñyz", "tell code") == "kod aityñyz"


def test_one_word_does_not_stand_for_two_needs() -> None:
    twice = Vocabulary({"give": {"en": "deposit"}, "money_first": {"en": "deposit"}}, verbs=[])
    pattern = Pattern.parse("give money_first")
    assert twice.hear("a deposit").find(pattern) is None
    assert twice.hear("deposit the deposit").find(pattern) is not None


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("4821", "digits"),
        ("G-447120", "digits"),
        ("30-55-18", "digits"),
        ("5000 тенге", "money"),
        ("12 990 ₸", "money"),
        ("$500", "money"),
        ("30%", "percent"),
        ("20 процентов", "percent"),
        ("1414", "short_number"),
    ],
)
def test_a_number_is_heard_for_what_it_is(text: str, meaning: str) -> None:
    assert found(text, meaning) is not None


@pytest.mark.parametrize(
    "text", ["*4417", "№ 12", "18:00", "12.03.2026", "+77000000000", "200 минут", "77", "123456789", "5000 тенге"]
)
def test_what_is_no_code_is_not_heard_as_digits(text: str) -> None:
    assert found(text, "digits") is None


def test_several_words_spaced_out_as_one_are_all_heard() -> None:
    assert found("с к а ж и м н е к о д", "tell") is not None
    assert found("с к а ж и м н е к о д", "code") is not None


def test_a_beginning_too_short_is_refused_by_name() -> None:
    with pytest.raises(WordsError, match="tell: 'д\\*'"):
        Vocabulary({"tell": {"ru": "д*"}}, verbs=[])


def test_a_pattern_that_needs_a_list_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text("verbs: []\nwords: {code: {ru: код}}", encoding="utf-8")
    (tmp_path / "demands.yaml").write_text("asks_for_code: {says: [tell code]}", encoding="utf-8")
    with pytest.raises(WordsError, match="asks_for_code: no list of words called tell"):
        read(tmp_path)


def test_every_list_of_words_is_used() -> None:
    lists = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
    _, demands = read()
    used = {name for demand in demands for pattern in (*demand.says, *demand.told) for name in (*pattern.needs, *pattern.unless)}
    by_code = {"not", "other", "currency", "percent_word", "unit", "short_number"} | MADE_OF_NUMBERS
    needless = {name for name in lists["words"] if not {name, name.removeprefix(NOT), NOT + name} & used}
    assert needless <= by_code
    assert set(lists["verbs"]) <= set(lists["words"])
