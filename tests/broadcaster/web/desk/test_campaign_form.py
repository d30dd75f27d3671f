"""Every content that staff can write is a form, and the form means that content again."""

from datetime import UTC, datetime

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


def test_a_waiting_group_of_nothing_is_not_a_waiting_group_unsaid() -> None:
    for typed, meant in (("", None), ("0", 0.0), ("2,5", 0.025), (" 5 % ", 0.05)):
        form = CampaignForm(fields={"control": typed})
        assert campaign_form._share(form, {}) == meant
