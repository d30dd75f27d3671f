import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import campaign_files
from broadcaster.campaign_content import Content
from broadcaster.campaign_files import BadCampaign
from content import library
from content.language import Language

WORDS = library.load()
GOOD = """\
name: Пирамида
scheme: financial-pyramid
purpose: warn
legal_basis: consent
segment:
  followers_of: "@pyramid_kz"
  exclude: {region: almaty}
channels: [telegram, sms]
text:
  kk: Абай болыңыз!
  ru: Будьте осторожны!
"""
BY_TEMPLATE = GOOD.partition("text:")[0]


def read(text: str) -> Content:
    return campaign_files.read(text.encode(), WORDS)


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(BadCampaign) as caught:
        campaign_files.read(text.encode() if isinstance(text, str) else text, WORDS)
    return str(caught.value).splitlines()


def test_a_good_file_is_read() -> None:
    content = read(GOOD)
    assert content.name == "Пирамида"
    assert content.text == {Language.KK: "Абай болыңыз!", Language.RU: "Будьте осторожны!"}
    assert campaign_files.read(b"\xef\xbb\xbf" + GOOD.encode(), WORDS) == content, "as Notepad saves it"


def test_the_example_of_the_issue_is_read() -> None:
    read(
        "{name: t, scheme: financial-pyramid, purpose: warn, legal_basis: consent, "
        'segment: {followers_of: "@pyramid_kz"}, channels: [telegram, sms], text: {kk: "…", ru: "…"}}'
    )


def test_all_mistakes_are_told_at_once_by_their_lines() -> None:
    told = problems(
        GOOD.replace("financial-pyramid", "moon")
        .replace("purpose: warn", "purpose: shout")
        .replace("region: almaty", "region: mars")
        .replace("[telegram, sms]", "[telegram, fax]")
        .replace("  kk: Абай болыңыз!\n", "")
        + "color: red\n"
    )
    assert [line.split(":")[:2] for line in told] == [
        ["line 2", " scheme"],
        ["line 3", " purpose"],
        ["line 7", " segment.exclude.region"],
        ["line 8", " channels.1"],
        ["line 9", " text"],
        ["line 11", " color"],
    ]
    assert "kk must stand here too" in told[4]


def test_a_template_becomes_words_in_all_languages() -> None:
    content = read(f"{BY_TEMPLATE}template:\n  name: financial-pyramid\n  variables: {{account: '@pyramid_kz'}}\n")
    assert set(content.text) == set(Language)
    assert all("@pyramid_kz" in text for text in content.text.values())


def test_variables_may_differ_by_language_and_english_may_be_left_out() -> None:
    content = read(
        f"{BY_TEMPLATE}template:\n  name: phishing-link\n  variables:\n    site: kaspl.kz\n"
        "    real: {kk: Каспий банкі, ru: банк Каспий}\n"
    )
    assert set(content.text) == {Language.KK, Language.RU}
    assert "Каспий банкі" in content.text[Language.KK]
    assert "банк Каспий" in content.text[Language.RU]


def test_a_missing_variable_is_told_by_line_and_language() -> None:
    told = problems(
        f"{BY_TEMPLATE}template:\n  name: phishing-link\n  variables:\n"
        "    site: kaspl.kz\n    real: {kk: Каспий банкі}\n    x: y\n"
    )
    assert told == [
        "line 13: template.variables.real: is missing in ru",
        "line 14: template.variables.x: the template has no such variable",
    ]
    assert problems(f"{BY_TEMPLATE}template: {{name: phishing-link, variables: {{site: a}}}}\n") == [
        "line 9: template.variables.real: is missing in kk",
        "line 9: template.variables.real: is missing in ru",
    ]


def test_an_unknown_template_names_the_known_ones() -> None:
    (told,) = problems(f"{BY_TEMPLATE}template: {{name: ../../etc/passwd}}\n")
    assert told.startswith("line 9: template.name")
    assert "financial-pyramid" in told


def test_text_and_template_together_are_refused() -> None:
    assert problems(f"{GOOD}template: {{name: drop}}\n") == ["line 12: template: a campaign has a text or a template, not both"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD + "name: again\n", "line 12: the key name stands twice"),
        (GOOD.replace("  ru:", "  kk: x\n  ru:"), "line 11: text: the key kk stands twice"),
        ("a: &a [x, x]\nb: [*a, *a]\n", "line 2: no aliases"),
        ("a: !!python/object/apply:os.system [id]\n", "line 1: no tags"),
        ("a: !!binary QQ==\n", "line 1: no tags"),
        (GOOD + "<<: {emergency: true}\n", "line 12: a key is a word"),
        (GOOD + "1: x\n", "line 12: a key is a word"),
        (GOOD + "no: x\n", "line 12: a key is a word"),
        ("[" * 60_000, "levels deep"),
        ("{a: " * 15_000, "levels deep"),
        ("a: b: c\n", "line 1: is not YAML"),
        ("a: '\n\n", "is not YAML"),
        (GOOD + "---\nname: x\n", "is not YAML"),
        ("- a\n", "keys and values"),
        ("", "keys and values"),
        ("a: \0", "does not know"),
        ("budget: " + "9" * 10_000, "does not know"),
        ("schedule: 2026-13-45 00:00:00\n", "does not know"),
        (b"name: \xcf\xe8\xf0\n", "line 1: is not UTF-8"),
        (b"a: b\n" + b"#" * 70_000, "at most 65536 bytes"),
    ],
)
def test_hostile_files_are_refused_with_the_line(text: str | bytes, reason: str) -> None:
    assert reason in problems(text)[0]


def test_a_billion_laughs_end_at_the_first() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert problems(bomb) == ["line 2: no aliases: write it out"]


@settings(max_examples=200)
@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_content_or_problems(text: str) -> None:
    with pytest.raises(BadCampaign):
        read(text)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from([*Content.model_fields, "x"])


@settings(max_examples=300)
@given(st.dictionaries(_FIELDS, _VALUES, max_size=6))
def test_any_value_in_any_field_is_content_or_problems(changes: dict[str, object]) -> None:
    raw = {**yaml.safe_load(GOOD), **changes}
    try:
        content = read(yaml.safe_dump(raw, allow_unicode=True))
    except BadCampaign:
        return
    assert content.hash
