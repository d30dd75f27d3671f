"""The console's words: three languages with the same keys and the same places, and nothing that stands nowhere on a page."""

import json
import re
import shutil
from pathlib import Path

import pytest

from content import desk_words
from content.desk_words import DeskWords
from content.language import Language
from content.reading import ContentError

KAZAKH = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
CYRILLIC = re.compile(r"[а-яА-ЯёЁ]")
PLACE = re.compile(r"\{\{\s*(\w+).*?\}\}", re.DOTALL)
OTHER_TONGUES = ("Сақ бол", "Қазақша", "Русский", "English", "СТОП", "ТОҚТА", "START", "STOP")


@pytest.fixture(scope="module")
def said() -> DeskWords:
    return desk_words.load()


def every(words: DeskWords, language: Language) -> dict[str, str]:
    """All forms of a phrase in one text."""
    return {
        key: phrase if isinstance(phrase, str) else " ".join(phrase.values()) for key, phrase in words.phrases[language].items()
    }


def test_phrases_have_the_same_places_in_three_languages(said: DeskWords) -> None:
    kk, ru, en = ({key: set(PLACE.findall(text)) for key, text in every(said, each).items()} for each in Language)
    assert {key: places for key, places in kk.items() if not places == ru[key] == en[key]} == {}


def test_russian_and_english_are_not_left_in_another_tongue(said: DeskWords) -> None:
    for language, foreign in ((Language.RU, KAZAKH), (Language.EN, CYRILLIC)):
        for key, text in every(said, language).items():
            for name in OTHER_TONGUES:
                text = text.replace(name, "")
            assert not foreign.search(PLACE.sub("", text)), (key, text)


def test_the_tone_is_calm(said: DeskWords) -> None:
    for language in Language:
        assert [key for key, text in every(said, language).items() if "!" in text] == []


def test_a_phrase_with_a_number_takes_the_form_of_the_language(copy: Path) -> None:
    for language in Language:
        file = copy / "desk" / language.value / "desk.yaml"
        forms = {"one": "{{ n }} рассылка", "few": "{{ n }} рассылки", "many": "{{ n }} рассылок", "other": "{{ n }} рассылки"}
        told = forms if language is Language.RU else {"other": "{{ n }} campaigns"}
        file.write_text(f"{file.read_text()}counted: {json.dumps(told, ensure_ascii=False)}\n")
    words = desk_words.load(copy / "desk")
    assert [words.say("counted", Language.RU, n=n) for n in (1, 3, 5)] == ["1 рассылка", "3 рассылки", "5 рассылок"]
    assert words.say("counted", Language.KK, n=1) == "1 campaigns"


def test_a_missing_key_is_named_with_its_language(copy: Path) -> None:
    file = copy / "desk" / "kk" / "desk.yaml"
    file.write_text(re.sub(r"^nav_today:.*\n", "", file.read_text(), flags=re.MULTILINE))
    with pytest.raises(ContentError, match=r"desk/kk: nav_today: is missing"):
        desk_words.load(copy / "desk")


def test_a_key_that_stands_in_two_files_is_refused(copy: Path) -> None:
    shutil.copy(copy / "desk" / "ru" / "desk.yaml", copy / "desk" / "ru" / "once_more.yaml")
    with pytest.raises(ContentError, match="stands in another file too"):
        desk_words.load(copy / "desk")
