"""Freezing an audience: deliveries per CPU-second over 2 million contacts × 6 million follower edges, and a tenth of that.

    .venv/bin/python -m benchmarks.freeze [--rounds 5] [--contacts 2000000]

Bare is the segment alone; whole is with suppression, consent, left topics and the choice of the channel. Every round writes the
deliveries inside a transaction and rolls it back.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from broadcaster import database, segments
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.reach_routes import first_route, routed
from broadcaster.segment_rules import FollowersOf

CHANNELS = (SendingChannel.TELEGRAM, SendingChannel.PUSH, SendingChannel.WHATSAPP, SendingChannel.SMS)
SUSPECTS = 10
FOLLOWERS = FollowersOf("@suspect1")
AT = "2025-11-21T07:15:00.000Z"
NUMBERS = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :n) "
TOWN = (
    NUMBERS + "INSERT INTO contact (id, language, created_at) SELECT n, iif(n % 3, 'ru', 'kk'), :at FROM number",
    NUMBERS
    + "INSERT INTO address (contact, channel, hash, value) SELECT n, channel.value, randomblob(32), '+7701' || n FROM number "
    """JOIN json_each('["telegram", "whatsapp", "phone", "push"]') AS channel """
    "WHERE (n * 7919 + channel.key * 104729) % 1000003 % 10 < 4",
    "INSERT INTO consent SELECT contact, 'warn', channel, 'benchmark', :at FROM address WHERE id * 7919 % 1000003 % 10 < 9",
    "INSERT INTO suppression (address, state, door, at) SELECT hash, 'stopped', 'benchmark', :at FROM address "
    "WHERE id * 7907 % 1000003 % 100 < 2",
    "INSERT INTO topic_refusal SELECT id, 'financial-pyramid' FROM contact WHERE id * 7901 % 1000003 % 100 < 1",
    "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :suspects) "
    "INSERT INTO suspect (id, kind, value, scheme, source, organisation, first_seen, added_at) "
    "SELECT n, 'handle', '@suspect' || n, 'financial-pyramid', 'staff', 0, :at, :at FROM number",
    "INSERT INTO edge SELECT suspect.id, contact.id, 1, 1 FROM suspect CROSS JOIN contact "
    "WHERE (contact.id * 7877 + suspect.id * 104729) % 1000003 % 10 < 3",
)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    arguments.add_argument("--contacts", type=int, default=2_000_000, help="of the larger town (default 2,000,000)")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        towns = {n: _town(Path(folder), n) for n in (asked.contacts // 10, asked.contacts)}
        costs: dict[tuple[int, str], list[float]] = {}
        for _ in range(asked.rounds):
            for n, connection in towns.items():
                for name, (sql, parameters) in _statements(connection).items():
                    costs.setdefault((n, name), []).append(_seconds_per_row(connection, sql, parameters))
        for connection in towns.values():
            connection.close()
    medians = {key: statistics.median(found) for key, found in costs.items()}
    for (n, name), cost in medians.items():
        print(f"freeze, {name}, {n:,} contacts: {1 / cost:,.0f} deliveries per CPU-second (median of {asked.rounds})")
    small, large = towns
    for name in ("bare", "whole"):
        ratios = [big / little for big, little in zip(costs[large, name], costs[small, name], strict=True)]
        print(f"freeze, {name}: a row at 10× data costs {statistics.median(ratios):.2f}×")
    return 0


def _town(folder: Path, contacts: int) -> Connection:
    connection = database.open(f"sqlite:///{folder / str(contacts)}.db", AddressKey(bytes(32)))
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    with database.transaction(connection, durable=False):
        for sql in TOWN:
            connection.execute(sql, {"n": contacts, "at": AT, "suspects": SUSPECTS})
    database.scrub(connection)
    return connection


def _statements(connection: Connection) -> dict[str, tuple[str, dict[str, object]]]:
    segment = segments.select(connection, FOLLOWERS)
    route = first_route(CHANNELS, purpose="warn", scheme="financial-pyramid", legal_basis="consent")
    whole = routed(segment, route)
    return {
        "bare": (
            f"INSERT INTO delivery SELECT 1, contact.id, 0, 0, 0 FROM contact WHERE {segment.sql} ORDER BY contact.id",
            dict(segment.parameters),
        ),
        "whole": (
            f"INSERT INTO delivery SELECT 1, contact, route, 0, 0 FROM ({whole.sql}) WHERE route IS NOT NULL ORDER BY contact",
            dict(whole.parameters),
        ),
    }


def _seconds_per_row(connection: Connection, sql: str, parameters: dict[str, object]) -> float:
    connection.execute("BEGIN IMMEDIATE")
    started = time.process_time()
    rows = connection.execute(sql, parameters).rowcount
    took = time.process_time() - started
    connection.execute("ROLLBACK")
    return took / rows


if __name__ == "__main__":
    sys.exit(main())
