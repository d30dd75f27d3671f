import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import imports
from broadcaster.imports import LONGEST, BadFile

COLUMNS = ("phone", "language", "region", "topics")
Row = tuple[int, dict[str, str]]


def read(file: Path, content: bytes) -> tuple[list[Row], list[list[str]]]:
    """The rows, and the file of errors without its header."""
    file.write_bytes(content)
    with imports.opened(file, COLUMNS) as sheet:
        rows = list(sheet.rows())
    assert sheet.errors_file == file.with_name(f"{file.name}.errors.csv")
    assert sheet.errors_file.exists() == bool(sheet.refused)
    assert sheet.read == len(rows) + sheet.refused
    if not sheet.refused:
        return rows, []
    head, *errors = csv.reader(sheet.errors_file.read_text(encoding="utf-8").splitlines())
    assert head == ["line", "reason"]
    return rows, errors


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "contacts.csv"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_files_that_excel_and_others_write_are_one_table(file: Path, separator: str, encoding: str, end: str) -> None:
    lines = [
        ("phone", "region"),
        ("87011234567", "almaty"),
        ("", ""),
        (" Астана ", "Қала" if encoding != "cp1251" else "Город"),
    ]
    content = end.join(separator.join(cells).strip() for cells in lines)
    rows, errors = read(file, content.encode(encoding))
    assert errors == []
    assert rows == [
        (2, {"phone": "87011234567", "region": "almaty"}),
        (4, {"phone": "Астана", "region": "Қала" if encoding != "cp1251" else "Город"}),
    ]


def test_a_quoted_value_may_hold_the_separator_and_quotes(file: Path) -> None:
    rows, errors = read(file, b'phone,topics\n"a,""b""",x\n')
    assert (rows, errors) == ([(2, {"phone": 'a,"b"', "topics": "x"})], [])


def test_bad_rows_are_refused_by_line_and_the_others_go_on(file: Path) -> None:
    lines = [
        b"phone,language",
        b"1,kk",
        b"2,k\0k",
        b"3,kk,ru",
        b'4,"kk',
        b"5",
        "6,Ә".encode(),
        b"7,\xe0\xe1",
        b"8," + b"k" * LONGEST,
        b"9," + b"k" * LONGEST * 5,
        b"10,ru",
    ]
    rows, errors = read(file, b"\n".join(lines))
    assert [row["phone"] for _, row in rows] == ["1", "6", "10"]
    assert [(int(line), reason) for line, reason in errors] == [
        (3, "holds a NUL byte"),
        (4, "fields: 3, in the header: 2"),
        (5, "has a quotation mark that is not closed or stands in the middle of a value"),
        (6, "fields: 1, in the header: 2"),
        (8, "is not utf-8, as the lines before it are"),
        (9, f"is longer than {LONGEST} bytes"),
        (10, f"is longer than {LONGEST} bytes"),
    ]


def test_the_longest_line_that_goes_is_read(file: Path) -> None:
    value = b"k" * (LONGEST - 3)
    rows, errors = read(file, b"phone,topics\n1," + value + b"\n2," + value + b"\n3,x")
    assert errors == []
    assert [row["phone"] for _, row in rows] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "column 1"),
        (b"87011234567;almaty\n", "column 1"),
        (b"phone,telegramm\n", "column 2"),
        (b"phone,\n", "column 2"),
        (b"phone,PHONE\n", "twice"),
        (b"phone\0,region\n", "NUL"),
        (b"phone" * LONGEST, "longer"),
        ("phone\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_table_of_ours_is_refused_whole_and_not_quoted(file: Path, content: bytes, reason: str) -> None:
    with pytest.raises(BadFile, match=reason) as refusal:
        read(file, content)
    assert "8701" not in str(refusal.value)
    assert "telegramm" not in str(refusal.value)


def test_a_missing_file_a_folder_and_a_missing_column_are_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"), imports.opened(file, COLUMNS):
        pass
    with pytest.raises(BadFile, match="cannot be read"), imports.opened(tmp_path, COLUMNS):
        pass
    file.write_bytes(b"region\n")
    with pytest.raises(BadFile, match="no column phone"), imports.opened(file, COLUMNS, needed=["phone"]):
        pass


def test_errors_of_an_earlier_run_do_not_stay(file: Path) -> None:
    read(file, b"phone,region\n1\n")
    assert read(file, b"phone,region\n1,almaty\n")[1] == []


def test_a_terminal_sees_how_far_it_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    read(file, b"phone\n" + b"87011234567\n" * 10_000)
    assert "contacts.csv" in terminal.getvalue()
    assert "%" in terminal.getvalue()


ENORMOUS = """
import resource
import sys
from pathlib import Path
from broadcaster import imports
with imports.opened(Path(sys.argv[1]), ["phone"]) as sheet:
    resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
    print(*[line for line, row in sheet.rows()], sheet.refused)
"""


def test_a_line_of_a_gigabyte_costs_no_memory(file: Path) -> None:
    with file.open("wb") as out:
        out.write(b"phone\n1\n")
        out.seek(2**30, io.SEEK_CUR)  # a hole: nothing is written
        out.write(b"\n2\n")
    run = subprocess.run([sys.executable, "-c", ENORMOUS, file], check=True, capture_output=True, text=True)
    assert run.stdout == "2 4 1\n"


@given(st.binary(max_size=400) | st.text(alphabet='phone,;\t"\r\n\0 7Әя', max_size=200).map(str.encode))
def test_any_bytes_give_rows_refusals_or_a_bad_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    for whole in (content, b"phone,region\n" + content):
        try:
            rows, errors = read(file, whole)
        except BadFile:
            continue
        lines = [number for number, _ in rows] + [int(line) for line, _ in errors]
        assert len(set(lines)) == len(lines)
        assert all(2 <= line <= whole.count(b"\n") + 1 for line in lines)
