import os
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import addresses, consent, contacts, database
from broadcaster.addresses import Address, Channel
from broadcaster.consent import Origin
from broadcaster.database import Connection, DatabaseUnavailable
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in


def said(number: int, door: str = "whatsapp") -> Origin:
    return Origin(door=door, message_id=f"m{number}", at=NOW + timedelta(minutes=number))


def rows(connection: Connection, table: str) -> int:
    count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return count


def topics(connection: Connection, address: Address) -> set[str]:
    contact = contacts.find(connection, address)
    return set(contact.topics) if contact else set()


def test_subscribing_remembers_topics_region_and_language(register: Connection, aigul: Address) -> None:
    assert consent.subscribe(register, aigul, said(1), topics=["romance", "task-job"], region="almaty", language=Language.KK)
    contact = contacts.find(register, aigul)
    assert contact is not None
    assert (contact.topics, contact.region, contact.language) == (frozenset({"romance", "task-job"}), "almaty", Language.KK)
    assert contact.language_chosen
    assert consent.subscribe(register, aigul, said(2), topics=["extortion"])
    contact = contacts.find(register, aigul)
    assert contact is not None
    assert (contact.topics, contact.region) == (frozenset({"romance", "task-job", "extortion"}), "almaty")


def test_a_subscription_to_nothing_is_a_mistake(register: Connection, aigul: Address) -> None:
    with pytest.raises(ValueError, match="topic"):
        consent.subscribe(register, aigul, said(1), topics=[])
    assert contacts.find(register, aigul) is None


def test_one_topic_less_leaves_the_others(register: Connection, aigul: Address) -> None:
    consent.subscribe(register, aigul, said(1), topics=["romance", "task-job"])
    assert consent.unsubscribe(register, aigul, said(2), topic="romance")
    assert topics(register, aigul) == {"task-job"}
    assert not consent.is_suppressed(register, aigul)


def test_stop_and_start_take_turns_and_topics_stay(register: Connection, aigul: Address) -> None:
    consent.subscribe(register, aigul, said(1), topics=["romance"])
    assert consent.stop(register, aigul, said(2))
    assert consent.is_suppressed(register, aigul)
    assert consent.start(register, aigul, said(3))
    assert not consent.is_suppressed(register, aigul)
    assert consent.stop(register, aigul, said(4))
    assert consent.is_suppressed(register, aigul)
    assert topics(register, aigul) == {"romance"}
    assert rows(register, "consent_event") == 4
    assert rows(register, "suppression") == 3


def test_a_repeated_message_is_obeyed_once(register: Connection, aigul: Address) -> None:
    assert consent.stop(register, aigul, said(1))
    assert not consent.stop(register, aigul, said(1))
    assert consent.start(register, aigul, said(2))
    assert not consent.stop(register, aigul, said(1)), "a provider repeats the STOP of before the START"
    assert not consent.is_suppressed(register, aigul)
    assert rows(register, "consent_event") == 2


def test_a_repeated_subscription_does_not_undo_a_later_word(register: Connection, aigul: Address) -> None:
    assert consent.subscribe(register, aigul, said(1), topics=["romance"], region="almaty")
    assert consent.unsubscribe(register, aigul, said(2), topic="romance")
    assert consent.stop(register, aigul, said(3))
    assert not consent.subscribe(register, aigul, said(1), topics=["romance"], region="astana")
    assert not consent.unsubscribe(register, aigul, said(2), topic="romance")
    assert topics(register, aigul) == set()
    assert consent.is_suppressed(register, aigul)


def test_equal_message_ids_of_two_doors_or_two_people_are_two_messages(register: Connection, aigul: Address) -> None:
    timur = addresses.normalise(Channel.TELEGRAM, "123456789")
    assert consent.stop(register, aigul, said(1, door="whatsapp"))
    assert consent.stop(register, timur, said(1, door="whatsapp"))
    assert consent.start(register, aigul, said(1, door="sms"))
    assert consent.is_suppressed(register, timur)
    assert not consent.is_suppressed(register, aigul)


def test_subscribing_after_a_stop_is_a_change_of_mind(register: Connection, aigul: Address) -> None:
    consent.stop(register, aigul, said(1))
    consent.subscribe(register, aigul, said(2), topics=["romance"])
    assert not consent.is_suppressed(register, aigul)


def test_a_stop_from_an_address_nobody_has_met_is_kept_without_making_a_contact(register: Connection, aigul: Address) -> None:
    assert consent.stop(register, aigul, said(1))
    assert consent.is_suppressed(register, aigul)
    assert rows(register, "contact") == 0


def test_a_stop_in_whatsapp_holds_for_sms_of_the_same_number(register: Connection, aigul: Address) -> None:
    consent.stop(register, aigul, said(1))
    assert consent.is_suppressed(register, addresses.normalise(Channel.PHONE, "87011234567"))


def test_a_stop_silences_every_address_and_a_start_only_its_own(register: Connection, aigul: Address) -> None:
    consent.subscribe(register, aigul, said(1), topics=["romance"])
    contact = contacts.find(register, aigul)
    assert contact is not None
    telegram = addresses.normalise(Channel.TELEGRAM, "123456789")
    register.execute(
        "INSERT INTO address (contact, channel, hash, value) VALUES (?, ?, ?, ?)",
        [contact.id, telegram.channel, KEY.hash(telegram), telegram.value],
    )
    consent.stop(register, aigul, said(2))
    assert consent.is_suppressed(register, telegram)
    consent.start(register, telegram, said(3, door="telegram"))
    assert not consent.is_suppressed(register, telegram)
    assert consent.is_suppressed(register, aigul)


