import re
from datetime import timedelta
from pathlib import Path

from broadcaster import addresses, consent, contacts, database
from broadcaster.addresses import Address, Channel
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.town import town


def origin(message_id: str = "m1", door: str = "whatsapp") -> Origin:
    return Origin(door=door, message_id=message_id, at=NOW)


def contact_of(connection: Connection, address: Address) -> contacts.Contact:
    contact = contacts.find(connection, address)
    assert contact is not None
    return contact


def test_whoever_only_asked_is_not_remembered(register: Connection, aigul: Address) -> None:
    assert contacts.find(register, aigul) is None
    assert contacts.mydata(register, aigul) == contacts.MyData(address="+7701***4567")
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 0


def test_a_chosen_language_stays_when_another_is_noticed(register: Connection, aigul: Address) -> None:
    contacts.choose_language(register, aigul, Language.KK, now=NOW)
    contacts.notice_language(register, contact_of(register, aigul).id, Language.RU)
    aigul_now = contact_of(register, aigul)
    assert (aigul_now.language, aigul_now.language_chosen) == (Language.KK, True)
    contacts.choose_language(register, aigul, Language.EN, now=NOW)
    assert contact_of(register, aigul).language is Language.EN


def test_a_noticed_language_follows_the_person(register: Connection, aigul: Address) -> None:
    consent.subscribe(register, aigul, origin(), topics=["romance"])
    for language in (Language.RU, Language.KK):
        contacts.notice_language(register, contact_of(register, aigul).id, language)
        assert contact_of(register, aigul).language is language
    assert not contact_of(register, aigul).language_chosen


def test_one_number_in_whatsapp_and_sms_is_one_person(register: Connection, aigul: Address) -> None:
    by_sms = addresses.normalise(Channel.PHONE, "8 701 123 45 67")
    contacts.choose_language(register, aigul, Language.KK, now=NOW)
    contacts.choose_language(register, by_sms, Language.RU, now=NOW + timedelta(days=1))
    assert contact_of(register, aigul) == contact_of(register, by_sms)
    assert contact_of(register, aigul).created_at == NOW
    assert contacts.mydata(register, aigul).addresses == ("+7701***4567", "+7701***4567")


def test_mydata_tells_everything_and_no_whole_number(register: Connection, aigul: Address) -> None:
    consent.subscribe(register, aigul, origin("1"), topics=["romance"], region="almaty", language=Language.KK)
    consent.stop(register, aigul, origin("2"))
    told = contacts.mydata(register, aigul)
    assert told.contact is not None
    assert (told.contact.region, told.contact.language, told.contact.topics) == ("almaty", Language.KK, frozenset({"romance"}))
    assert [(said.kind, said.topic, said.door, said.at) for said in told.said] == [
        ("subscribe", "romance", "whatsapp", NOW),
        ("stop", "", "whatsapp", NOW),
    ]
    assert [(agreed.kind, agreed.channel, agreed.origin, agreed.since) for agreed in told.agreed] == [
        ("warn", Channel.WHATSAPP, "whatsapp", NOW)
    ]
    assert told.stopped
    assert aigul.value not in repr(told)


def test_warnings_that_reached_them_lately_are_counted(register: Connection) -> None:
    people = town(register)
    aigul, timur = people.people(2)
    telegram, paper = (route_of(channel, Language.KK) for channel in (SendingChannel.TELEGRAM, SendingChannel.PAPER))
    sent = [(telegram, state, days) for state in State for days in (1, 40)]
    for route, state, days in [*sent, (paper, State.ACCEPTED, 1)]:
        campaign = people.campaign(started_at=NOW - timedelta(days=days))
        register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, 60)", [campaign, aigul, route, state])
    since = NOW - timedelta(days=30)
    assert contacts.warnings_since(register, aigul, since) == 3, "accepted, delivered and unknown"
    assert contacts.warnings_since(register, timur, since) == 0


