"""The command line in an empty folder, run in this process: a process of its own costs over a second each time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from broadcaster import database
from broadcaster.__main__ import main
from broadcaster.settings import SenderSettings
from tests.broadcaster.conftest import KEY, url_in
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.town import Town, town

CAMPAIGN = """
name: Rehearsal
scheme: financial-pyramid
purpose: warn
legal_basis: consent
segment: {everybody: true}
channels: [paper]
text: {kk: "Абай болыңыз, қаржы пирамидасы!", ru: "Осторожно, финансовая пирамида!"}
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command came to, as a shell would see it."""

    code: int
    out: str
    err: str


class Shell:
    """`register` is the migrated database that the commands find in `folder`."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.register = database.open(url_in(folder), KEY)
        database.migrate(self.register, "broadcaster", database.MIGRATIONS)
        self.people: Town = town(self.register)

    def __call__(self, *arguments: object) -> Ended:
        self._capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = self._capsys.readouterr()
        return Ended(code, said.out, said.err)

    def does(self, *arguments: object) -> str:
        ended = self(*arguments)
        assert (ended.code, ended.err.count("Traceback")) == (0, 0), ended.err
        return ended.out

    def refuses(self, *arguments: object) -> str:
        """In one line on stderr, with nothing on stdout."""
        ended = self(*arguments)
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1), ended
        return ended.err.strip()

    def says(self, *arguments: object) -> Any:
        return json.loads(self.does(*arguments, "--json"))

    def staff(self) -> None:
        for name, role in (("Daniyar", "author"), ("Saule", "approver"), ("Marat", "approver"), ("Vera", "viewer")):
            self.does("staff", "add", name, "--role", role)

    def draft(self, yaml: str = CAMPAIGN) -> int:
        """Its id; by Daniyar."""
        file = self.folder / "campaign.yaml"
        file.write_text(yaml)
        return int(self.does("campaign", "create", file, "--as", "Daniyar").splitlines()[-1])

    def scheduled(self, yaml: str = CAMPAIGN) -> int:
        id = self.draft(yaml)
        for move, who in (("submit", "Daniyar"), ("approve", "Saule"), ("schedule", "Daniyar")):
            self.does("campaign", move, id, "--as", who)
        return id

    def already_sent(self) -> None:
        """The same text, to everybody by Telegram."""
        text = {"kk": "Абай болыңыз, қаржы пирамидасы!", "ru": "Осторожно, финансовая пирамида!"}
        Ledger(self.register, self.folder / "saqbol.db.flight", self.people, text=text).run()

    def paper(self) -> list[dict[str, str]]:
        file = self.folder / "paper.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def shell_in(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    for name in SenderSettings.model_fields:
        monkeypatch.delenv(f"SAQBOL_{name.upper()}", raising=False)
    monkeypatch.setenv("SAQBOL_ADDRESS_KEY", bytes(range(32)).hex())
    monkeypatch.chdir(folder)
    shell = Shell(folder, capsys)
    yield shell
    shell.register.close()
    structlog.reset_defaults()
