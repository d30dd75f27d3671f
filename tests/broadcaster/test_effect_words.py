import re
from datetime import timedelta

import pytest

from broadcaster import effect_words
from broadcaster.effect import Effect, Measure, Missing
from broadcaster.proportions import Share
from content import library
from content.language import Language
from tests.broadcaster.conftest import NOW

WORDS = library.load()
LATER = NOW + timedelta(hours=20)


def measured(warned: int, waited: int, *, of: int = 1_000) -> Measure:
    return Measure(
        taken_at=LATER,
        after=LATER - NOW,
        warned=Share(of=9 * of, hits=9 * warned),
        waited=Share(of=of, hits=waited),
        reached=8_120,
    )


def said(next: Measure | Missing, month: Measure | Missing = Missing.NO_SNAPSHOT_AFTER, *, language: Language) -> str:
    seen = Effect(next=next, month=month, window=(NOW, NOW + timedelta(hours=24)))
    return "\n".join(effect_words.say(seen, WORDS, language))


def test_an_effect_is_told_with_its_uncertainty() -> None:
    told = said(measured(312, 120), language=Language.RU)
    assert "По списку подписчиков от 22.11.2025 08:15 отписались 31,2 % предупреждённых и 12,0 % тех" in told
    assert re.search(
        r"Разница 19,2 процентного пункта \(с надёжностью 95 % от 16,\d до 21,\d\): предупреждение подействовало\.", told
    )
    assert "8 120 из 9 000" in told.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "worked", "chance", "backfired"),
    [
        (Language.KK, "ескерту нәтиже берді", "қорытынды жасауға болмайды", "шыққандар азырақ"),
        (Language.RU, "предупреждение подействовало", "вывода сделать нельзя", "отписывались реже"),
        (Language.EN, "the warning worked", "nothing can be concluded", "fewer of those warned left"),
    ],
)
def test_an_effect_chance_and_harm_are_told_apart(language: Language, worked: str, chance: str, backfired: str) -> None:
    assert worked in said(measured(312, 120), language=language)
    assert chance in said(measured(125, 120), language=language)
    assert backfired in said(measured(120, 312), language=language)


def test_a_fall_has_a_minus_and_not_a_hyphen() -> None:
    assert "−19,2" in said(measured(120, 312), language=Language.KK)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("missing", list(Missing))
def test_every_reason_for_no_measure_has_its_sentence(language: Language, missing: Missing) -> None:
    told = said(missing, missing, language=language)
    assert told.endswith(".")
    assert told.count("\n") == (missing is Missing.NO_SNAPSHOT_AFTER), "the same reason is given once, two dates are given twice"


def test_staff_are_told_when_to_take_the_lists() -> None:
    first, second = said(Missing.NO_SNAPSHOT_AFTER, language=Language.EN).split("\n")
    assert "between 21.11.2025 12:15 and 22.11.2025 12:15" in first
    assert "on 21.12.2025 12:15 or later" in second


def test_after_a_month_no_conclusion_about_the_warning_itself_is_drawn() -> None:
    told = said(measured(312, 120), measured(400, 300), language=Language.RU).split("\n")[1]
    assert "К этому времени предупреждены все" in told
    assert "подействовало" not in told


@pytest.mark.parametrize("language", list(Language))
def test_the_preview_says_what_would_show(language: Language) -> None:
    assert re.search(r"\b2[.,]2\b", effect_words.say_detectable(0.0224, WORDS, language))
    assert effect_words.say_detectable(None, WORDS, language).endswith(".")
