"""The training phrases: enough of each, no text under two intents, hardly any near-repeats."""

from collections import Counter, defaultdict

import pytest
import yaml

from nlu.evaluation.texts import CANARY, DEVELOPMENT, HELD_OUT, held_out
from nlu.normalising import normalise
from nlu.phrases import DATA, phrases
from nlu.similarity import near_repeats

GROUPS = yaml.safe_load((DATA.parent / "config.yml").read_text(encoding="utf-8"))["pipeline"][0]["groups"]
CONVERSATION, EMERGENCIES = GROUPS["talk"], GROUPS["emergency"]
GROUPED = {intent for members in GROUPS.values() for intent in members}
ALL = list(phrases())
SCHEMES = sorted({phrase.intent for phrase in ALL} - GROUPED)
ENOUGH = {
    **{intent: {"ru": 120, "kk": 120, "mixed": 40, "en": 20} for intent in SCHEMES},
    **{intent: {"ru": 50, "kk": 50, "mixed": 20, "en": 10} for intent in CONVERSATION},
    **{intent: {"ru": 100, "kk": 100, "mixed": 40, "en": 20} for intent in EMERGENCIES},
}


@pytest.mark.parametrize("intent", SCHEMES + CONVERSATION + EMERGENCIES)
def test_every_intent_has_enough_phrases_in_every_language(intent):
    have = Counter(phrase.language for phrase in ALL if phrase.intent == intent)
    short = {language: (have[language], need) for language, need in ENOUGH[intent].items() if have[language] < need}
    assert not short


@pytest.mark.parametrize("intent", ["genuine_message", "out_of_scope"])
def test_the_negatives_are_seven_hundred_with_enough_kazakh_and_russian(intent):
    have = Counter(phrase.language for phrase in ALL if phrase.intent == intent)
    assert sum(have.values()) >= 700
    assert have["kk"] >= 250
    assert have["ru"] >= 300


def test_no_text_stands_under_two_intents():
    intents = defaultdict(set)
    for phrase in ALL:
        intents[normalise(phrase.text)].add(phrase.intent)
    assert not {text: names for text, names in intents.items() if len(names) > 1}


@pytest.mark.parametrize("folder", [HELD_OUT, DEVELOPMENT, CANARY])
def test_no_examined_text_stands_in_the_training_phrases(folder):
    known = {normalise(phrase.text) for phrase in ALL}
    assert not [text.id for text in held_out(folder) if normalise(text.text) in known]


def test_near_repeats_stay_under_one_in_a_hundred():
    repeats = near_repeats([phrase.text for phrase in ALL])
    shown = [(ALL[i].file, ALL[i].text[:60], ALL[j].text[:60]) for i, j, _ in repeats[:10]]
    assert len(repeats) <= len(ALL) // 100, shown


def test_no_phrase_holds_rasa_entity_markup_and_every_file_is_one_language_and_intent():
    for phrase in ALL:
        assert "[" not in phrase.text, phrase
        assert phrase.file.replace(".learned.yml", ".yml") == f"{phrase.language}/{phrase.intent}.yml"


def test_the_domain_lists_exactly_the_intents_of_the_data():
    domain = yaml.safe_load((DATA.parent / "domain.yml").read_text(encoding="utf-8"))["intents"]
    assert sorted(domain) == sorted({phrase.intent for phrase in ALL})
