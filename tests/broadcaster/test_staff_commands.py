"""`python -m broadcaster staff`: the first people get in from the shell."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster import invitations
from tests.broadcaster.conftest import NOW
from tests.broadcaster.shell import Shell, shell_in
from tests.broadcaster.signing import CountingHasher

_LINK = re.compile(r"(\S+)/invitation/([\w-]{43})$", re.MULTILINE)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    yield from shell_in(tmp_path, monkeypatch, capsys)


def test_adding_somebody_prints_a_link_for_them(shell: Shell) -> None:
    said = shell.does("staff", "add", "Aliya", "--role", "admin")
    link = _LINK.search(said)
    assert link
    assert said.startswith("Aliya: admin\n")
    assert link[1] == "http://127.0.0.1:8002"
    assert invitations.find(shell.register, link[2], now=NOW).staff.name == "Aliya"


def test_the_link_leads_to_where_staff_reach_the_console(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAQBOL_CONSOLE_URL", "https://desk.example.kz/")
    shell.does("staff", "add", "Aliya", "--role", "admin")
    link = _LINK.search(shell.does("staff", "invite", "Aliya"))
    assert link
    assert link[1] == "https://desk.example.kz"


def test_the_list_tells_who_is_there_and_who_left(shell: Shell) -> None:
    shell.does("staff", "add", "Aliya", "--role", "admin")
    shell.does("staff", "add", "Daniyar", "--role", "author")
    assert "Daniyar has left" in shell.does("staff", "leave", "Daniyar", "--reason", "moved to Astana")
    assert shell.does("staff", "list").splitlines() == ["Aliya  admin  -  invited", "Daniyar  author  -  left"]


def test_whoever_left_acts_no_more(shell: Shell) -> None:
    shell.staff()
    campaign = shell.draft()
    shell.does("staff", "leave", "Daniyar")
    assert "staff add" in shell.refuses("campaign", "submit", campaign, "--as", "Daniyar")
    assert "staff add" in shell.refuses("staff", "invite", "Daniyar")
    assert "is there already" in shell.refuses("staff", "add", "Daniyar", "--role", "author")


@pytest.mark.parametrize("reason", ["", "two\nlines"])
def test_a_reason_is_one_line(shell: Shell, reason: str) -> None:
    shell.staff()
    assert "one line" in shell.refuses("staff", "leave", "Daniyar", "--reason", reason)


def test_the_demo_tells_how_its_people_sign_in(shell: Shell, hasher: CountingHasher) -> None:
    nobody = shell("demo", "--sign-in")
    assert (nobody.code, nobody.out) == (1, "nobody here signs in as the demo set them up\n")
    shell.does("demo")
    said = shell.does("demo", "--sign-in")
    assert re.search(r"^Saule +approver +password [a-z2-7-]{19}  code [0-9]{6}$", said, re.MULTILINE)
    assert "http://127.0.0.1:8002/sign-in" in said
