"""The documentation says what is there: settings, commands, files; and the three READMEs say the same."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot import __main__ as bot_commands
from bot.settings import Settings
from broadcaster import __main__ as broadcaster_commands
from broadcaster.settings import SenderSettings

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.kk.md", "README.ru.md")
NOT_OURS = {"node_modules", "__pycache__", "dist"}

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_FIGURES = re.compile(r"<!-- figures: start -->(.*?)<!-- figures: end -->", re.DOTALL)
_SETTING = re.compile(r"^#?(SAQBOL_\w+)=(.*)$")
_OPTION = re.compile(r"^ {4}([a-z][a-z-]*)(?: |$)", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_MACHINE_PATH = re.compile(rf"(?<![\w./:-])/(?:{'work'}|root|home/\w+|tmp/saqbol)/")


def _files() -> Iterator[Path]:
    """Everything of ours that a person could read. Hidden folders are tools', save .ci; `data` is what an instance keeps."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.is_dir():
                is_hidden = path.name.startswith(".") and path.name != ".ci"
                if not is_hidden and path.name not in NOT_OURS and path != ROOT / "data":
                    folders.append(path)
            elif path.name not in ("uv.lock", ".env"):
                yield path


PAGES = [path for path in _files() if path.suffix == ".md"]


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _prose(name: str) -> str:
    return _FENCED.sub("", _read(name))


def _headings(name: str) -> list[str]:
    return [line.split(" ")[0] for line in _prose(name).splitlines() if line.startswith("#")]


def _numbers(name: str) -> list[str]:
    """Decimal commas and points are one; the language's own words stand around them in another order."""
    text = re.sub(r"\]\([^)]*\)|<[^>]+>|[A-Z]\w*_\w+", " ", _prose(name))
    return sorted(number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)*", text))


@pytest.mark.parametrize("name", READMES[1:])
def test_a_translated_readme_keeps_step_with_the_english_one(name: str) -> None:
    english = READMES[0]
    assert _headings(name) == _headings(english)
    assert _FENCED.findall(_read(name)) == _FENCED.findall(_read(english))
    assert re.findall(r'<img src="([^"]+)"', _read(name)) == re.findall(r'<img src="([^"]+)"', _read(english))
    assert _numbers(name) == _numbers(english)
    assert len(re.findall(r"^- |^\|", _prose(name), re.MULTILINE)) == len(re.findall(r"^- |^\|", _prose(english), re.MULTILINE))


@pytest.mark.parametrize("name", READMES)
def test_a_readme_has_one_place_for_the_figures_and_names_the_two_others(name: str) -> None:
    assert len(_FIGURES.findall(_read(name))) == 1
    assert all(f"]({other})" in _read(name) for other in READMES if other != name)


def _example() -> list[str]:
    return _read(".env.example").splitlines()


def test_the_example_of_settings_lists_each_one_once_under_a_comment() -> None:
    named = [found[1] for line in _example() if (found := _SETTING.match(line))]
    assert sorted(named) == sorted(
        f"SAQBOL_{field.upper()}" for field in {**Settings.model_fields, **SenderSettings.model_fields}
    )
    for before, line in pairwise(_example()):
        if _SETTING.match(line):
            assert before.startswith("# "), line


def _settings(kind: type[Settings | SenderSettings], file: Path | None) -> Settings | SenderSettings:
    given: dict[str, Any] = {"_env_file": file, "address_key": "11" * 32, "secret": "22" * 32}
    return kind(**given)


@pytest.mark.parametrize("kind", [Settings, SenderSettings])
def test_the_example_of_settings_shows_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Settings | SenderSettings]
) -> None:
    for field in kind.model_fields:
        monkeypatch.delenv(f"SAQBOL_{field.upper()}", raising=False)
    uncommented = tmp_path / "settings.env"
    uncommented.write_text("\n".join(_SETTING.sub(r"\1=\2", line) for line in _example()), encoding="utf-8")
    assert _settings(kind, uncommented) == _settings(kind, None)


def _commands(capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    for program, main in (("bot", bot_commands.main), ("broadcaster", broadcaster_commands.main)):
        for command in _listed(capsys, main, []):
            under = _listed(capsys, main, [command])
            yield from (
                (f"python -m {program} {command} {each}" for each in under) if under else (f"python -m {program} {command}",)
            )


def _listed(capsys: pytest.CaptureFixture[str], main: object, before: list[str]) -> list[str]:
    assert callable(main)
    with pytest.raises(SystemExit):
        main([*before, "--help"])
    said = capsys.readouterr().out
    return _OPTION.findall(said.partition("COMMAND\n")[2])


def test_every_command_is_told_of(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    commands = list(_commands(capsys))
    assert {"python -m bot judge", "python -m broadcaster suspect look-up"} <= set(commands), "the help was read"
    told = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert [command for command in commands if command not in told] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = ["".join(pair) for pair in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8")))]
    inside = [link.partition("#")[0] for link in links if ":" not in link and not link.startswith("#")]
    assert [link for link in inside if not (page.parent / link).exists()] == []


_NAMED = re.compile(r"`((?:\.ci|benchmarks|bot|broadcaster|content|docs|nlu|tests)/[\w./-]*)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_files_and_folders_a_page_names_are_there(page: Path) -> None:
    made = ("nlu/.venv",)
    named = [name for name in _NAMED.findall(page.read_text(encoding="utf-8")) if not name.startswith(made)]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_no_file_names_a_place_on_the_machine_it_was_written_on() -> None:
    found = []
    for path in _files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {line.strip()[:80]}" for line in text.splitlines() if _MACHINE_PATH.search(line)]
    assert found == []


@pytest.mark.parametrize("sentence", [f"cd /{'work'}/main", f'"/{"root"}/.cache/x"', f"(/{'tmp'}/saqbol/run.log)"])
def test_a_place_on_a_machine_would_be_noticed(sentence: str) -> None:
    assert _MACHINE_PATH.search(sentence)
    assert not _MACHINE_PATH.search("https://hh.example/work/almaty")


def test_pictures_are_light() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert {picture.name for picture in pictures} >= {"chat-kk.png", "chat-ru.png", "emergency.png"}
    assert all(picture.stat().st_size < 150_000 for picture in pictures)
