import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from broadcaster import addresses, consent, database
from broadcaster.__main__ import main
from broadcaster.addresses import AddressKey, Channel
from broadcaster.database import Connection
from broadcaster.settings import Settings

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command came to, as a shell would see it."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Ended]


@pytest.fixture
def broadcaster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """The command in an empty folder, run in this process: a process of its own costs over a second each time."""
    for name in ("SAQBOL_DATABASE", "SAQBOL_ADDRESS_KEY", "SAQBOL_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    yield run
    structlog.reset_defaults()


@pytest.fixture
def register(broadcaster: Command) -> Iterator[Connection]:
    """The database that the command finds in its folder."""
    settings = Settings()
    connection = database.open(settings.database, AddressKey.from_hex(settings.address_key.get_secret_value()))
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    yield connection
    connection.close()


def test_migrating_makes_the_database_once(broadcaster: Command) -> None:
    applied = ", ".join(sorted(file.stem for file in database.MIGRATIONS.glob("*.sql")))
    assert broadcaster("migrate").stdout == f"applied: {applied}\n"
    assert broadcaster("migrate").stdout == "nothing to apply\n"


@pytest.mark.usefixtures("register")
def test_a_suspect_goes_in_and_is_found(broadcaster: Command) -> None:
    added = broadcaster("suspect", "add", "handle", "@Kaspi_Bonus", "--scheme", "bank-impersonation", "--source", "staff")
    assert (added.returncode, added.stderr) == (0, "")
    assert "bank-impersonation" in broadcaster("suspect", "look-up", "t.me/kaspi_bonus").stdout
    as_json = broadcaster("suspect", "look-up", "@kaspi_bonus", "--json")
    assert json.loads(as_json.stdout) == [{"kind": "handle", "scheme": "bank-impersonation", "name": "@kaspi_bonus"}]
    nothing = broadcaster("suspect", "look-up", "@somebody_else")
    assert (nothing.returncode, nothing.stdout) == (1, "nothing that may be told\n")


@pytest.mark.usefixtures("register")
def test_whoever_enters_a_private_number_is_told_that_citizens_are_not(broadcaster: Command) -> None:
    number = ("suspect", "add", "phone", "87011234567", "--scheme", "bank-impersonation", "--source")
    assert "citizens are not told" in broadcaster(*number, "volunteers").stdout
    assert broadcaster("suspect", "look-up", "+77011234567").returncode == 1
    assert "citizens are not told" not in broadcaster(*number, "public-body", "--first-seen", "2025-11-01").stdout
    assert broadcaster("suspect", "look-up", "+77011234567").returncode == 0


def test_staff_can_stop_writing_to_somebody_nobody_has_met(broadcaster: Command, register: Connection) -> None:
    stopped = broadcaster("unsubscribe", "8 (701) 123-45-67")
    assert stopped.stdout == "+7701***4567 will not be written to\n"
    assert "telegram:***789" in broadcaster("unsubscribe", "123456789", "--channel", "telegram").stdout
    assert consent.is_suppressed(register, addresses.normalise(Channel.WHATSAPP, "+77011234567"))
    assert consent.is_suppressed(register, addresses.normalise(Channel.TELEGRAM, "123456789"))


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("unsubscribe", "1414"), "telephone number"),
        (("suspect", "add", "card", "4400430000000004", "--scheme", "loan-fraud", "--source", "staff"), "check digit"),
        (
            ("suspect", "add", "handle", "@x_y", "--scheme", "no-such-scheme", "--source", "staff"),
            "no-such-scheme is not a scheme",
        ),
    ],
)
def test_a_refusal_is_one_line_without_the_number(broadcaster: Command, arguments: tuple[str, ...], reason: str) -> None:
    refused = broadcaster(*arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert reason in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert "4400430000000004" not in refused.stderr


def test_before_the_first_migration_everything_says_so(broadcaster: Command) -> None:
    for arguments in (("suspect", "look-up", "x"), ("unsubscribe", "87011234567")):
        refused = broadcaster(*arguments)
        assert refused.returncode == 2
        assert "python -m broadcaster migrate" in refused.stderr


def test_doctor_names_every_setting_and_its_source_and_no_secret(
    broadcaster: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not there yet" in broadcaster("doctor").stdout
    broadcaster("migrate")
    monkeypatch.setenv("SAQBOL_SECRET", "a-secret-of-the-environment")
    healthy = broadcaster("doctor")
    assert healthy.returncode == 0
    assert {f"SAQBOL_{name.upper()}" for name in Settings.model_fields} <= set(healthy.stdout.split())
    for part in ("(default)", "(saqbol.db.key)", "(environment)", "fits the database", "all applied"):
        assert part in healthy.stdout
    assert "a-secret-of-the-environment" not in healthy.stdout
    assert (tmp_path / "saqbol.db.key").read_text().strip() not in healthy.stdout


@pytest.mark.usefixtures("register")
def test_doctor_refuses_a_key_that_does_not_fit(broadcaster: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAQBOL_ADDRESS_KEY", "ab" * 32)
    wrong = broadcaster("doctor")
    assert wrong.returncode == 2
    assert "was made with key" in wrong.stderr
    assert "ab" * 32 not in wrong.stdout + wrong.stderr
    monkeypatch.setenv("SAQBOL_ADDRESS_KEY", "12")
    bad = broadcaster("doctor")
    assert (bad.returncode, bad.stderr.count("\n")) == (2, 1)
    assert bad.stderr.startswith("SAQBOL_ADDRESS_KEY: ")


def test_help_names_every_command(broadcaster: Command) -> None:
    shown = broadcaster("--help")
    assert shown.returncode == 0
    for command in ("migrate", "suspect", "unsubscribe", "doctor"):
        assert command in shown.stdout


def test_the_command_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "broadcaster", "migrate"]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})
    assert ended.stdout.startswith("applied: 0001_register")
