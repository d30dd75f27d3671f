"""Reads the CSV files that staff bring, row by row in constant memory, whatever is in them. Called by each kind of import.

One line is one row. A bad row is refused by its line in FILE.errors.csv beside the file, and the others go on; only what cannot
be read as a table at all is a BadFile. Neither ever quotes the file: it holds people's addresses.
"""

import csv
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, TextIO, TypeAlias

LONGEST = 65_536
"""Bytes of a line; of a longer one no more than this is ever held."""

MOST_TOLD = 100_000
"""Refused rows that stand in the file of errors; the others are counted only: 100 MB of nonsense would fill the disk."""

ROWS_AT_ONCE = 2_000
"""In one transaction: the bot's own writes wait for a batch, never for a file."""

_SEPARATORS = (",", ";", "\t")
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class BadFile(ValueError):
    """This file cannot be imported."""


class BadRow(ValueError):
    """This row cannot be imported."""


Watch: TypeAlias = Callable[["Sheet", int], object]
"""Called now and then between two rows with the bytes read so far; what it raises ends the import."""


@contextmanager
def opened(
    file: Path, columns: Collection[str], needed: Collection[str] = (), *, watch: Watch | None = None
) -> "Iterator[Sheet]":
    """Its header read: known columns only, the `needed` among them. Raises BadFile.

    Without `watch` a bar on stderr when that is a terminal.
    """
    with ExitStack() as stack:
        try:
            source = stack.enter_context(file.open("rb"))
        except OSError as error:
            raise BadFile(f"{file} cannot be read: {error.strerror}") from error
        sheet = Sheet(source, file.with_name(f"{file.name}.errors.csv"), columns)
        if missing := [column for column in needed if column not in sheet.columns]:
            raise BadFile(f"{file.name} has no column {missing[0]}")
        sheet.errors_file.unlink(missing_ok=True)
        stack.callback(sheet.close)
        sheet.advance = partial(watch, sheet) if watch else _bar(stack, file)
        yield sheet


class Sheet:
    """`columns` in the file's order; `read` and `refused` count rows; `errors_file` is there when a row was refused."""

    def __init__(self, source: BinaryIO, errors_file: Path, columns: Collection[str]) -> None:
        self.errors_file = errors_file
        self.read = self.refused = 0
        self.advance: Callable[[int], object] = int
        self._source = source
        self._errors: TextIO | None = None
        self._encoding = ""  # settled by the first line that is not ASCII
        self.separator, self.columns = self._header(columns)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Line numbers as an editor shows them, texts without the line's end; blank lines are left out."""
        number, readline, blank = 1, self._source.readline, f" {self.separator}\r\n"
        while raw := readline(LONGEST + 1):
            number += 1
            if not number % 4_096:
                self.advance(self._source.tell())
            if raw.isascii() and b"\0" not in raw and len(raw) <= LONGEST:
                text = raw.decode("ascii")
            else:
                try:
                    text = self._text(raw)
                except BadRow as bad:
                    self.read += 1
                    self.refuse(number, bad)
                    continue
            if text.strip(blank):
                self.read += 1
                yield number, text.rstrip("\r\n")

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Trimmed values by column, the empty ones left out."""
        for number, text in self.lines():
            try:
                yield number, self.values(text)
            except BadRow as bad:
                self.refuse(number, bad)

    def values(self, text: str) -> dict[str, str]:
        """Raises BadRow."""
        fields = self._fields(text)
        if len(fields) != len(self.columns):
            raise BadRow(f"fields: {len(fields)}, in the header: {len(self.columns)}")
        return {column: value for column, field in zip(self.columns, fields, strict=True) if (value := field.strip())}

    def refuse(self, line: int, reason: Exception) -> None:
        """`reason` is a refusal of ours, which never quotes an address."""
        if self._errors is None:
            self._errors = self.errors_file.open("w", encoding="utf-8", newline="")
            self._errors.write("line,reason\n")
        self.refused += 1
        if self.refused > MOST_TOLD:
            return
        csv.writer(self._errors, lineterminator="\n").writerow([line, str(reason) or reason.__doc__])

    def close(self) -> None:
        if self._errors is not None:
            self._errors.close()

    def _header(self, allowed: Collection[str]) -> tuple[str, tuple[str, ...]]:
        raw = self._source.readline(LONGEST + 1)
        if raw.startswith(_UTF_16):
            raise BadFile("this is UTF-16: save the table as CSV UTF-8")
        if raw.startswith(_BOM):
            raw, self._encoding = raw.removeprefix(_BOM), "utf-8"
        try:
            text = self._text(raw).rstrip("\r\n")
        except BadRow as bad:
            raise BadFile(f"the first line {bad}") from bad
        separator = max(_SEPARATORS, key=text.count)
        names = tuple(name.strip(' "').casefold() for name in text.split(separator))
        for place, name in enumerate(names, 1):
            if name not in allowed:
                raise BadFile(f"column {place} of the first line is not one of: {', '.join(allowed)}")
        if len(set(names)) != len(names):
            raise BadFile("a column stands twice in the first line")
        return separator, names

    def _text(self, raw: bytes) -> str:
        if len(raw) > LONGEST and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = self._source.readline(LONGEST)
                self.advance(self._source.tell())
            raise BadRow(f"is longer than {LONGEST} bytes")
        if b"\0" in raw:
            raise BadRow("holds a NUL byte")
        if raw.isascii():
            return raw.decode("ascii")
        if not self._encoding:
            self._encoding = _encoding_of(raw)
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError as error:
            raise BadRow(f"is not {self._encoding}, as the lines before it are") from error

    def _fields(self, text: str) -> list[str]:
        if '"' not in text:
            return text.split(self.separator)
        try:
            return next(csv.reader([text], delimiter=self.separator, strict=True))
        except csv.Error as error:
            raise BadRow("has a quotation mark that is not closed or stands in the middle of a value") from error


def _encoding_of(raw: bytes) -> str:
    """Cyrillic in cp1251 is practically never valid UTF-8 by chance."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


def _bar(stack: ExitStack, file: Path) -> Callable[[int], object]:
    if not sys.stderr.isatty():
        return int
    from rich.console import Console  # a tenth of a second that only a terminal pays
    from rich.progress import Progress

    bar = stack.enter_context(Progress(console=Console(stderr=True)))
    task = bar.add_task(file.name, total=file.stat().st_size)
    return lambda done: bar.update(task, completed=done)
