"""`forget`: a person is erased who asked by phone or letter; and imports by command stand in the audit trail too."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster import addresses, audit, consent, contacts
from broadcaster.addresses import Channel
from tests.broadcaster.shell import Shell, shell_in

AIGUL = "+77015550101"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    yield from shell_in(tmp_path, monkeypatch, capsys)


def last(shell: Shell) -> tuple[str, str, str, dict[str, object]]:
    row = shell.register.execute("SELECT who, action, subject, detail FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return row["who"], row["action"], row["subject"], json.loads(row["detail"])


@pytest.mark.parametrize("stop", [True, False])
def test_an_approver_erases_somebody_and_the_trail_says_so_without_the_address(shell: Shell, stop: bool) -> None:
    shell.staff()
    person = shell.people.person(whatsapp=AIGUL)
    told = shell.does("forget", "whatsapp", "8 701 555 01 01", "--as", "Saule", *(["--stop"] if stop else []))
    assert told.startswith("+7701***0101 is erased")
    address = addresses.normalise(Channel.PHONE, AIGUL)
    assert contacts.find(shell.register, address) is None
    assert consent.is_suppressed(shell.register, address) is stop
    assert last(shell) == ("Saule", "person.erase", f"contact {person}", {"reason": "asked for by the person", "stop": stop})
    assert audit.verify(shell.register) is None


@pytest.mark.parametrize(
    ("who", "number", "reason"),
    [
        ("Daniyar", AIGUL, "This role may not do that."),
        ("Nobody", AIGUL, "Nobody of that name"),
        ("Saule", "+77015550199", "We keep nobody of this address."),
        ("Saule", "1414", "a telephone number has"),
    ],
)
def test_nobody_is_erased_by_mistake(shell: Shell, who: str, number: str, reason: str) -> None:
    shell.staff()
    shell.people.person(whatsapp=AIGUL)
    assert reason in shell.refuses("forget", "whatsapp", number, "--as", who)
    assert contacts.find(shell.register, addresses.normalise(Channel.WHATSAPP, AIGUL)) is not None


def test_an_import_by_command_stands_in_the_trail(shell: Shell) -> None:
    file = shell.folder / "people.csv"
    file.write_text("phone\n87015550101\nx\n")
    shell.does("import", "contacts", file, "--as", "Daniyar")
    assert last(shell) == ("Daniyar", "import.contacts", "import by command", {"state": "done", "rows": 2, "refused": 1})
    file.write_text("kind,value,scheme,source\nhandle,@evil_kz,financial-pyramid,staff\n")
    shell.does("import", "suspects", file)
    assert last(shell)[:2] == ("shell", "import.suspects")
