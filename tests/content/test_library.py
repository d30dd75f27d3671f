"""The library reads all words, or says which file and key to mend."""

import subprocess
import sys
from pathlib import Path

import pytest

from content.language import Language
from content.library import ContentError, Library, load
from tests.content.samples import LONGEST_CARD


def test_the_words_are_found_from_any_working_folder(tmp_path: Path) -> None:
    code = (
        "from content.language import Language; from content.library import load; "
        "print(load().phrase('button_emergency', Language.EN))"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "Urgent help"


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("phrases/ru.yaml", "button_emergency:", "button_emergencies:", ("kk.yaml", "button_emergencies")),
        ("phrases/kk.yaml", "level_scam: Алаяқтық белгілері бар\n", "", ("kk.yaml", "level_scam")),
        ("phrases/en.yaml", "level_scam:", "level_scam: twice\nlevel_scam:", ("en.yaml", "level_scam")),
        ("phrases/en.yaml", "level_scam: There are signs of a scam", 'level_scam: ""', ("en.yaml", "level_scam")),
        ("phrases/ru.yaml", '  other: "{{ n }} дня"\n', "", ("ru.yaml", "days")),
        ("phrases/ru.yaml", '  few: "{{ n }} дня"', '  several: "{{ n }} дня"', ("ru.yaml", "days")),
        (
            "facts.yaml",
            'police: {status: official, values: ["102"]',
            'police: {status: sure, values: ["102"]',
            ("facts.yaml", "police"),
        ),
        ("facts.yaml", 'source: "https://egov.kz", ', "", ("facts.yaml", "egov.source")),
        ("facts.yaml", "valid_until: 2027-11-21", "valid_until: 2028-11-21", ("facts.yaml", "fire", "at most one year")),
        ("facts.yaml", "valid_until: 2027-11-21", "valid_until: 2027-02-30", ("facts.yaml", "impossible value")),
        ("drill.yaml", "  scam: true\n", "  scam: perhaps\n", ("drill.yaml", "0.scam")),
        ("regions.yaml", "abai: {kk: Абай облысы, ", "abai: {", ("regions.yaml", "abai.kk")),
        ("regions.yaml", "abai: {", "abai: {{", ("regions.yaml", "is not YAML")),
    ],
)
def test_a_spoilt_file_is_named_with_its_key(copy: Path, file: str, old: str, new: str, named: tuple[str, ...]) -> None:
    spoil(copy / file, old, new)
    with pytest.raises(ContentError) as refused:
        load(copy)
    assert all(part in str(refused.value) for part in named), str(refused.value)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "phrases" / "kk.yaml").unlink()
    with pytest.raises(ContentError, match=r"kk\.yaml: cannot be read"):
        load(copy)


CARD = """
  name: A scheme
  how: It works so.
  signs: [one, two, three]
  they_say: [one, two, three]
  do_now: [one, two, three]
  never: [one, two]
"""


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("id: other-name\nharm: high\nlaw: []\nletter: null", "is other-name"),
        ("id: a-scheme\nharm: awful\nlaw: []\nletter: null", "harm"),
        ("id: a-scheme\nharm: high\nlaw: [art_999]\nletter: null", "art_999"),
        ("id: a-scheme\nharm: high\nlaw: [art_217_1]\nletter: null", "art_217_1"),
        ("id: a-scheme\nharm: high\nlaw: []\nletter: '009'", "letter"),
    ],
)
def test_a_card_that_cannot_stand_is_refused(copy: Path, head: str, named: str) -> None:
    (copy / "schemes" / "a-scheme.yaml").write_text(f"{head}\nkk:{CARD}ru:{CARD}en:{CARD}", encoding="utf-8")
    with pytest.raises(ContentError, match=named):
        load(copy)


def test_an_unknown_phrase_is_an_error_and_never_a_raw_key(words: Library) -> None:
    with pytest.raises(ContentError, match=r"phrases/kk\.yaml: no_such_key"):
        words.phrase("no_such_key", Language.KK)


def test_a_field_left_out_is_an_error_that_names_file_and_key(words: Library) -> None:
    with pytest.raises(ContentError, match=r"phrases/ru\.yaml: asks_for_code: .*quote"):
        words.phrase("asks_for_code", Language.RU)
    with pytest.raises(ContentError, match=r"answers/ru/ticket_kept\.j2: .*ticket"):
        words.answer("ticket_kept", Language.RU)


def test_a_sentence_that_counts_asks_for_its_number(words: Library) -> None:
    with pytest.raises(ContentError, match="days: has plural forms"):
        words.phrase("days", Language.RU)


def test_an_unknown_answer_scheme_region_or_fact_is_an_error(words: Library) -> None:
    for ask in (
        lambda: words.answer("no_such_answer", Language.EN),
        lambda: words.card("no-such-scheme", Language.EN),
        lambda: words.region("mars", Language.EN),
        lambda: words.fact("no_such_fact", Language.EN),
    ):
        with pytest.raises(ContentError):
            ask()


@pytest.mark.parametrize(
    "attack",
    [
        "{{ card.parse_raw('x', proto='pickle', allow_pickle=True) }}",
        "{{ card.__class__ }}",
        "{{ 1 // 0 }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ phrase.__globals__ }}",
        "{{ phrase.func.__self__.folder }}",
        "{{ fact.__code__ }}",
        "{% set x = reasons.append('x') %}{{ x }}",
        "{{ range(100000000)|join }}",
    ],
)
def test_a_template_cannot_reach_code(copy: Path, attack: str) -> None:
    (copy / "answers" / "en" / "start.j2").write_text(attack, encoding="utf-8")
    with pytest.raises(ContentError, match=r"en/start\.j2"):
        load(copy).answer("start", Language.EN, reasons=["a"], card=LONGEST_CARD)
