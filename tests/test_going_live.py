"""docs/going-live.md is followed line by line by people who cannot check it: its commands, tables and settings exist."""

import argparse
import re
import shlex
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.routing import Route

from bot import __main__ as bot_commands
from bot import answered, tickets
from bot.register import SETS
from bot.settings import Settings
from broadcaster import __main__ as broadcaster_commands
from broadcaster import database
from broadcaster.addresses import AddressKey
from broadcaster.campaign_states import Action, Role, may
from broadcaster.database import Connection
from broadcaster.settings import SenderSettings
from broadcaster.web import public

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "going-live.md").read_text(encoding="utf-8")

PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "bot": bot_commands._parser,
    "broadcaster": broadcaster_commands._parser,
}
OF_A_PERSON = {"contact", "address", "asker", "who", "staff", "author", "message_id", "value", "lo", "last"}
"""Columns that name somebody, or hold what leads to them; `lo` and `last` are numbers of contacts."""

_FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^python -m (bot|broadcaster) (.+)$", re.MULTILINE)
_NAME = re.compile(r"`(\w+)`")


def _chapter(number: int) -> str:
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, number
    return found[0]


def _rows(text: str) -> Iterator[list[str]]:
    """Of the tables in it, cell by cell, with their headers."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _commands(page: str) -> list[tuple[str, str]]:
    return [(found[1], found[2]) for block in _FENCED.findall(page) for found in _COMMAND.finditer(block)]


def _parses(program: str, arguments: str) -> bool:
    try:
        PARSERS[program]().parse_args(shlex.split(arguments))
    except SystemExit as ended:
        return ended.code == 0  # --help
    return True


@pytest.mark.parametrize(("program", "arguments"), sorted(set(_commands(PAGE))))
def test_each_command_of_the_page_would_be_taken(program: str, arguments: str) -> None:
    assert _parses(program, arguments)


def test_a_command_that_is_not_there_would_be_noticed() -> None:
    page = "```sh\npython -m broadcaster forget 7\npython -m broadcaster backup copy.db --as Saule\n```\n"
    assert [_parses(*each) for each in _commands(page)] == [False, False]
    assert len(_commands(PAGE)) > 40, "the page was read"


def test_the_proxy_of_the_page_brings_each_address_of_the_receiver() -> None:
    """Its welcome page is not wanted where the bot's chat stands, nor is its health the world's business."""
    given: dict[str, Any] = {
        "_env_file": None,
        "address_key": "11" * 32,
        "secret": "22" * 32,
        "public_url": "https://bot.example.kz",
        "twilio_account_sid": "AC1",
        "twilio_auth_token": "token",
        "partners": {"bank": {"url": "https://bank.example/", "secret": f"whsec_{'A' * 32}"}},
    }
    found = re.search(r"@receiver path (.+)", _chapter(2))
    assert found
    brought = found[1].split()
    paths = {route.path for route in public.build(SenderSettings(**given)).routes if isinstance(route, Route)}
    assert {"/u/{token}", "/receipts/relay", "/receipts/twilio/{id}"} <= paths
    left_out = {path for path in paths if not any(fnmatch(path, pattern) for pattern in brought)}
    assert left_out - {"/", "/healthz", "/readyz", "/metrics"} == set()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Connection]:
    """With the tables of all migrations."""
    connection = database.open(f"sqlite:///{tmp_path / 'saqbol.db'}", AddressKey(bytes(range(32))))
    for name, folder in SETS:
        database.migrate(connection, name, folder)
    yield connection
    connection.close()


def _tables(register: Connection) -> set[str]:
    found = register.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return {row["name"] for row in found if not row["name"].startswith(("sqlite_", "_sqlite_"))}


def _is_of_a_person(register: Connection, table: str) -> bool:
    columns = {row["name"] for row in register.execute(f"PRAGMA table_info({table})")}
    leads_to = {row["table"] for row in register.execute(f"PRAGMA foreign_key_list({table})")}
    return table in ("contact", "staff") or bool(columns & OF_A_PERSON or leads_to & {"contact", "staff"})


def _in_the_sheet() -> set[str]:
    sheet = _chapter(5)
    people = sheet[sheet.index("### Citizens") : sheet.index("### Outside the register")]
    return {name for first, *_ in _rows(people) for name in _NAME.findall(first)}


def _said_to_hold_nobody() -> set[str]:
    found = re.search(r"^Tables that hold nothing of a person: (.*)\.$", _chapter(5), re.MULTILINE)
    assert found
    return set(_NAME.findall(found[1]))


def test_the_sheet_tells_of_each_table_and_of_no_other(register: Connection) -> None:
    assert _in_the_sheet() | _said_to_hold_nobody() == _tables(register)
    assert _in_the_sheet() & _said_to_hold_nobody() == set()


def test_each_table_that_refers_to_a_person_has_its_row(register: Connection) -> None:
    of_people = {table for table in _tables(register) if _is_of_a_person(register, table)}
    assert {"contact", "consent", "question", "audit", "staff"} <= of_people
    assert of_people - _in_the_sheet() == set()


def test_each_row_of_the_sheet_says_how_long_and_how_it_is_erased() -> None:
    sheet = _chapter(5)
    rows = list(_rows(sheet[sheet.index("### Citizens") : sheet.index("### Outside the register")]))
    assert all(len(row) == 6 and all(row) for row in rows)


def test_the_sheet_keeps_what_the_code_keeps_as_long() -> None:
    kept = {name: row[4] for row in _rows(_chapter(5)) for name in _NAME.findall(row[0]) if len(row) == 6}
    assert kept["question"].startswith(f"{tickets.KEPT_FOR.days} days")
    assert kept["answered"] == f"{answered.KEPT_FOR.days} days"


def test_each_setting_it_names_is_there() -> None:
    fields = {f"SAQBOL_{field.upper()}" for field in {**Settings.model_fields, **SenderSettings.model_fields}}
    example = set(re.findall(r"SAQBOL_[A-Z_]+", (ROOT / ".env.example").read_text(encoding="utf-8")))
    assert set(re.findall(r"SAQBOL_[A-Z_]+", PAGE)) - fields - example == set()


def test_each_secret_is_told_of_with_its_rotation() -> None:
    secrets = {
        f"SAQBOL_{name.upper()}"
        for name, field in {**Settings.model_fields, **SenderSettings.model_fields}.items()
        if field.annotation is SecretStr
    }
    assert {"SAQBOL_ADDRESS_KEY", "SAQBOL_TELEGRAM_TOKEN"} <= secrets
    told = {name for first, *_ in _rows(_chapter(3)) for name in _NAME.findall(first)}
    assert secrets - told == set()


def test_the_matrix_of_roles_is_the_one_campaigns_keep_to() -> None:
    matrix = _chapter(8)
    header, *rows = [row for row in _rows(matrix) if len(row) == 1 + len(Role)]
    roles = [Role(name) for name in header[1:]]
    told = {
        (name, role): cell == "✔"
        for (first, *cells) in rows
        for name in _NAME.findall(first)
        for role, cell in zip(roles, cells, strict=True)
    }
    assert len(told) == 10 * len(Role)
    assert told == {(action, role): may(role, Action(action)) for action, role in told}
