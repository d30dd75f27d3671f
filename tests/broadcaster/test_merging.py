from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import addresses, audit, consent, contacts, database, journal, merging, receipts
from broadcaster.addresses import Address, Channel
from broadcaster.channels.outcome import Accepted, Outcome, Refused, Unknown
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from broadcaster.merging import AmbiguousPerson, BeingWrittenTo, Person
from broadcaster.receipts import Status
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.kept_counts import agree_with_scans
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town

TELEGRAM = addresses.normalise(Channel.TELEGRAM, "700000001")
WHATSAPP = addresses.normalise(Channel.WHATSAPP, "+77011234567")
PHONE = addresses.normalise(Channel.PHONE, "+77011234567")
OTHER_PHONE = addresses.normalise(Channel.PHONE, "+77017654321")
RELAY = addresses.normalise(Channel.RELAY, "halyk/7f3a91")
ROUTE = route_of(SendingChannel.TELEGRAM, Language.RU)


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def unite(register: Connection, *given: Address) -> Person:
    with database.transaction(register):
        return merging.unite(register, given, who="Daniyar", now=NOW)


def rows(register: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in register.execute(sql)]


def test_nobody_met_is_made_once_with_all_addresses(register: Connection) -> None:
    first = unite(register, TELEGRAM, PHONE)
    again = unite(register, PHONE, TELEGRAM)
    assert (first.made, again.made, again.merged) == (True, False, ())
    assert first.contact == again.contact
    assert rows(register, "SELECT contact, channel FROM address ORDER BY id") == [
        (first.contact, "telegram"),
        (first.contact, "phone"),
    ]


def test_an_address_more_is_no_consent_more(register: Connection, people: Town) -> None:
    aigul = people.person(whatsapp=WHATSAPP.value, consent=("warn",))
    assert unite(register, WHATSAPP, PHONE, TELEGRAM) == Person(contact=aigul, made=False, merged=())
    assert rows(register, "SELECT kind, channel FROM consent") == [("warn", "whatsapp")]


def test_two_contacts_become_the_newer_with_everything_of_both(register: Connection, people: Town) -> None:
    people.suspect("@a")
    other = people.person(
        phone=PHONE.value,
        region="almaty",
        topics=["romance", "task-job"],
        refused=["extortion"],
        consent=("educate",),
        follows=("@b",),
    )
    keeper = people.person(telegram=TELEGRAM.value, language="ru", topics=["romance"], consent=("warn",), follows=("@a", "@b"))
    contacts.choose_language(register, PHONE, Language.KK, now=NOW)
    register.execute("UPDATE edge SET first_seen = 5, last_seen = 9000000000 WHERE contact = ?", [other])
    register.execute("INSERT INTO contact_recent VALUES (?, 1, 2), (?, 1, 1), (?, 2, 1)", [keeper, other, other])
    assert unite(register, PHONE, TELEGRAM) == Person(contact=keeper, made=False, merged=(other,))
    assert rows(register, "SELECT id, language, language_chosen, region FROM contact") == [(keeper, "kk", 1, "almaty")]
    assert rows(register, "SELECT contact, topic FROM topic ORDER BY topic") == [(keeper, "romance"), (keeper, "task-job")]
    assert rows(register, "SELECT contact, topic FROM topic_refusal") == [(keeper, "extortion")]
    assert rows(register, "SELECT contact, kind, channel FROM consent ORDER BY kind") == [
        (keeper, "educate", "phone"),
        (keeper, "warn", "telegram"),
    ]
    second = int(NOW.timestamp())
    assert rows(register, "SELECT contact, first_seen, last_seen FROM edge ORDER BY suspect") == [
        (keeper, second, second),
        (keeper, 5, 9_000_000_000),
    ]
    assert rows(register, "SELECT contact, day, n FROM contact_recent ORDER BY day") == [(keeper, 1, 3), (keeper, 2, 1)]
    assert rows(register, "SELECT who, action, subject, detail FROM audit") == [
        ("Daniyar", "contact.merge", f"contact {other}", f'{{"into":{keeper}}}')
    ]
    assert audit.verify(register) is None
    assert merging.current(register, other) == merging.current(register, keeper) == keeper


def test_a_topic_that_either_refused_is_refused(register: Connection, people: Town) -> None:
    people.person(telegram=TELEGRAM.value, topics=["romance"])
    people.person(phone=PHONE.value, refused=["romance"])
    unite(register, TELEGRAM, PHONE)
    assert (rows(register, "SELECT topic FROM topic"), rows(register, "SELECT topic FROM topic_refusal")) == ([], [("romance",)])


