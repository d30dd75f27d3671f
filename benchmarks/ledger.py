"""Lease and settle with every write on the disk: rows per CPU-second, bytes per delivery and attempt, WAL bytes per row.

    .venv/bin/python -m benchmarks.ledger [--rounds 5] [--people 200000]

Each round leases and settles a whole campaign in batches, bare (nobody has a reference) and with a reference for each message,
beside plain `executemany` of as many rows of (campaign, contact, route, state, second) in transactions of the same size.
CPU time is of this process, kernel included; synchronous=FULL throughout.
"""

import argparse
import functools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from broadcaster import database, flight, journal
from broadcaster.addresses import AddressKey
from broadcaster.batches import Result
from broadcaster.channels.outcome import Accepted
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.freeze import freeze
from broadcaster.leasing import Request
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.ledger import without_canary
from tests.broadcaster.town import Town, town

Run = Callable[[Connection, Path, int, int], None]
POLICY = without_canary()
BATCH = 1_000
PLAIN = "CREATE TABLE plain (campaign, contact, route, state, second, PRIMARY KEY (campaign, contact)) WITHOUT ROWID"
NOW = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
NUMBERS = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :n) "
TOWN = (
    NUMBERS + "INSERT INTO contact (id, language, created_at) SELECT n, iif(n % 3, 'ru', 'kk'), :at FROM number",
    NUMBERS + "INSERT INTO address (contact, channel, hash, value) "
    "SELECT n, 'telegram', randomblob(32), 700000000 + n FROM number",
    NUMBERS + "INSERT INTO address (contact, channel, hash, value) "
    "SELECT n, 'phone', randomblob(32), '+7701' || n FROM number WHERE n % 3 = 0",
    "INSERT INTO consent SELECT contact, 'warn', channel, 'benchmark', :at FROM address",
    NUMBERS + "INSERT INTO suppression (address, state, door, at) "
    "SELECT randomblob(32), 'stopped', 'benchmark', :at FROM number WHERE n % 50 = 0",
    NUMBERS + "INSERT INTO topic_refusal SELECT n, 'phishing-link' FROM number WHERE n % 100 = 0",
)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    arguments.add_argument("--people", type=int, default=200_000, help="in each campaign (default 200,000)")
    asked = arguments.parse_args()
    costs: dict[str, list[float]] = {name: [] for name in RUNS}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "saqbol.db"
        connection = _town(file, asked.people)
        people = town(connection)
        records = flight.folder_of(f"sqlite:///{file}")
        for _ in range(asked.rounds):
            for name, run in RUNS.items():
                campaign = _frozen(connection, people)
                started = time.process_time()
                run(connection, records, campaign, asked.people)
                costs[name].append((time.process_time() - started) / asked.people)
        written = {name: _written(connection, file, run, records, people, asked.people) for name, run in RUNS.items()}
        sizes = {table: _bytes_per_row(connection, table) for table in ("delivery", "attempt")}
        connection.close()
    for name in RUNS:
        ratio = statistics.median(a / b for a, b in zip(costs[name], costs["executemany"], strict=True))
        print(
            f"{name}: {1 / statistics.median(costs[name]):,.0f} rows per CPU-second (median of {asked.rounds}), "
            f"{ratio:.1f}× the cost of executemany, {written[name]:.0f} WAL bytes per row"
        )
    for table, size in sizes.items():
        print(f"{table}: {size:.1f} bytes per row on disk")
    return 0


def _town(file: Path, people: int) -> Connection:
    connection = database.open(f"sqlite:///{file}", AddressKey(bytes(32)))
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    connection.execute(PLAIN)
    with database.transaction(connection, durable=False):
        for sql in TOWN:
            connection.execute(sql, {"n": people, "at": database.instant(NOW)})
    return connection


def _frozen(connection: Connection, people: Town) -> int:
    """A campaign that everybody gets, with nobody remembered under the cap and nothing left in the log."""
    with database.transaction(connection, durable=False):
        connection.execute("DELETE FROM contact_recent")
        connection.execute("DELETE FROM plain")
    campaign = people.campaign()
    freeze(connection, campaign, now=NOW, policy=POLICY)
    database.scrub(connection)
    return campaign


def _executemany(connection: Connection, records: Path, campaign: int, people: int) -> None:
    for first in range(0, people, BATCH):
        with database.transaction(connection):
            rows = [(campaign, contact, 0, 2, 0) for contact in range(first, first + BATCH)]
            connection.executemany("INSERT INTO plain VALUES (?, ?, ?, ?, ?)", rows)


def _ledger(connection: Connection, records: Path, campaign: int, people: int, *, reference: str = "") -> None:
    request = Request(campaign=campaign, channel=SendingChannel.TELEGRAM, limit=BATCH, units=1, records=records)
    taken = Accepted(reference=reference)
    sent = 0
    lease = journal.take(connection, request, now=NOW, policy=POLICY)
    while lease:
        sent += len(lease.rows)
        results: dict[ContactId, Result] = dict.fromkeys(lease.rows, taken)
        lease = journal.settle(connection, lease, results, request, now=NOW, policy=POLICY)
    assert sent == people


def _written(connection: Connection, file: Path, run: Run, records: Path, people: Town, n: int) -> float:
    """Bytes a row that go into the log when nothing is taken out of it."""
    campaign = _frozen(connection, people)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    run(connection, records, campaign, n)
    connection.execute("PRAGMA wal_autocheckpoint = 1000")
    return file.with_name(f"{file.name}-wal").stat().st_size / n


def _bytes_per_row(connection: Connection, table: str) -> float:
    size = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name = ?", [table]).fetchone()[0]
    return float(size / connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


RUNS: dict[str, Run] = {
    "executemany": _executemany,
    "ledger": _ledger,
    "ledger, a reference each": functools.partial(_ledger, reference="SM" + 32 * "0"),
}

if __name__ == "__main__":
    sys.exit(main())
