"""The house's rules that import-linter cannot see."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "broadcaster", "content", "nlu")
FORBIDDEN_NAMES = {"utils", "util", "common", "core", "shared", "helpers", "misc"}


def _modules() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if ".venv" not in path.parts and "evaluation" not in path.parts
    ]


def test_there_is_no_dumping_ground_by_name() -> None:
    assert not [path for path in _modules() if FORBIDDEN_NAMES & {path.stem, *path.relative_to(ROOT).parts}]


def test_no_module_outgrows_one_idea() -> None:
    long = {
        str(path.relative_to(ROOT)): count for path in _modules() if (count := len(path.read_text("utf-8").splitlines())) > 300
    }
    assert not long


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    first = path.read_text(encoding="utf-8").lstrip()
    assert first.startswith('"""') or not first, f"{path.name} has no docstring"


def test_templates_are_made_in_one_place_with_autoescape_and_nothing_is_marked_safe() -> None:
    makers = [
        path.relative_to(ROOT).as_posix()
        for path in _modules()
        if "Environment(" in path.read_text(encoding="utf-8") or "Jinja2Templates(" in path.read_text(encoding="utf-8")
    ]
    assert len(makers) <= 2, makers
    pages = [*(ROOT / "bot" / "pages").rglob("*.html"), *(ROOT / "broadcaster" / "web" / "templates").rglob("*.html")]
    assert len(pages) >= 2
    for page in pages:
        assert "|safe" not in page.read_text(encoding="utf-8").replace(" ", ""), page.name


def test_judging_loads_no_door_no_settings_and_no_framework() -> None:
    code = (
        "import sys, io; sys.argv = ['bot', 'judge']; sys.stdin = io.StringIO('{\"text\": \"kaspi\"}\\n')\n"
        "import runpy\n"
        "try: runpy.run_module('bot', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "bad = {'aiogram', 'twilio', 'starlette', 'uvicorn', 'pydantic_settings', 'bot.app', 'bot.settings'} & set(sys.modules)\n"
        "sys.stderr.write(repr(sorted(bad)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr.strip().endswith("[]"), done.stderr
