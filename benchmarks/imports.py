"""A million followers into the register against `sqlite-utils insert_all` of the same file, in one run, in CPU seconds.

    .venv/bin/python -m benchmarks.imports [--rows 1000000] [--rounds 5]

Two opponents: one plain table keyed by what a row holds, nothing normalised or hashed; and the same work as ours, contacts,
addresses and edges with the register's own keys, rows prepared by our own functions. Both in WAL with synchronous=FULL, as our
register, and the plain one also as sqlite-utils opens a file by itself. Ours also loads a second snapshot of the same people.
"""

import argparse
import csv
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from broadcaster import addresses, database, followers, suspects
from broadcaster.addresses import AddressKey, Channel
from broadcaster.suspects import Kind, Source

KEY = AddressKey(bytes(range(32)))
NOW = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
SECOND = int(NOW.timestamp())


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "followers.csv"
        _write(file, asked.rows)
        figures: dict[str, list[float]] = {}
        for number in range(asked.rounds):
            for contender, seconds in _round(folder / str(number), file):
                figures.setdefault(contender, []).append(asked.rows / seconds)
    ours = figures["ours, all of them new"]
    for contender, rates in figures.items():
        ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, rates, strict=True))
        print(f"import of followers, {contender}: {statistics.median(rates):,.0f} rows per CPU-second; ours {ratio:.1f}×")
    return 0


def _write(file: Path, rows: int) -> None:
    """Two of five by Telegram, two by telephone in two spellings, one by a bank's pseudonym."""
    chance = random.Random(1)
    with file.open("w", encoding="utf-8") as out:
        out.write("telegram,whatsapp,phone,push,relay\n")
        for _ in range(rows):
            kind, number = chance.randrange(10), chance.randrange(10_000_000)
            if kind < 4:
                out.write(f"{chance.randrange(10**8, 8 * 10**9)},,,,\n")
            elif kind < 8:
                out.write(f",,+7 70{kind} {number:07},,\n" if kind % 2 else f",,770{kind}{number:07},,\n")
            else:
                out.write(f",,,,halyk/{chance.randrange(2**32):08x}\n")


def _round(folder: Path, file: Path) -> Iterator[tuple[str, float]]:
    folder.mkdir()
    connection = database.open(f"sqlite:///{folder / 'ours.db'}", KEY)
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    suspects.add(connection, Kind.HANDLE, "@pyramid", scheme="x", source=Source.STAFF, first_seen=NOW, now=NOW)
    suspect = suspects.identity(connection, Kind.HANDLE, "@pyramid")

    def load(taken_at: datetime) -> None:
        followers.load(connection, file, suspect, taken_at=taken_at, who="benchmark", now=NOW)

    yield "ours, all of them new", _cpu(lambda: load(NOW - timedelta(days=1)))
    yield "ours, all of them known", _cpu(lambda: load(NOW))
    connection.close()
    yield "insert_all into one plain table", _cpu(lambda: _plain(Database(folder / "plain.db"), file))
    yield "insert_all into one plain table, WAL", _cpu(lambda: _plain(_wal(folder / "wal.db"), file))
    yield "insert_all into contacts, addresses, edges", _cpu(lambda: _same_work(_wal(folder / "same.db"), file))


def _cpu(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _wal(file: Path) -> Database:
    made = Database(file)
    made.enable_wal()
    made.execute("PRAGMA synchronous=FULL")
    return made


def _rows(file: Path) -> Iterator[dict[str, object]]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {"suspect": 1, **row}


def _plain(there: Database, file: Path) -> None:
    there.table("follower").insert_all(_rows(file), pk=("suspect", "telegram", "whatsapp", "phone", "push", "relay"), ignore=True)


def _same_work(there: Database, file: Path) -> None:
    met: dict[bytes, int] = {}
    found: list[dict[str, object]] = []
    for row in _rows(file):
        column, raw = next((column, value) for column, value in row.items() if column != "suspect" and value)
        address = addresses.normalise(Channel(column), str(raw))
        hashed = KEY.hash(address)
        contact = met.setdefault(hashed, len(met) + 1)
        found.append({"contact": contact, "channel": column, "hash": hashed, "value": address.value})
    contacts = ({"id": contact, "created_at": database.instant(NOW)} for contact in met.values())
    there.table("contact").insert_all(contacts, pk="id")
    there.table("address").create({"id": int, "contact": int, "channel": str, "hash": bytes, "value": str}, pk="id")
    there.table("address").create_index(["hash", "channel"], unique=True)
    there.table("address").create_index(["contact", "channel"])
    there.table("address").insert_all(found, ignore=True)
    edges = ({"suspect": 1, "contact": contact, "first_seen": SECOND, "last_seen": SECOND} for contact in met.values())
    there.table("edge").insert_all(edges, pk=("suspect", "contact"))


if __name__ == "__main__":
    sys.exit(main())