def test_forgetting_leaves_the_number_in_no_file_and_the_stop_in_force(tmp_path: Path) -> None:
    connection = database.open(url_in(tmp_path), KEY)
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    folder = tmp_path / "bot"
    folder.mkdir()
    (folder / "0001_ticket.sql").write_text(
        "CREATE TABLE ticket (contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE, words TEXT) STRICT;"
    )
    database.migrate(connection, "bot", folder)
    crowd = [addresses.normalise(Channel.WHATSAPP, f"+7701{number:07}") for number in range(2_000)]
    canaries = crowd[::100]
    with database.transaction(connection):
        for address in crowd:
            contacts.record(connection, address, now=NOW)
    for canary in canaries:
        consent.subscribe(connection, canary, origin(f"from {canary.value}"), topics=["romance"], region="almaty")
        consent.stop(connection, canary, origin(f"again from {canary.value}"))
        owner = contact_of(connection, canary).id
        connection.execute("INSERT INTO ticket VALUES (?, ?)", [owner, f"my number is {canary.value}"])
    files = [tmp_path / name for name in ("saqbol.db", "saqbol.db-wal")]

    def numbers_in_files() -> set[str]:
        return {found.decode() for file in files for found in re.findall(rb"\+7701\d{7}", file.read_bytes())}

    expected = {canary.value for canary in canaries}
    assert expected <= numbers_in_files()
    for canary in canaries:
        assert contacts.forget(connection, canary)
    assert expected & numbers_in_files() == set()
    assert {address.value for address in crowd} - expected == numbers_in_files()

    for canary in canaries:
        assert consent.is_suppressed(connection, canary)
        assert contacts.find(connection, canary) is None
        assert contacts.mydata(connection, canary).said == ()
    assert connection.execute("SELECT count(*) FROM ticket").fetchone()[0] == 0
    kept = connection.execute("SELECT DISTINCT contact, address, message_id FROM consent_event").fetchall()
    assert [tuple(row) for row in kept] == [(None, None, None)]
    connection.close()


def test_forgetting_a_stranger_changes_nothing_but_cuts_what_they_said(register: Connection, aigul: Address) -> None:
    consent.stop(register, aigul, origin())
    assert not contacts.forget(register, aigul)
    assert contacts.mydata(register, aigul).said == ()
    assert consent.is_suppressed(register, aigul)


def test_forgetting_one_person_leaves_the_others(register: Connection, aigul: Address) -> None:
    timur = addresses.normalise(Channel.TELEGRAM, "123456789")
    for address in (aigul, timur):
        consent.subscribe(register, address, origin(), topics=["romance"])
    assert contacts.forget(register, aigul)
    assert contact_of(register, timur).topics == {"romance"}
    assert len(contacts.mydata(register, timur).said) == 1


def test_dead_addresses_come_to_life_when_somebody_writes_from_them(register: Connection, aigul: Address) -> None:
    hashed = register.address_key.hash(aigul)

    def dead() -> object:
        return register.execute("SELECT dead_at FROM address").fetchone()["dead_at"]

    def die() -> None:
        with database.transaction(register):
            contacts.mark_dead(register, hashed, aigul.channel, at=NOW)
        assert dead() == "2025-11-21T07:15:00.000Z"

    with database.transaction(register):
        contacts.record(register, aigul, now=NOW)
    die()
    contacts.choose_language(register, aigul, Language.KK, now=NOW)
    assert dead() is None
    die()
    consent.start(register, aigul, origin())
    assert dead() is None


def test_nobody_inherits_the_id_of_somebody_forgotten(register: Connection, aigul: Address) -> None:
    """The ledger, the cap and the links in old messages know people by their id alone."""
    timur = addresses.normalise(Channel.TELEGRAM, "123456789")
    given = set()
    for message in ("m1", "m2", "m3"):
        for address in (aigul, timur):
            consent.subscribe(register, address, origin(message), topics=["romance"])
            given.add(contact_of(register, address).id)
        contacts.forget(register, timur)
        contacts.forget(register, aigul)
    assert len(given) == 6
    assert contacts.last_id(register) == max(given)
