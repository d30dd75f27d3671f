"""Three languages with the same keys and the same places, each in its own tongue, and every reason has its sentence."""

import re
from pathlib import Path

import pytest

from content.language import Language
from content.library import Library
from tests.content.samples import KINDS, answers, placeholders, sources, word_files

DOCS = Path(__file__).parents[2] / "docs" / "content.md"
KAZAKH = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
PLACE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
OTHER_TONGUES = ("Сақ бол", "Қазақша", "Русский", "English")


def test_every_answer_stands_in_three_languages(words: Library) -> None:
    assert answers(words, Language.KK) == answers(words, Language.RU) == answers(words, Language.EN)


def answer_places(words: Library, name: str, language: Language) -> frozenset[str]:
    return placeholders(words, (words.folder / "answers" / language.value / f"{name}.j2").read_text(encoding="utf-8"))


def test_answers_have_the_same_places_in_three_languages(words: Library) -> None:
    for name in answers(words, Language.KK):
        kk, ru, en = (answer_places(words, name, language) for language in Language)
        assert kk == ru == en, name


def test_phrases_have_the_same_places_in_three_languages(words: Library) -> None:
    places: dict[str, dict[str, frozenset[str]]] = {}
    for where, source in sources(words).items():
        file, _, key = where.partition(":")
        if key:
            places.setdefault(key.partition(":")[0], {}).setdefault(file, frozenset())
            places[key.partition(":")[0]][file] |= placeholders(words, source)
    for key, by_file in places.items():
        assert len(by_file) == 3, key
        assert len(set(by_file.values())) == 1, (key, by_file)


def test_the_table_of_fields_in_the_docs_is_true(words: Library) -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = {name: {field.strip() for field in fields.split(",") if field.strip()} for name, fields in rows}
    assert told == {name: set(answer_places(words, name, Language.EN)) for name in answers(words, Language.EN)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_reason_has_a_sentence_in_three_languages(words: Library, kind: str) -> None:
    facts = {"quote", "is", "looks_like", "number", "country", "name", "scheme", "percent"}
    for language in Language:
        phrase = words.phrases[language][kind]
        assert isinstance(phrase, str)
        assert phrase.endswith("."), phrase
        assert placeholders(words, phrase) <= facts


def of_language(words: Library, language: Language) -> dict[str, str]:
    return {
        where: PLACE.sub("", source)
        for where, source in sources(words).items()
        if f"/{language.value}/" in where or f"/{language.value}.yaml" in where
    }


def test_kazakh_answers_are_kazakh(words: Library) -> None:
    for where, text in of_language(words, Language.KK).items():
        assert not re.search(r"[ъщЩ]", text), where
        if where.startswith("answers") and len(text.split()) > 8:
            assert KAZAKH.search(text), where


def test_russian_and_english_are_not_left_in_another_tongue(words: Library) -> None:
    for language, foreign in ((Language.RU, KAZAKH), (Language.EN, re.compile(r"[а-яА-ЯёЁ]"))):
        for where, text in of_language(words, language).items():
            for name in OTHER_TONGUES:
                text = text.replace(name, "")
            assert not foreign.search(text), where


def test_the_tone_is_calm(words: Library) -> None:
    for path in word_files(words):
        if path.parent.name == "schemes" or path.stem in {"drill", "tutorial"}:
            continue  # these quote fraudsters
        assert "!" not in PLACE.sub("", path.read_text(encoding="utf-8")), path


def test_nothing_is_called_safe(words: Library) -> None:
    """Only a fraudster's «safe account» may stand there, in quotation marks."""
    safe = re.compile(r"\bsafe\b|\bsafely\b|безопасн|қауіпсіз(?!дік)", re.IGNORECASE)
    for path in word_files(words):
        if path.parent.name in {"answers", "phrases", "kk", "ru", "en"}:
            assert not safe.search(re.sub(r"«[^»]*»", "", path.read_text(encoding="utf-8"))), path


def test_buttons_are_short(words: Library) -> None:
    for language in Language:
        labels = {key: text for key, text in words.phrases[language].items() if key.startswith("button_")}
        assert len(labels) > 30
        assert not [key for key, text in labels.items() if len(str(text)) > 32]
        plain = [text for text in labels.values() if isinstance(text, str) and "{{" not in text]
        assert len(plain) == len(set(plain)), "two buttons of one label cannot be told apart"


def test_emergency_buttons_have_their_answers(words: Library) -> None:
    for kind in ("paid_already", "told_code", "loan_in_my_name", "on_the_line"):
        assert f"button_{kind}" in words.phrases[Language.KK]
        assert f"emergency_{kind}" in answers(words, Language.KK)


def test_all_regions_have_three_names(words: Library) -> None:
    assert len(words.regions) == 20
    assert words.region("almaty", Language.KK) != words.region("almaty-region", Language.KK)
    assert all(len({names.kk, names.ru, names.en}) == 3 for names in words.regions.values())
