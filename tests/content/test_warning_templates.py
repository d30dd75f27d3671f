import re
from pathlib import Path

import pytest

from content import warning_templates
from content.language import Language
from content.reading import ContentError

NAMES = warning_templates.names()
KAZAKH = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
TWO_SEGMENTS = 134
LONG_WORD = "@pyramid_kz_1"


def folder_with(tmp_path: Path, **sources: str) -> Path:
    for language in Language:
        (tmp_path / language).mkdir()
        (tmp_path / language / "x.j2").write_text(sources.get(language.value, sources["kk"]), encoding="utf-8")
    return tmp_path


def test_there_is_something_to_choose_from() -> None:
    assert len(NAMES) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_a_template_stands_in_three_languages_and_fits_two_segments(name: str) -> None:
    template = warning_templates.load(name)
    for language in Language:
        text = template.render(language, dict.fromkeys(template.fields, LONG_WORD))
        assert len(text) <= (TWO_SEGMENTS if language is not Language.EN else 160), (language, len(text))
        assert "{" not in text


@pytest.mark.parametrize("name", NAMES)
def test_each_language_is_its_own(name: str) -> None:
    template = warning_templates.load(name)
    text = {language: template.render(language, dict.fromkeys(template.fields, "x")) for language in Language}
    assert KAZAKH.search(text[Language.KK])
    assert not re.search(r"[ъщЩ]", text[Language.KK])
    assert not KAZAKH.search(text[Language.RU])
    assert re.search(r"[а-я]", text[Language.RU])
    assert not re.search(r"[а-яё]", text[Language.EN], re.IGNORECASE)


def test_a_missing_variable_is_an_error_not_a_gap() -> None:
    template = warning_templates.load("financial-pyramid")
    with pytest.raises(ContentError, match="account"):
        template.render(Language.RU, {})


def test_a_variable_is_never_a_template_itself() -> None:
    template = warning_templates.load("financial-pyramid")
    assert "{{ 7 * 7 }}" in template.render(Language.RU, {"account": "{{ 7 * 7 }}"})


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'а' * 10 ** 8 }}",
        "{{ account.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% for n in range(10 ** 9) %}а{% endfor %}",
        "{% include 'kk/drop.j2' %}",
        "{{ account | upper }}",
        "{{ lipsum() }}",
        "{{ account['x'] }}",
        "{% set account = 1 %}{{ account }}",
        "{{ 7 }}",
    ],
)
def test_a_template_only_fills_in_words(tmp_path: Path, source: str) -> None:
    """S3."""
    with pytest.raises(ContentError, match="plain"):
        warning_templates.load("x", folder_with(tmp_path, kk=source))


def test_languages_with_other_fields_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="other fields"):
        warning_templates.load("x", folder_with(tmp_path, kk="{{ a }}", ru="{{ b }}"))


def test_a_broken_or_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no template"):
        warning_templates.load("x", folder_with(tmp_path, kk="{{ a"))
    (tmp_path / "ru" / "x.j2").unlink()
    with pytest.raises(ContentError, match="cannot be read"):
        warning_templates.load("x", tmp_path)
    for name in ("y", "../kk/x", "/etc/passwd", ""):
        with pytest.raises(ContentError, match="no such template"):
            warning_templates.load(name, tmp_path)