def test_the_stop_of_either_silences_both_and_what_they_said_is_still_told(register: Connection, people: Town) -> None:
    people.person(telegram=TELEGRAM.value, consent=("warn",))
    consent.subscribe(register, PHONE, Origin(door="sms", message_id="1", at=NOW), topics=["romance"])
    consent.stop(register, PHONE, Origin(door="sms", message_id="2", at=NOW))
    keeper = unite(register, TELEGRAM, PHONE).contact
    assert consent.is_suppressed(register, PHONE)
    told = contacts.mydata(register, TELEGRAM)
    assert told.contact is not None
    assert told.contact.id == keeper
    assert [said.kind for said in told.said] == ["subscribe", "stop"]


def test_three_contacts_become_one_and_chains_are_followed(register: Connection, people: Town) -> None:
    first = people.person(relay=RELAY.value)
    second = people.person(telegram=TELEGRAM.value)
    third = people.person(phone=PHONE.value)
    assert unite(register, RELAY, TELEGRAM) == Person(contact=second, made=False, merged=(first,))
    assert unite(register, RELAY, PHONE) == Person(contact=third, made=False, merged=(second,))
    assert merging.current(register, first) == third
    assert merging.current(register, 999) == 999


@pytest.mark.parametrize(
    ("first", "second", "row"),
    [
        ({"telegram": "700000001"}, {"telegram": "700000002", "phone": PHONE.value}, (TELEGRAM, PHONE)),
        ({"telegram": "700000001", "phone": OTHER_PHONE.value}, {"phone": PHONE.value}, (TELEGRAM, PHONE)),
        ({"telegram": "700000001", "phone": OTHER_PHONE.value}, {}, (TELEGRAM, PHONE)),
        ({"whatsapp": WHATSAPP.value}, {"whatsapp": OTHER_PHONE.value, "telegram": TELEGRAM.value}, (TELEGRAM, PHONE)),
    ],
)
def test_different_numbers_of_one_kind_are_refused_and_nothing_is_changed(
    register: Connection, people: Town, first: dict[str, str], second: dict[str, str], row: Sequence[Address]
) -> None:
    people.person(**first, consent=("warn",))
    if second:
        people.person(**second)
    before = list(register.iterdump())
    with pytest.raises(AmbiguousPerson, match="two different") as refusal:
        unite(register, *row)
    assert PHONE.value not in str(refusal.value)
    assert list(register.iterdump()) == before


def test_the_id_of_a_merged_contact_is_never_given_again(register: Connection, people: Town) -> None:
    """A link in an old message would silence the newcomer, and not whoever follows it."""
    given = {people.person(telegram=TELEGRAM.value), people.person(phone=PHONE.value)}
    unite(register, TELEGRAM, PHONE)
    assert unite(register, RELAY).contact not in given


def test_messages_of_both_are_each_sent_once(register: Connection, people: Town) -> None:
    other, keeper = people.person(phone=PHONE.value), people.person(telegram=TELEGRAM.value)
    shared, only, later = (people.campaign(started_at=NOW + timedelta(hours=n)) for n in range(3))
    for campaign, contact, state in (
        (shared, keeper, State.ACCEPTED),
        (shared, other, State.REFUSED),
        (only, other, State.DELIVERED),
        (later, other, State.WAITING),
    ):
        register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, 7)", [campaign, contact, ROUTE, state])
    for campaign in (shared, only):
        register.execute("INSERT INTO attempt VALUES (?, ?, 0, 7, 'r', '')", [campaign, other])
        register.execute("INSERT INTO opt_out VALUES (?, ?, ?, 60, ?)", [campaign, other, ROUTE, database.instant(NOW)])
    register.execute("INSERT INTO due VALUES (?, 0, 100, ?, 2)", [later, other])
    register.execute("INSERT INTO waiting VALUES (?, ?)", [later, other])
    unite(register, TELEGRAM, PHONE)
    assert rows(register, "SELECT campaign, contact, state FROM delivery ORDER BY campaign, state") == [
        (shared, keeper, State.ACCEPTED),
        (shared, other, State.REFUSED),
        (only, keeper, State.DELIVERED),
        (later, keeper, State.WAITING),
    ]
    for table in ("attempt", "opt_out"):
        assert rows(register, f"SELECT campaign, contact FROM {table} ORDER BY campaign") == [(shared, other), (only, keeper)]
    assert rows(register, "SELECT campaign, at, contact, tries FROM due") == [(later, 100, keeper, 2)]
    assert rows(register, "SELECT campaign, contact FROM waiting") == [(later, keeper)]


