"""Every content that staff can write is a form, and the form means that content again."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.datastructures import ImmutableMultiDict

from broadcaster.campaign_content import Content, Template
from broadcaster.web.desk import campaign_form
from broadcaster.web.desk.campaign_form import CampaignForm
from content import warning_templates
from content.language import Language
from tests.broadcaster.web.conftest import WORDS
from tests.broadcaster.web.desk.conftest import SAID

NOW = datetime(2026, 11, 21, tzinfo=UTC)

words = st.text(st.characters(categories=["L", "N", "P", "S"]) | st.just(" "), min_size=1, max_size=60).filter(str.strip)
sids = st.text("0123456789abcdef", min_size=32, max_size=32).map("HX".__add__)
channels = st.lists(st.sampled_from(["telegram", "push", "whatsapp", "sms"]), min_size=1, unique=True) | st.just(["paper"])
moments = st.datetimes(datetime(2027, 1, 1), datetime(2030, 1, 1)).map(lambda at: f"{at:%Y-%m-%d %H:%M}")  # noqa: DTZ001
repeats = st.builds(
    lambda weeks, until: {"every_weeks": weeks, "until": until.isoformat()},
    st.integers(1, 52),
    st.dates(date(2030, 1, 1), date(2099, 12, 31)),
)
in_languages = st.fixed_dictionaries({"kk": words, "ru": words}, optional={"en": words})


@st.composite
def contents(draw: st.DrawFn) -> Content:
    raw = {
        "name": draw(words),
        "scheme": draw(st.sampled_from(sorted(WORDS.schemes))),
        "purpose": draw(st.sampled_from(["warn", "educate", "recall"])),
        "legal_basis": draw(st.sampled_from(["consent", "public-task", "partner-contract"])),
        "segment": draw(
            st.sampled_from([{"language": "kk"}, {"followers_of": "@x"}, {"any": [{"region": "abai"}, {"topic": "romance"}]}])
        ),
        "channels": draw(channels),
        "text": draw(in_languages),
        "emergency": draw(st.booleans()),
        "budget": draw(st.none() | st.integers(1, 10**10)),
        "control": draw(st.none() | st.decimals(0, "0.5", places=4).map(float)),
        "control_hours": draw(st.integers(1, 720)),
        "whatsapp_template": draw(st.none() | st.fixed_dictionaries({"kk": sids, "ru": sids}, optional={"en": sids})),
        "schedule": draw(st.none() | moments),
    }
    if draw(st.booleans()):
        variables = {"site": draw(words), "real": draw(in_languages)}
        template = warning_templates.load("phishing-link")
        raw["template"] = {"name": "phishing-link", "variables": variables}
        made = Template.model_validate(raw["template"])
        raw["text"] = {
            language.value: template.render(language, made.words(language))
            for language in Language
            if made.words(language).keys() == template.fields
        }
    if raw["emergency"]:
        raw["control"] = None
    raw["drill"] = raw["channels"] == ["paper"] and draw(st.booleans())
    if not (raw["emergency"] or raw["drill"]):
        raw["repeat"] = draw(st.none() | repeats)
    try:
        return Content.model_validate(raw)
    except ValidationError:  # NFC may lengthen a word beyond what fits
        return draw(contents())


@given(contents())
def test_every_content_is_a_form_that_means_it(content: Content) -> None:
    form = campaign_form.of(content)
    meaning = campaign_form.read(form, words=WORDS, now=NOW)
    assert meaning.mistakes == {}
    assert meaning.content
    assert meaning.content.canonical() == content.canonical()


anything = st.dictionaries(
    st.sampled_from(sorted(campaign_form.NAMES)) | st.sampled_from(["var-site", "var-real-kk", "segment-kept", "group-0-rule"]),
    st.text(max_size=40)
    | st.sampled_from(
        ["phishing-link", "paper", "relay", "yes", "language:kk", "followers_of", "{}", "2027-01-01T10:30", "9" * 30]
    ),
)


@given(anything)
def test_whatever_is_typed_is_kept_and_answered_in_sentences(fields: dict[str, str]) -> None:
    form = campaign_form.typed(ImmutableMultiDict(fields))
    meaning = campaign_form.read(form, words=WORDS, now=NOW)
    assert (meaning.content is None) is bool(meaning.mistakes)
    for mistake in meaning.mistakes.values():
        for language in Language:
            assert SAID.say(f"mistake_{mistake.kind}", language, **mistake.fields)
    assert all(form[name] == value for name, value in fields.items() if name in campaign_form.NAMES)


def test_a_new_form_wants_only_what_nobody_can_guess() -> None:
    meaning = campaign_form.read(campaign_form.empty(), words=WORDS, now=NOW)
    assert set(meaning.mistakes) == {"name", "scheme", "group-0-0", "text-kk", "text-ru"}


def test_what_is_wrong_with_the_repetition_is_said_at_its_field() -> None:
    for typed, wrong in (
        ({"repeat_weeks": "2"}, {"repeat_until": "repeat_until"}),
        ({"repeat_until": "2027-06-30"}, {"repeat_weeks": "repeat_weeks"}),
        ({"repeat_weeks": "zwei", "repeat_until": "2027-06-30"}, {"repeat_weeks": "repeat_weeks"}),
        ({"repeat_weeks": "53", "repeat_until": "2027-06-30"}, {"repeat_weeks": "repeat_weeks"}),
        ({"repeat_weeks": "2", "repeat_until": "30 июня"}, {"repeat_until": "repeat_until"}),
        ({"repeat_weeks": "2", "repeat_until": "2026-11-20"}, {"repeat_until": "past"}),
        ({"repeat_weeks": "2", "repeat_until": "2027-06-30", "emergency": "yes"}, {"repeat_weeks": "repeat_alone"}),
        (
            {"repeat_weeks": "2", "repeat_until": "2027-06-30", "schedule": "2027-07-01T10:00"},
            {"repeat_until": "repeat_over"},
        ),
        ({"repeat_weeks": " ", "repeat_until": " "}, {}),
    ):
        mistakes = campaign_form.read(whole(**typed), words=WORDS, now=NOW).mistakes
        assert {field: mistake.kind for field, mistake in mistakes.items()} == wrong, typed


def test_a_copy_is_no_part_of_the_series() -> None:
    form = campaign_form.for_another(whole(repeat_weeks="2", repeat_until="2027-06-30", schedule="2027-01-04T10:00"))
    meaning = campaign_form.read(form, words=WORDS, now=NOW)
    assert meaning.content
    assert (meaning.content.repeat, meaning.content.schedule) == (None, None)


def whole(**fields: str) -> CampaignForm:
    """Nothing is wrong with it but what `fields` bring."""
    written = Content.model_validate(
        {
            "name": "n",
            "scheme": "romance",
            "purpose": "warn",
            "legal_basis": "consent",
            "segment": {"language": "kk"},
            "channels": ["telegram"],
            "text": {"kk": "Абай болыңыз", "ru": "Осторожно"},
        }
    )
    form = campaign_form.of(written)
    return replace(form, fields={**form.fields, **fields})


def test_a_waiting_group_of_nothing_is_not_a_waiting_group_unsaid() -> None:
    for typed, meant in (("", None), ("0", 0.0), ("2,5", 0.025), (" 5 % ", 0.05)):
        form = CampaignForm(fields={"control": typed})
        assert campaign_form._share(form, {}) == meant
