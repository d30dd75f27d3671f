"""A number, a site or a law line is shown only when it is sure, sourced and checked within the year."""

import re
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

import pytest

from content.facts import SHOWABLE
from content.language import Language
from content.library import FactNotShown, Library, load
from tests.content.samples import answers, fields, sources, word_files

FAR = date(2099, 1, 1)
EMERGENCIES = ["menu", "paid_already", "told_code", "loan_in_my_name", "on_the_line"]
PLACE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def test_no_fact_is_stale_or_without_a_source(words: Library) -> None:
    today = datetime.now(UTC).date()
    assert not [id for id, fact in words.facts.by_id.items() if fact.valid_until < today], "check these again and date them"
    assert all(len(fact.source) > 10 for fact in words.facts.by_id.values())


def test_a_stale_fact_is_refused() -> None:
    last_day = load(today=date(2027, 11, 21))
    assert last_day.fact("police", Language.EN) == "102 (police)"
    assert last_day.facts.stale() == ()
    day_after = load(today=date(2027, 11, 22))
    assert "police" in day_after.facts.stale()
    with pytest.raises(FactNotShown, match=r"police: was valid until 2027-11-21"):
        day_after.fact("police", Language.EN)


@pytest.mark.parametrize("id", ["regulator", "agency_hotlines", "unconfirmed_sites", "art_217_1"])
def test_what_is_not_sure_is_refused(words: Library, id: str) -> None:
    with pytest.raises(FactNotShown, match="not shown as true"):
        words.fact(id, Language.RU)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("emergency", EMERGENCIES)
def test_an_emergency_is_answered_even_with_stale_facts(language: Language, emergency: str) -> None:
    name = f"emergency_{emergency}"
    assert load(today=FAR).answer(name, language) == load(today=date(2026, 11, 21)).answer(name, language)


@pytest.mark.parametrize("language", Language)
def test_another_answer_says_that_a_stale_fact_is_being_checked(language: Language) -> None:
    late = load(today=FAR)
    assert late.answer("stop_credit", language) == late.phrase("fact_being_checked", language)


@pytest.mark.parametrize("language", Language)
def test_a_verdict_never_rests_on_a_fact_that_can_grow_old(language: Language) -> None:
    late = load(today=FAR)
    verdicts = [name for name in answers(late, language) if name.startswith("verdict_")]
    assert len(verdicts) == 6
    for name in verdicts:
        assert late.answer(name, language, **fields(late, language)) != late.phrase("fact_being_checked", language)


def test_a_card_keeps_standing_when_its_law_line_grows_old(words: Library) -> None:
    late = load(today=FAR)
    for scheme, card in words.schemes.items():
        assert len(words.law(scheme, Language.KK)) == len(card.law)
        assert late.law(scheme, Language.KK) == ()


def test_every_template_asks_only_for_facts_that_may_be_shown(words: Library) -> None:
    for where, source in sources(words).items():
        for id in re.findall(r"\b(?:fact|value)\(\"(\w+)\"\)", source):
            assert words.facts.by_id[id].status in SHOWABLE, where


def bare(source: str) -> str:
    """A template without the places to fill in."""
    return PLACE.sub("", source)


def says(text: str, value: str) -> bool:
    return bool(re.search(rf"(?<![\w.,+-]){re.escape(value)}(?![\w-]|[.,]\w)", text))


def phone_values(words: Library) -> set[str]:
    return {value for fact in words.facts.by_id.values() for value in fact.values if value.isdigit()}


def test_a_phone_number_stands_in_a_template_only_through_a_fact(words: Library) -> None:
    phones = phone_values(words)
    assert {"102", "112", "1414", "7111"} <= phones
    for where, source in sources(words).items():
        assert not [phone for phone in phones if says(bare(source), phone)], where


def test_nothing_unsure_stands_anywhere_in_the_words(words: Library) -> None:
    unsure = set(chain.from_iterable(fact.values for fact in words.facts.by_id.values() if fact.status not in SHOWABLE))
    assert {"1459", "olx.kz", "eotinish.kz"} <= unsure
    for path in word_files(words):
        text = path.read_text(encoding="utf-8").lower()
        assert not [value for value in unsure if says(text, value)], path.name


def test_a_site_named_in_the_words_is_a_fact_or_leads_nowhere(words: Library) -> None:
    known = set(chain.from_iterable(fact.values for fact in words.facts.by_id.values() if fact.status in SHOWABLE))
    site = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:kz|com|org|net|ru|example|top|site|info|xyz|online|bank)\b")
    for path in word_files(words):
        if path.parent.name == "schemes":
            continue  # cards quote what fraudsters say
        text = "\n".join(line for line in bare(path.read_text(encoding="utf-8")).splitlines() if not line.startswith("#"))
        assert not [found for found in site.findall(text.lower()) if found not in known and not found.endswith(".example")], (
            path.name
        )


def test_a_number_in_a_card_is_a_fact_that_may_be_shown(words: Library) -> None:
    allowed = {
        value
        for value in phone_values(words)
        if any(value in f.values for f in words.facts.by_id.values() if f.status in SHOWABLE)
    }
    for path in Path(words.folder / "schemes").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert not [phone for phone in phone_values(words) - allowed if says(text, phone)], path.name