@pytest.mark.parametrize("gone", [State.ACCEPTED, State.DELIVERED, State.UNKNOWN, State.REFUSED])
def test_whoever_got_it_on_one_address_does_not_get_it_again_on_the_other(
    register: Connection, people: Town, tmp_path: Path, gone: State
) -> None:
    other = people.person(phone=PHONE.value, consent=("warn",))
    keeper = people.person(telegram=TELEGRAM.value, consent=("warn",))
    ledger = Ledger(register, tmp_path / "flight", people, channels=("sms", "telegram"))
    results: dict[State, Outcome] = {
        State.ACCEPTED: Accepted(),
        State.DELIVERED: Accepted(),
        State.UNKNOWN: Unknown(reason="lost"),
        State.REFUSED: Refused(reason="no"),
    }
    ledger.run(results[gone], channel=SendingChannel.SMS)
    if gone is State.DELIVERED:
        receipts.apply(register, ledger.campaign, other, Status.DELIVERED, LATER)
    unite(register, PHONE, TELEGRAM)
    assert ledger.run() == ([keeper] if gone is State.REFUSED else [])
    assert ledger.states() == {gone.word: 1, ("accepted" if gone is State.REFUSED else "suppressed"): 1}
    assert journal.is_finished(register, ledger.campaign)
    assert ledger.reason(keeper) == ("" if gone is State.REFUSED else "got it under another address")
    assert agree_with_scans(register)


def test_an_unknown_message_goes_on_wanting_a_person_under_the_keeper(register: Connection, people: Town, tmp_path: Path) -> None:
    people.person(phone=PHONE.value, consent=("warn",))
    ledger = Ledger(register, tmp_path / "flight", people, channels=("sms",))
    ledger.run(Unknown(reason="lost"), channel=SendingChannel.SMS)
    keeper = people.person(telegram=TELEGRAM.value)
    unite(register, PHONE, TELEGRAM)
    assert [unknown.contact for unknown in receipts.unknowns(register, ledger.campaign)] == [keeper]
    assert agree_with_scans(register)


@pytest.mark.parametrize("kind", ["range", "due"])
def test_whoever_is_being_written_to_is_not_merged(register: Connection, people: Town, kind: str) -> None:
    people.person(telegram=TELEGRAM.value)
    other = people.person(phone=PHONE.value)
    campaign = people.campaign(state="sending", started_at=NOW)
    register.execute("INSERT INTO delivery VALUES (?, ?, ?, 0, 0)", [campaign, other, ROUTE])
    register.execute(
        "INSERT INTO lease (id, campaign, channel, kind, lo, hi, record, boot, taken_at, reserve) "
        "VALUES (1, ?, 0, ?, ?, ?, 'r', 'b', ?, 0)",
        [campaign, kind, other, other, database.instant(NOW)],
    )
    if kind == "due":
        register.execute("INSERT INTO lease_member (lease, contact, tries) VALUES (1, ?, 0)", [other])
    before = list(register.iterdump())
    with pytest.raises(BeingWrittenTo):
        unite(register, TELEGRAM, PHONE)
    assert list(register.iterdump()) == before
    register.execute("DELETE FROM lease")
    assert len(unite(register, TELEGRAM, PHONE).merged) == 1


def test_what_other_packages_keep_of_a_person_comes_along(register: Connection, people: Town, tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    folder.mkdir()
    (folder / "0001_ticket.sql").write_text(
        "CREATE TABLE ticket (owner INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE, words TEXT) STRICT;"
    )
    database.migrate(register, "bot", folder)
    other, keeper = people.person(phone=PHONE.value), people.person(telegram=TELEGRAM.value)
    register.execute("INSERT INTO ticket VALUES (?, 'help')", [other])
    unite(register, TELEGRAM, PHONE)
    assert rows(register, "SELECT owner, words FROM ticket") == [(keeper, "help")]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.tuples(st.just(Channel.TELEGRAM), st.sampled_from(["1", "2", "3"])),
                st.tuples(st.sampled_from([Channel.PHONE, Channel.WHATSAPP]), st.sampled_from(["+77010000001", "+77010000002"])),
                st.tuples(st.just(Channel.RELAY), st.sampled_from(["halyk/1", "halyk/2"])),
            ),
            min_size=1,
            max_size=3,
        ),
        max_size=12,
    )
)
def test_any_rows_leave_one_owner_an_address_and_a_second_run_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, file: list[list[tuple[Channel, str]]]
) -> None:
    register = database.open(url_in(tmp_path_factory.mktemp("any")), KEY)
    database.migrate(register, "broadcaster", database.MIGRATIONS)

    def run() -> list[str]:
        for row in file:
            try:
                unite(register, *(addresses.normalise(channel, value) for channel, value in row))
            except AmbiguousPerson:
                continue
        return list(register.iterdump())

    once = run()
    assert run() == once
    assert rows(register, "SELECT hash FROM address GROUP BY hash HAVING count(DISTINCT contact) > 1") == []
    assert (
        rows(register, "SELECT contact FROM address WHERE channel <> 'relay' GROUP BY contact, channel HAVING count(*) > 1") == []
    )
    assert rows(register, "SELECT id FROM contact EXCEPT SELECT contact FROM address") == []
    register.close()
