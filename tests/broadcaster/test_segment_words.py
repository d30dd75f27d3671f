import string
from functools import cache
from importlib import resources
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.segment_rules import Everybody, FollowersOf, HasTopic, LivesIn, Rule, Speaks, parse
from broadcaster.segment_words import explain, meant_and_left_out
from content import library
from content.language import Language
from content.library import Library
from tests.broadcaster.test_segment_rules import rules
from tests.broadcaster.test_segments import holds


@cache
def words() -> Library:
    return library.load()


@pytest.mark.parametrize(
    ("raw", "kk", "ru", "en"),
    [
        ({"everybody": True}, "Бізге белгілі барлық адам", "Все, кого мы знаем", "Everybody we know"),
        (
            {"followers_of": "@pyramid_kz"},
            "@pyramid_kz парақшасының жазылушылары",
            "Подписчики @pyramid_kz",
            "Followers of @pyramid_kz",
        ),
        (
            {"followers_of": "@pyramid_kz", "language": "ru", "exclude": {"channel": "sms"}},
            "@pyramid_kz парақшасының орысша жазатын жазылушылары, SMS арқылы жазуға болатындардан басқасы",
            "Подписчики @pyramid_kz, которые пишут по-русски, кроме тех, кто доступен по SMS",
            "Followers of @pyramid_kz who write in Russian, except those who can be reached by SMS",
        ),
        (
            {"not": {"any": [{"language": "kk"}, {"followers_of": "@profit"}]}},
            "Бізге белгілі барлық адам, қазақша жазатын немесе @profit парақшасына жазылғандардан басқасы",
            "Все, кого мы знаем, кроме тех, кто пишет по-казахски или подписан на @profit",
            "Everybody we know, except those who write in Kazakh or follow @profit",
        ),
        (
            {"topic": "financial-pyramid", "any": [{"region": "abai"}, {"not": {"reporters_of": "financial-pyramid"}}]},
            "«Қаржы пирамидасы» тақырыбына жазылған әрі "
            "(тұратын жері «Абай облысы» деп көрсетілген немесе «Қаржы пирамидасы» тәсілі туралы хабарламаған) адамдар",
            "Люди, которые подписаны на тему «Финансовая пирамида» и "
            "(живут в регионе «область Абай» или не сообщали о схеме «Финансовая пирамида»)",
            "People who subscribe to the topic “A financial pyramid” and "
            "(live in Abai Region or never reported the scheme “A financial pyramid”)",
        ),
        (
            {"any": [{"language": "kk"}, {"channel": "push"}, {"channel": "relay"}]},
            "Қазақша жазатын, push-хабарлама арқылы жазуға болатын немесе серіктес арқылы жазуға болатын адамдар",
            "Люди, которые пишут по-казахски, доступны через push-уведомления или доступны через партнёра",
            "People who write in Kazakh, can be reached by push notification or can be reached through a partner",
        ),
        (
            {"not": {"not": {"followers_of": "kaspi-bonus.top"}}},
            "«kaspi-bonus.top» парақшасының жазылушылары",
            "Подписчики «kaspi-bonus.top»",
            "Followers of “kaspi-bonus.top”",
        ),
    ],
)
def test_a_segment_is_said_as_a_person_would_say_it(raw: object, kk: str, ru: str, en: str) -> None:
    said = {language: explain(parse(raw), language, words()) for language in Language}
    assert said == {Language.KK: kk, Language.RU: ru, Language.EN: en}


@pytest.mark.parametrize("language", Language)
def test_a_number_is_masked_and_a_word_that_left_the_content_is_said_as_it_stands(language: Language) -> None:
    assert "+7701***4567 " in f"{explain(FollowersOf('8 701 123 45 67'), language, words())} "
    assert "a-region-of-old" in explain(LivesIn("a-region-of-old"), language, words())
    assert "a-scheme-of-old" in explain(HasTopic("a-scheme-of-old"), language, words())
    assert "{it}" in explain(LivesIn("{it}"), language, words())


@settings(deadline=None)
@given(rules(), st.sampled_from(Language))
def test_any_rule_can_be_said_with_every_name_and_nothing_left_to_fill_in(rule: Rule, language: Language) -> None:
    said = explain(rule, language, words())
    assert said[0] == said[0].upper()
    assert not set("{}") & set(said)
    assert "  " not in said
    assert said.count("(") == said.count(")")


@settings(deadline=None)
@given(rules(), st.sets(st.sampled_from([Speaks(Language.KK), Speaks(Language.RU), LivesIn("almaty"), FollowersOf("@profit")])))
def test_what_is_said_is_what_the_rule_means(rule: Rule, truth: set[Rule]) -> None:
    person = {*truth, Everybody()}
    meant, left_out = meant_and_left_out(rule)
    assert holds(rule, person) == (
        all(holds(each, person) for each in meant) and not any(holds(each, person) for each in left_out)
    )


def test_every_language_has_every_form_with_the_same_names_to_fill_in() -> None:
    file = resources.files("broadcaster").joinpath("segment_words.yaml")
    raw: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    shapes = {language: shape(raw[language]) for language in Language}
    assert shapes[Language.KK] == shapes[Language.RU] == shapes[Language.EN]
    assert set(raw["kk"]["channels"]) == {"telegram", "push", "whatsapp", "sms", "relay"}


def shape(words: object) -> object:
    if isinstance(words, dict):
        return {key: shape(value) for key, value in words.items()}
    return sorted({name for _, name, _, _ in string.Formatter().parse(str(words)) if name})
