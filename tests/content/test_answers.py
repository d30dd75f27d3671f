"""What a citizen reads: it fits the channel, hides no key, and says what must be said."""

import re
from pathlib import Path

import pytest

from content.cards import Card
from content.language import Language
from content.library import Library, load
from tests.content.samples import LONGEST_CARD, answers, fields

LIMIT = 1_600  # WhatsApp through Twilio; Telegram's 4,096 holds it too
VERDICTS = ["verdict_scam", "verdict_doubtful", "verdict_no_signs", "verdict_own_code", "verdict_not_understood"]
EMERGENCIES = ["emergency_paid_already", "emergency_told_code", "emergency_loan_in_my_name", "emergency_on_the_line"]


def cards(words: Library, language: Language) -> dict[str, Card]:
    return {"longest": LONGEST_CARD} | {id: scheme.card(language) for id, scheme in words.schemes.items()}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_on_every_card_fits(words: Library, language: Language, verdict: str) -> None:
    for id, card in cards(words, language).items():
        said = words.answer(verdict, language, **fields(words, language, card.name, card))
        assert len(said) <= LIMIT, (id, len(said))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", answers(load(), Language.KK))
def test_every_answer_fits_and_shows_no_raw_key(words: Library, language: Language, name: str) -> None:
    for id, card in cards(words, language).items():
        if id == "longest" and name == "scheme_card":
            continue  # real cards are what is shown; none is at all its limits at once
        said = words.answer(name, language, **{**fields(words, language, card.name, card), "law": law(words, id, language)})
        assert 0 < len(said) <= LIMIT, (id, len(said))
        assert not re.search(r"[{}]|None|Undefined|\n\n\n", said), said
        assert not re.search(r"(?<![/\w])[a-z]+_[a-z_]+", said), said
        assert not re.search(r"[ \t]\n|  ", said), said


def law(words: Library, scheme: str, language: Language) -> tuple[str, ...]:
    return words.law(scheme, language) if scheme in words.schemes else ()


@pytest.mark.parametrize("language", Language)
def test_a_verdict_says_level_scheme_reasons_steps_and_how_we_know(words: Library, language: Language) -> None:
    given = {
        "scheme_name": "SCHEME",
        "confidence": words.phrase("confidence_high", language),
        "reasons": ["REASON ONE", "REASON TWO"],
        "steps": ["STEP ONE", "STEP TWO"],
        "how_we_know": words.phrase("how_automatic", language),
        "notes": ["NOTE"],
    }
    said = words.answer("verdict_scam", language, **given)
    lines = said.splitlines()
    assert lines[0] == f"{words.phrase('level_scam', language)}: SCHEME."
    assert lines[1] == given["confidence"]
    assert {"– REASON ONE", "– REASON TWO", "1. STEP ONE", "2. STEP TWO", "NOTE", str(given["how_we_know"])} <= set(lines)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("level", ["scam", "doubtful", "no_signs"])
def test_a_verdict_without_scheme_and_reasons_has_no_holes(words: Library, language: Language, level: str) -> None:
    empty = {"scheme_name": "", "confidence": "C.", "reasons": [], "steps": [], "how_we_know": "H.", "notes": []}
    said = words.answer(f"verdict_{level}", language, **empty)
    assert said.startswith(words.phrase(f"level_{level}", language) + ".")
    assert not re.search(r"«»|: ?\n\n|:\n?$|–\s*$", said), said


@pytest.mark.parametrize("language", Language)
def test_unsure_says_what_to_add(words: Library, language: Language) -> None:
    said = words.answer("verdict_not_understood", language, reasons=[], notes=[])
    assert said.startswith(words.phrase("level_not_understood", language))
    assert said.count("\n– ") == 3


TELL_NOBODY = {
    Language.KK: "ешкімге айтпаңыз",
    Language.RU: "Не говорите и не пересылайте его никому",
    Language.EN: "Tell it to nobody",
}


@pytest.mark.parametrize("language", Language)
def test_a_code_of_ones_own_must_be_told_to_nobody(words: Library, language: Language) -> None:
    said = words.answer("verdict_own_code", language, how_we_know="", notes=[])
    assert TELL_NOBODY[language] in said
    assert words.phrase("level_no_signs", language) in said


BANK = {Language.KK: "картаның артында", Language.RU: "номер на обороте карты", Language.EN: "on the back of your card"}
SAME_GANG = {Language.KK: "сол топ", Language.RU: "той же групп", Language.EN: "the same gang"}
HANG_UP = {Language.KK: "тұтқаны қойыңыз", Language.RU: "Положите трубку", Language.EN: "Hang up"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EMERGENCIES)
def test_an_emergency_answer_has_numbered_steps_police_and_the_rescuer(words: Library, language: Language, name: str) -> None:
    said = words.answer(name, language)
    assert [int(n) for n in re.findall(r"^(\d)\. ", said, flags=re.MULTILINE)] == [1, 2, 3, 4, 5, 6]
    assert "102" in said
    assert SAME_GANG[language] in said.replace("группы", "групп")
    assert BANK[language] in said or name == "emergency_loan_in_my_name"


@pytest.mark.parametrize("language", Language)
def test_on_the_line_begins_with_hanging_up(words: Library, language: Language) -> None:
    assert HANG_UP[language] in words.answer("emergency_on_the_line", language).splitlines()[0]


@pytest.mark.parametrize("language", Language)
def test_after_paying_the_bank_comes_first_and_the_police_after_it(words: Library, language: Language) -> None:
    said = words.answer("emergency_paid_already", language)
    assert said.index("1. ") < said.index(BANK[language]) < said.index("\n2. ") < said.index("102")


@pytest.mark.parametrize("language", Language)
def test_until_there_are_volunteers_nobody_is_promised(words: Library, language: Language) -> None:
    said = words.answer("no_volunteers_yet", language)
    assert {Language.KK: "уәде ете алмаймын", Language.RU: "не обещаю", Language.EN: "cannot promise"}[language] in said
    assert "102" in said


def test_the_words_stay_plain_text(words: Library) -> None:
    """No markup that a chat would swallow or a page would run, and nothing is escaped on the way."""
    for path in Path(words.folder / "answers").rglob("*.j2"):
        assert not re.search(r"<[a-z/]|\*\*|__|&\w+;|\]\(", path.read_text(encoding="utf-8")), path
    assert (
        words.phrase("hurry", Language.EN, quote="<b>now & here</b>")
        == "They rush you and leave no time to think: «<b>now & here</b>»."
    )
