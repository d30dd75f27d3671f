"""A register as large as the country's: 2 million contacts, 10 million deliveries, 5 million consent events. The same every time.

    .venv/bin/python -m benchmarks.big_register FOLDER [--people 2000000]

Filled as it was before counts were kept (migrations up to 0005), then migrated: what the later ones cost on it is told.
Addresses and hashes are real ones under KEY, so that anybody of it can be looked up by what staff would type.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broadcaster import audit, database, effect, leaving
from broadcaster.addresses import AddressKey, Channel
from broadcaster.database import Connection
from tests.broadcaster.town import town

KEY = AddressKey(bytes(range(32)))
AT = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
NOW = AT + timedelta(days=22, hours=3)
BIG = 20
"""Campaigns that reached a quarter of all people each."""

SMALL = 480
"""Older ones of which nothing is left but their row."""

AUDITED = 20_000
SUSPECT = "@pyramid_kz"
_UNCOUNTED = "0005"
_REBUILT = ("address_of_contact", "consent_event_once", "consent_event_of_contact", "suppression_of_address")
_NUMBER = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :n) "
_DRAW = "((contact * 7919 + campaign * 104729) % 1000003)"
_FILL = (
    _NUMBER + "INSERT INTO contact (id, language, region, created_at) SELECT n, iif(n % 3, 'ru', 'kk'), "
    "iif(n % 5, NULL, 'almaty'), :at FROM number",
    # 7 of 10 have Telegram, 11 of 20 a telephone, everybody one of both; in the order of the index by hash
    "INSERT INTO address (contact, channel, hash, value) "
    "SELECT contact, channel, address_hash(channel, value) AS hash, value FROM ("
    "SELECT id AS contact, 'telegram' AS channel, CAST(100000000 + id AS TEXT) AS value FROM contact WHERE id % 10 < 7 "
    "UNION ALL SELECT id, 'phone', printf('+7701%07d', id) FROM contact WHERE id % 10 >= 7 OR id % 10 < 2 OR id % 20 = 2"
    ") ORDER BY hash",
    "INSERT INTO consent (contact, kind, channel, origin, since) SELECT contact, 'warn', channel, 'telegram', :at "
    "FROM address ORDER BY contact, channel",
    "INSERT INTO topic (contact, topic) SELECT id, 'financial-pyramid' FROM contact WHERE id % 3 = 0",
    "INSERT INTO consent_event (contact, address, kind, channel, topic, door, message_id, at) "
    "SELECT contact, hash, iif(each.value = 1 AND address.id % 40 = 0, 'unsubscribe', 'subscribe'), channel, "
    "iif(each.value, 'financial-pyramid', 'task-job'), channel, address.id * 2 + each.value, :at "
    "FROM address CROSS JOIN json_each('[0, 1]') AS each",
    # routes 0-2 Telegram, 12-14 SMS; seconds: half a day of sending
    "INSERT INTO delivery (campaign, contact, route, state, second) "
    f"SELECT campaign, contact, iif(contact % 10 < 7, 0, 12) + (contact % 3 > 0), "
    f"CASE WHEN campaign = {BIG} AND contact > :n / 2 THEN 0 "
    f"WHEN {_DRAW} % 10000 < 2 THEN 7 WHEN {_DRAW} % 100 < 3 THEN 5 WHEN {_DRAW} % 100 < 5 THEN 6 "
    f"WHEN contact % 10 < 7 THEN 2 WHEN {_DRAW} % 100 < 8 THEN 4 ELSE 3 END, contact * 43200 / :n "
    "FROM (SELECT campaign.id AS campaign, contact.id AS contact FROM campaign CROSS JOIN contact "
    f"WHERE campaign.id <= {BIG} AND (contact.id + campaign.id) % 4 = 0)",
    "INSERT INTO tally (campaign, route, state, n) SELECT campaign, route, state, count(*) FROM delivery GROUP BY 1, 2, 3",
    "INSERT INTO attempt (campaign, contact, channel, second, reference, reason) "
    "SELECT campaign, contact, route / 4, second, iif(state IN (2, 3, 4), printf('SM%032d', contact * 21 + campaign), ''), "
    "CASE state WHEN 7 THEN 'timed out' WHEN 4 THEN 'twilio 30003: unreachable' WHEN 6 THEN 'stopped' "
    "WHEN 5 THEN iif(contact % 2, 'telegram 403: blocked', 'telegram 400: chat not found') ELSE '' END "
    "FROM delivery WHERE state IN (5, 6, 7) OR (state IN (3, 4) AND route >= 12)",
    f"INSERT INTO waiting (campaign, contact) SELECT campaign, contact FROM delivery WHERE campaign % 4 = 0 AND {_DRAW} % 20 = 0",
    "INSERT INTO opt_out (campaign, contact, route, second, at) "
    "SELECT campaign, contact, route, after, strftime('%Y-%m-%dT%H:%M:%S.000Z', unixepoch(campaign.started_at) + sent + after, "
    "'unixepoch') "
    "FROM (SELECT campaign, contact, route, second AS sent, (contact * 7877 % 1000) * (contact * 7877 % 1000) * 12 / 10 AS after "
    f"FROM delivery WHERE state IN (2, 3) AND {_DRAW} % 1000 BETWEEN 500 AND 537) "
    "JOIN campaign ON campaign.id = campaign WHERE unixepoch(campaign.started_at) + sent + after <= unixepoch(:now)",
    "INSERT INTO suppression (address, state, door, at) "
    "SELECT hash, 'stopped', channel, :at FROM (SELECT hash, channel FROM address "
    "WHERE contact IN (SELECT contact FROM opt_out WHERE contact % 8 < 5) "
    "UNION ALL SELECT address_hash('phone', printf('+7705%07d', id)), 'import' FROM contact WHERE id % 10 = 0) ORDER BY hash",
    "INSERT INTO edge (suspect, contact, first_seen, last_seen) SELECT 1, id, unixepoch(:at) - 86400, "
    "unixepoch(:at) + iif(id % 10, 86400 * 21, -86400) FROM contact WHERE id % 4 = 0",
)


def build(folder: Path, people: int = 2_000_000) -> Path:
    """The database file, migrated to the latest; prints what took how long."""
    file = folder / "saqbol.db"
    connection = database.open(f"sqlite:///{file}", KEY)
    with _earlier() as migrations:
        database.migrate(connection, "broadcaster", migrations)
    started = time.perf_counter()
    _campaigns(connection)
    _fill(connection, people)
    print(f"filled in {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    later = database.migrate(connection, "broadcaster", database.MIGRATIONS)
    print(f"{', '.join(later) or 'nothing'} applied in {time.perf_counter() - started:.1f} s")
    _keep(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


@contextmanager
def _earlier() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        for file in database.MIGRATIONS.glob("*.sql"):
            if file.stem[:4] <= _UNCOUNTED:
                shutil.copy(file, folder)
        yield Path(folder)


def _campaigns(connection: Connection) -> None:
    people = town(connection)
    people.suspect(SUSPECT)
    for day in (-1, 4, 21):
        people.snapshot(1, AT + timedelta(days=day, hours=8), [])
    channels = ("telegram", "sms")
    for number in range(1, BIG + 1):
        followers = {"segment": {"followers_of": SUSPECT}} if number % 4 == 0 else {}
        state = {BIG - 1: "paused", BIG: "sending"}.get(number, "done")
        people.campaign(state=state, started_at=AT + timedelta(days=number), channels=channels, budget=9_000_000, **followers)  # type: ignore[arg-type]
    for number in range(SMALL):
        people.campaign(state="done", started_at=AT - timedelta(days=30 + number), channels=channels)
    for state in ("submitted", "submitted", "scheduled", "approved", "draft", "draft"):
        people.campaign(state=state, channels=channels, emergency=state == "approved")
    with database.transaction(connection, durable=False):
        connection.execute("UPDATE campaign SET paused_from = 'sending', reason = 'too many errors' WHERE state = 'paused'")
        connection.execute("UPDATE campaign SET ended_at = started_at WHERE state = 'done'")
        connection.execute("UPDATE campaign SET control_hours = iif(id % 4 = 0 AND id <= ?, 24, 0)", [BIG])


def _keep(connection: Connection) -> None:
    """What the import of the last snapshot ends with, and a year's audit trail."""
    effect.keep(connection)
    leaving.keep(connection)
    with database.transaction(connection, durable=False):
        for number in range(AUDITED):
            audit.append(
                connection,
                at=AT + timedelta(minutes=number),
                who="Saule",
                action="campaign.edit",
                subject=f"campaign {number % 500 + 1}",
                detail={"hash": f"{number:064x}", "from": "draft"},
            )


def _fill(connection: Connection, people: int) -> None:
    hashers = {channel.value: connection.address_key.hasher(channel) for channel in (Channel.TELEGRAM, Channel.PHONE)}
    connection.create_function("address_hash", 2, lambda channel, value: hashers[channel](value), deterministic=True)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=OFF", "cache_size=-400000", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    marks = ", ".join("?" * len(_REBUILT))
    indexes = connection.execute(f"SELECT name, sql FROM sqlite_master WHERE name IN ({marks})", _REBUILT).fetchall()
    for index in indexes:
        connection.execute(f"DROP INDEX {index['name']}")
    connection.execute("BEGIN")
    for sql in _FILL:
        connection.execute(sql, {"n": people, "at": database.instant(AT), "now": database.instant(NOW)})
    for index in indexes:
        connection.execute(index["sql"])
    connection.execute(
        f"UPDATE campaign SET audience = (SELECT sum(n) FROM tally WHERE campaign = campaign.id) WHERE id <= {BIG}"
    )
    connection.execute("COMMIT")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--people", type=int, default=2_000_000, help="contacts (default 2,000,000)")
    asked = arguments.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(build(asked.folder, asked.people))
    return 0


if __name__ == "__main__":
    sys.exit(main())
