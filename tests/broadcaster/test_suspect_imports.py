import csv
from pathlib import Path

import pytest

from broadcaster import suspect_imports, suspects
from broadcaster.database import Connection
from broadcaster.imports import BadFile
from broadcaster.suspect_imports import Loaded
from broadcaster.suspects import Kind
from tests.broadcaster.conftest import NOW

CARD = "4400 4300 0000 0007"


def load(register: Connection, folder: Path, *lines: str) -> Loaded:
    file = folder / "suspects.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return suspect_imports.load(register, file, schemes=("romance", "financial-pyramid"), now=NOW)


def test_a_list_of_a_public_body_is_entered_and_a_second_run_changes_nothing(register: Connection, tmp_path: Path) -> None:
    lines = (
        "kind;value;scheme;source;first_seen;organisation;status",
        "handle;https://t.me/Pyramid_kz;financial-pyramid;public-body;2025-11-01;;taken-down",
        f"card;{CARD};financial-pyramid;public-body;;;",
        "phone;87272580000;financial-pyramid;staff;;yes;",
        "Organisation;«ТОО Пирамида»;financial-pyramid;public-body;;YES;active",
    )
    assert load(register, tmp_path, *lines) == Loaded(read=4, refused=0, errors_file=None)
    once = list(register.iterdump())
    load(register, tmp_path, *lines)
    assert list(register.iterdump()) == once
    found = register.execute("SELECT kind, first_seen, organisation, status FROM suspect ORDER BY id").fetchall()
    assert [tuple(row) for row in found] == [
        ("handle", "2025-10-31T19:00:00.000Z", 0, "taken-down"),
        ("card", "2025-11-21T07:15:00.000Z", 0, "active"),
        ("phone", "2025-11-21T07:15:00.000Z", 1, "active"),
        ("organisation", "2025-11-21T07:15:00.000Z", 1, "active"),
    ]
    assert suspects.identity(register, Kind.CARD, CARD)
    assert len(suspects.look_up(register, phones=["+77272580000"])) == 1


def test_bad_rows_are_refused_by_line_and_not_quoted(register: Connection, tmp_path: Path) -> None:
    loaded = load(
        register,
        tmp_path,
        "kind,value,scheme,source,first_seen,organisation,status",
        "handle,@good,romance,staff,,,",
        "person,@x,romance,staff,,,",
        "card,4400430000000004,romance,staff,,,",
        "handle,@x,love,staff,,,",
        "handle,@x,romance,police,,,",
        "handle,@x,romance,staff,21.11.2025,,",
        "handle,@x,romance,staff,2025-11-22,,",
        "handle,@x,romance,staff,,maybe,",
        "handle,@x,romance,staff,,,gone",
        "handle,,romance,staff,,,",
        "link,t.me,romance,staff,,,",
    )
    assert (loaded.read, loaded.refused) == (11, 10)
    assert loaded.errors_file is not None
    told = {int(row["line"]): row["reason"] for row in csv.DictReader(loaded.errors_file.read_text("utf-8").splitlines())}
    assert sorted(told) == list(range(3, 13))
    assert told[3].startswith("kind is not one of: handle, link")
    assert told[11] == "value is empty"
    assert "4400" not in str(told)
    assert register.execute("SELECT value FROM suspect").fetchall()[0]["value"] == "@good"


def test_a_list_without_a_source_is_no_list(register: Connection, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="source"):
        load(register, tmp_path, "kind,value,scheme", "handle,@x,romance")