def test_a_flood_of_stops_is_all_on_record_and_one_suppression(register: Connection, aigul: Address) -> None:
    for number in range(20):
        assert consent.stop(register, aigul, said(number))
    assert (rows(register, "consent_event"), rows(register, "suppression")) == (20, 1)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM suppression",
        "UPDATE suppression SET state = 'lifted'",
        "INSERT OR REPLACE INTO suppression SELECT id, address, 'lifted', door, at FROM suppression",
        "DELETE FROM consent_event",
        "UPDATE consent_event SET at = '2020-01-01T00:00:00.000Z'",
        "UPDATE consent_event SET kind = 'start'",
        "UPDATE consent_event SET message_id = 'other'",
    ],
)
def test_what_was_said_cannot_be_rewritten(register: Connection, aigul: Address, sql: str) -> None:
    consent.stop(register, aigul, said(1))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        register.execute(sql)
    assert consent.is_suppressed(register, aigul)


def test_a_stop_that_cannot_be_written_is_not_half_written(register: Connection, aigul: Address, tmp_path: Path) -> None:
    other = database.open(url_in(tmp_path), KEY)
    register.execute("PRAGMA busy_timeout = 1")
    with database.transaction(other), pytest.raises(DatabaseUnavailable):
        consent.stop(register, aigul, said(1))
    other.close()
    assert rows(register, "consent_event") == 0
    assert consent.stop(register, aigul, said(1)), "the same message, repeated by the provider, is obeyed"


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from broadcaster import addresses, consent, database
from broadcaster.addresses import AddressKey, Channel
connection = database.open(sys.argv[1], AddressKey(bytes(range(32))))
seen = []
def watch(sql):
    if sql.startswith("INSERT INTO suppression") and sys.argv[2] == "between":
        os.kill(os.getpid(), signal.SIGKILL)
connection.set_trace_callback(watch)
for number in range(100_000):
    phone = addresses.normalise(Channel.PHONE, f"+7701{number:07}")
    consent.stop(connection, phone, consent.Origin(door="sms", message_id=str(number), at=datetime.now(UTC)))
    print(phone.value, flush=True)
"""


def test_a_kill_between_event_and_suppression_leaves_neither(register: Connection, tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, url_in(tmp_path), "between"], check=False, capture_output=True)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert (rows(register, "consent_event"), rows(register, "suppression")) == (0, 0)
    first = addresses.normalise(Channel.PHONE, "+77010000000")
    assert consent.stop(register, first, Origin(door="sms", message_id="0", at=NOW))
    assert consent.is_suppressed(register, first)


def test_every_confirmed_stop_survives_a_kill(register: Connection, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, url_in(tmp_path), "never"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        confirmed = [process.stdout.readline().strip() for _ in range(30)]
        os.kill(process.pid, signal.SIGKILL)
        confirmed += [line.strip() for line in process.stdout if line.endswith("\n")]
    for number in confirmed:
        assert consent.is_suppressed(register, addresses.normalise(Channel.PHONE, number)), number
    assert rows(register, "consent_event") == rows(register, "suppression") >= 30


def allowed(connection: Connection) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in connection.execute("SELECT kind, channel, origin FROM consent ORDER BY kind, channel")]


def refused(connection: Connection) -> set[str]:
    return {row["topic"] for row in connection.execute("SELECT topic FROM topic_refusal")}


def test_a_subscription_allows_warnings_on_its_own_channel_only(register: Connection, aigul: Address) -> None:
    consent.subscribe(register, aigul, said(1), topics=["romance"])
    consent.subscribe(register, aigul, said(2, door="webchat"), topics=["task-job"])
    assert allowed(register) == [("warn", "whatsapp", "whatsapp")], "the first consent keeps its origin"
    by_sms = addresses.normalise(Channel.PHONE, aigul.value)
    consent.subscribe(register, by_sms, said(3, door="sms"), topics=["romance"])
    assert allowed(register) == [("warn", "phone", "sms"), ("warn", "whatsapp", "whatsapp")]


def test_a_topic_left_is_refused_until_it_is_taken_up_again(register: Connection, aigul: Address) -> None:
    consent.subscribe(register, aigul, said(1), topics=["romance", "task-job"])
    consent.unsubscribe(register, aigul, said(2), topic="romance")
    consent.unsubscribe(register, aigul, said(3), topic="extortion")
    assert refused(register) == {"romance", "extortion"}, "also one they had never chosen"
    consent.subscribe(register, aigul, said(4), topics=["romance"])
    assert refused(register) == {"extortion"}


def test_a_start_restores_what_was_and_grants_nothing(register: Connection, aigul: Address) -> None:
    timur = addresses.normalise(Channel.TELEGRAM, "123456789")
    contacts.choose_language(register, timur, Language.RU, now=NOW)
    consent.subscribe(register, aigul, said(1), topics=["romance"])
    before = allowed(register)
    for address in (aigul, timur):
        consent.stop(register, address, said(2))
        consent.start(register, address, said(3))
    assert allowed(register) == before == [("warn", "whatsapp", "whatsapp")]
