import shutil
from datetime import timedelta
from pathlib import Path

from broadcaster import addresses, consent, contacts, database, register_size
from broadcaster.addresses import Channel
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.kept_counts import agree_with_scans
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.town import town


def test_a_database_from_before_is_counted_when_it_is_migrated(tmp_path: Path) -> None:
    earlier = tmp_path / "migrations"
    shutil.copytree(database.MIGRATIONS, earlier)
    for file in earlier.glob("*.sql"):
        if file.stem > "0006":
            file.unlink()
    connection = database.open(url_in(tmp_path), KEY)
    database.migrate(connection, "broadcaster", earlier)
    people = town(connection)
    aigul, timur, saule = people.people(3)
    people.stop(aigul, "telegram")
    people.stop(timur, "telegram")
    people.start(timur, "telegram")
    campaign = people.campaign(started_at=NOW)
    for contact, state in ((aigul, State.UNKNOWN), (timur, State.REFUSED), (saule, State.ACCEPTED)):
        connection.execute("INSERT INTO delivery VALUES (?, ?, 0, ?, 60)", [campaign, contact, state])
        connection.execute("INSERT INTO tally VALUES (?, 0, ?, 1)", [campaign, state])
    connection.execute("INSERT INTO attempt VALUES (?, ?, 0, 60, '', 'lost')", [campaign, aigul])
    connection.execute("INSERT INTO attempt VALUES (?, ?, 0, 60, 'SM1', '')", [campaign, saule])
    connection.execute("INSERT INTO waiting VALUES (?, ?)", [campaign, timur])
    for contact, second, at in ((aigul, 3_599, "2025-11-21T18:59:59.000Z"), (timur, 3_600, "2025-11-21T19:00:00.000Z")):
        connection.execute("INSERT INTO opt_out VALUES (?, ?, 0, ?, ?)", [campaign, contact, second, at])
    assert "0006_kept_counts" in database.migrate(connection, "broadcaster", database.MIGRATIONS)
    assert agree_with_scans(connection)
    assert [tuple(row) for row in connection.execute("SELECT contact FROM unknown_delivery")] == [(aigul,)]
    assert [tuple(row) for row in connection.execute("SELECT hour, n FROM opt_out_by_hour")] == [(0, 1), (1, 1)]
    connection.close()


def test_the_register_s_size_follows_people_who_come_go_and_say_stop(register: Connection) -> None:
    def size() -> tuple[int, int]:
        assert agree_with_scans(register)
        told = register_size.of(register)
        return told.people, told.stopped

    aigul, stranger = (addresses.normalise(Channel.PHONE, f"+7701123456{digit}") for digit in (7, 8))
    origins = (Origin(door="sms", message_id=str(number), at=NOW) for number in range(9))
    consent.subscribe(register, aigul, next(origins), topics=["romance"])
    assert size() == (1, 0)
    for address in (aigul, stranger, stranger):
        consent.stop(register, address, next(origins))
    assert size() == (1, 2)
    consent.start(register, stranger, next(origins))
    assert size() == (1, 1)
    contacts.forget(register, aigul)
    assert size() == (0, 1)


def test_opt_outs_are_counted_by_the_day_in_kazakhstan(register: Connection, tmp_path: Path) -> None:
    people = town(register)
    people.people(2, channels=("phone",))
    ledger = Ledger(register, tmp_path / "flight", people, channels=("sms",))
    ledger.run(channel=SendingChannel.SMS)
    midnight = NOW.replace(hour=19, minute=0)
    for number, at in enumerate((midnight - timedelta(seconds=1), midnight), start=1):
        phone = addresses.normalise(Channel.PHONE, f"+7701000000{number}")
        consent.stop(register, phone, Origin(door="sms", message_id="1", at=at))
    assert agree_with_scans(register)
    assert len(register.execute("SELECT day FROM opt_out_by_day").fetchall()) == 2
