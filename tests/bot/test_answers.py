"""A verdict in words: what is told, what is hidden, how sure we say we are."""

import pytest

from bot.answers import defanged, say, sentence, veiled
from bot.masking import mask
from bot.verdict import links
from bot.verdict.evidence import Evidence, Kind, Level, Verdict
from content.language import Language
from content.library import Library


def verdict(
    level: Level, *reasons: Evidence, scheme: str | None = None, confidence: float = 0.95, own_code: bool = False
) -> Verdict:
    return Verdict(level=level, scheme=scheme, confidence=confidence, reasons=reasons, checks=reasons, own_code=own_code)


def code(quote: str) -> Evidence:
    return Evidence(kind=Kind.ASKS_FOR_CODE, fired=True, quote=quote, weight=3.0)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("level", Level)
def test_every_level_is_said_in_every_language(words: Library, level: Level, language: Language) -> None:
    assert say(verdict(level), language, words).startswith(words.phrase(f"level_{level.value}", language))


def test_three_reasons_at_most_and_each_kind_once(words: Library) -> None:
    reasons = [
        code("код"),
        code("смс"),
        *(Evidence(kind=kind, fired=True, quote="тут") for kind in (Kind.HURRY, Kind.SECRECY, Kind.THREAT)),
    ]
    said = say(verdict(Level.SCAM, *reasons), Language.RU, words)
    assert said.count("– ") == 3
    assert "«код»" in said
    assert "«смс»" not in said


def test_steps_are_those_of_the_scheme_or_else_general(words: Library) -> None:
    named = say(verdict(Level.SCAM, scheme="romance"), Language.KK, words)
    assert all(step in named for step in words.card("romance", Language.KK).do_now)
    assert words.phrase("step_call_yourself", Language.KK) in say(verdict(Level.SCAM), Language.KK, words)


@pytest.mark.parametrize(("chance", "said"), [(0.95, "high"), (0.9, "high"), (0.8, "middle"), (0.5, "low")])
def test_confidence_is_said_in_words(words: Library, chance: float, said: str) -> None:
    assert words.phrase(f"confidence_{said}", Language.EN) in say(verdict(Level.SCAM, confidence=chance), Language.EN, words)


def test_a_one_time_code_is_told_to_nobody(words: Library) -> None:
    said = say(verdict(Level.NO_SIGNS, own_code=True), Language.EN, words)
    assert "Tell it to nobody" in said


def test_a_quote_is_masked_even_without_its_text(words: Library) -> None:
    assert "482193" not in sentence(code("назовите код 482193"), Language.RU, words)


def test_a_quote_is_masked_as_it_stands_in_the_text() -> None:
    text = "Код 482193, назовите 482193"
    reasons = veiled(verdict(Level.SCAM, code("назовите 482193")), mask(text)).reasons
    assert "482193" not in reasons[0].quote


def test_a_scheme_of_the_register_that_has_no_card_is_no_error(words: Library) -> None:
    assert say(verdict(Level.SCAM, scheme="not-a-scheme"), Language.RU, words)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("level", [Level.SCAM, Level.DOUBTFUL])
def test_the_scheme_and_the_confidence_stand_on_lines_of_their_own(words: Library, level: Level, language: Language) -> None:
    lines = say(verdict(level, scheme="romance"), language, words).splitlines()
    assert words.card("romance", language).name in lines[0]
    assert lines[1] == words.phrase("confidence_high", language)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("kaspi-bonus.top", "kaspi-bonus[.]top"),
        ("https://kaspi-bonus.top/pay.php?id=1", "kaspi-bonus[.]top/pay[.]php?id=1"),
        ("kaspi\u200b.\u200btop", "kaspi[.]top"),
        ("HTTP://45.1.2.3:80/a", "45[.]1[.]2[.]3:80/a"),
        ("http://1163002371/", "1163002371/"),
        ("каспи.қаз", "каспи[.]қаз"),
        ("kaspi。top", "kaspi[.]top"),
        ("tg://resolve?domain=kaspi_help", "resolve?domain=kaspi_help"),
        ("@kaspi_help, help@kaspi.top", "[@]kaspi_help, help[@]kaspi[.]top"),
        ("50.000 тенге до 12.05. Срочно", "50.000 тенге до 12.05. Срочно"),
        ("", ""),
    ],
)
def test_a_reported_link_can_be_read_and_not_pressed(words: Library, written: str, told: str) -> None:
    assert defanged(written) == told
    assert defanged(told) == told
    if written:
        assert f"«{told}»" in sentence(code(written), Language.RU, words)


@pytest.mark.parametrize(
    "text", ["https://kaspi-bonus.top/a", "https://kaspi.kz@evil.top", "@kaspi_support_kz", "http://45.1.2.3/"]
)
def test_no_link_of_a_judged_text_can_be_pressed(words: Library, text: str) -> None:
    fired = [check for check in links.check(text) if check.fired]
    assert fired
    for check in fired:
        told = sentence(check, Language.EN, words).replace("kaspi.kz", "", int(check.kind is not Kind.DISGUISED_LINK))
        assert not links.addresses(told.replace("[.]", " "))
        assert "@kaspi" not in told
