from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from broadcaster import campaign_content
from broadcaster.campaign_content import Content, Purpose
from content.language import Language

FILE: dict[str, Any] = {
    "name": "Пирамида",
    "scheme": "financial-pyramid",
    "purpose": "warn",
    "legal_basis": "consent",
    "segment": {"followers_of": "@pyramid_kz", "language": "ru"},
    "channels": ["telegram", "sms"],
    "text": {"kk": "Абай болыңыз!", "ru": "Будьте осторожны!"},
}


def content(**changes: object) -> Content:
    return Content.model_validate({**FILE, **changes})


def test_equal_content_has_one_hash_whatever_the_order() -> None:
    other = Content.model_validate(dict(reversed(FILE.items())) | {"segment": {"language": "ru", "followers_of": "@pyramid_kz"}})
    assert other.hash == content().hash
    assert campaign_content.kept(content().canonical()) == content()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Пирамида 2"},
        {"scheme": "romance"},
        {"purpose": "recall"},
        {"legal_basis": "public-task"},
        {"segment": {"everybody": True}},
        {"channels": ["sms", "telegram"]},
        {"text": {"kk": "Абай болыңыз!", "ru": "Будьте осторожны."}},
        {"emergency": True},
        {"budget": 1},
        {"control": 0.0},
        {"control_hours": 25},
        {"schedule": "2026-11-21 10:30"},
        {"repeat": {"every_weeks": 2, "until": "2027-06-30"}},
        {"whatsapp_template": {"kk": "HX" + "0" * 32, "ru": "HX" + "1" * 32}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_field_changes_the_hash(change: dict[str, object]) -> None:
    assert content(**change).hash != content().hash


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": {"kk": "Абай"}}, "ru must stand"),
        ({"text": {"en": "Mind"}}, "kk and ru must stand"),
        ({"text": {"kk": "", "ru": "b"}}, "at least 1"),
        ({"text": {"kk": "a", "ru": "b" * 4_001}}, "at most 4000"),
        ({"text": {"kk": "a\u202e", "ru": "b"}}, "U\\+202E, at place 2"),
        ({"text": {"kk": "a\0", "ru": "b"}}, "U\\+0000"),
        ({"name": "a\nb"}, "one line"),
        ({"channels": []}, "at least 1"),
        ({"channels": ["sms", "sms"]}, "stands twice"),
        ({"channels": ["paper", "sms"]}, "stands alone"),
        ({"channels": ["relay"]}, "relay reaches people who agreed to nothing"),
        ({"segment": {"planet": "mars"}}, "segment.planet"),
        ({"emergency": "yes"}, "boolean"),
        ({"emergency": True, "control": 0.1}, "nobody waits"),
        ({"budget": 0}, "greater than 0"),
        ({"budget": True}, "integer"),
        ({"control": 0.51}, "0.5"),
        ({"control": float("nan")}, "finite"),
        ({"control_hours": 0}, "greater than"),
        ({"schedule": "2026-02-30 10:00"}, "looks like"),
        ({"schedule": "завтра"}, "looks like"),
        ({"repeat": {"every_weeks": 0, "until": "2027-06-30"}}, "greater than"),
        ({"repeat": {"every_weeks": 53, "until": "2027-06-30"}}, "less than"),
        ({"repeat": {"every_weeks": True, "until": "2027-06-30"}}, "integer"),
        ({"repeat": {"every_weeks": 1, "until": "2027-02-30"}}, "looks like 2027-06-30"),
        ({"repeat": {"every_weeks": 1, "until": "20270630"}}, "looks like 2027-06-30"),
        ({"repeat": {"every_weeks": 1, "until": 5}}, "looks like 2027-06-30"),
        ({"repeat": {"every_weeks": 1, "until": datetime(2027, 6, 30, tzinfo=UTC)}}, "looks like 2027-06-30"),
        ({"repeat": {"every_weeks": 1, "until": "9999-12-31"}}, "less than"),
        ({"repeat": {"every_weeks": 1}}, "required"),
        ({"emergency": True, "repeat": {"every_weeks": 1, "until": "2027-06-30"}}, "does not repeat"),
        ({"channels": ["paper"], "drill": True, "repeat": {"every_weeks": 1, "until": "2027-06-30"}}, "does not repeat"),
        ({"schedule": "2027-07-01 10:00", "repeat": {"every_weeks": 1, "until": "2027-06-30"}}, "over before it begins"),
        ({"schedule": "0001-01-01 00:00"}, "looks like"),
        ({"whatsapp_template": {"kk": "HX" + "0" * 32}}, "ru must stand"),
        ({"whatsapp_template": {"kk": "x", "ru": "x"}}, "pattern"),
        ({"budgets": 5}, "not permitted"),
    ],
)
def test_what_cannot_be_sent_is_refused(change: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        content(**change)


def test_the_schedule_is_kazakhstan_time() -> None:
    assert content(schedule="2026-11-21 10:30").send_at == datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
    assert content().send_at is None


def test_a_drill_says_so_and_goes_to_paper() -> None:
    assert content(channels=["paper"], drill=True).drill
    assert not content(channels=["paper"]).drill
    with pytest.raises(ValidationError, match="its only channel is paper"):
        content(channels=["telegram"], drill=True)


def test_a_recall_asks_for_the_consent_of_the_warning_it_takes_back() -> None:
    assert [purpose.consent for purpose in Purpose] == ["warn", "educate", "warn"]


def test_decomposed_letters_are_composed_since_an_sms_pays_for_each() -> None:
    assert content(text={"kk": "и\u0306", "ru": "é\r\nя"}).text == {Language.KK: "й", Language.RU: "é\nя"}


@given(st.text(), st.text())
def test_whatever_is_taken_comes_back_the_same(kk: str, ru: str) -> None:
    try:
        taken = content(text={"kk": kk, "ru": ru})
    except ValidationError:
        return
    assert campaign_content.kept(taken.canonical()) == taken
    assert campaign_content.kept(taken.canonical()).hash == taken.hash
