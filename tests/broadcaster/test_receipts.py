from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import audit, receipts
from broadcaster.channels.outcome import Accepted, Refused, TryLater, Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.receipts import CampaignCancelled, Choice, NotUnknown, Status
from tests.broadcaster.kept_counts import agree_with_scans
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import town


@pytest.fixture
def ledger(register: Connection, tmp_path: Path) -> Ledger:
    people = town(register)
    people.people(3, channels=("phone",))
    return Ledger(register, tmp_path / "flight", people, channels=("sms",))


def apply(ledger: Ledger, contact: ContactId, status: Status, minutes: int = 5) -> bool:
    return receipts.apply(ledger.connection, ledger.campaign, contact, status, LATER + timedelta(minutes=minutes))


def test_receipts_settle_once_and_never_go_back(ledger: Ledger) -> None:
    """R9."""
    first, second, _ = ledger.run(channel=SendingChannel.SMS)
    assert apply(ledger, first, Status.DELIVERED)
    assert not apply(ledger, first, Status.DELIVERED), "repeated"
    assert not apply(ledger, first, Status.UNDELIVERED)
    assert not apply(ledger, first, Status.ACCEPTED)
    assert apply(ledger, second, Status.UNDELIVERED)
    assert not apply(ledger, second, Status.ACCEPTED)
    assert not apply(ledger, ContactId(10_000), Status.DELIVERED), "nobody we wrote to"
    assert not receipts.apply(ledger.connection, 999, first, Status.DELIVERED, LATER)
    assert ledger.states() == {"delivered": 1, "undelivered": 1, "accepted": 1}
    seconds = ledger.connection.execute("SELECT DISTINCT second FROM delivery").fetchall()
    assert [row["second"] for row in seconds] == [60], "when it was sent stays"


@pytest.mark.parametrize("settle_at", range(4))
@pytest.mark.parametrize("order", [*permutations([Status.UNDELIVERED, Status.DELIVERED, Status.ACCEPTED])])
def test_in_any_order_and_before_our_own_settling_the_end_is_the_same(
    ledger: Ledger, order: tuple[Status, ...], settle_at: int
) -> None:
    """R9: early ones are kept."""
    lease = ledger.taken(SendingChannel.SMS, limit=1)
    (contact,) = lease.rows
    for place in range(4):
        if place == settle_at:
            ledger.settle(lease, Accepted(reference="SM1"))
        if place < 3:
            apply(ledger, contact, order[place])
    assert ledger.state(contact) is State.DELIVERED
    assert ledger.states() == {"delivered": 1, "queued": 2}
    assert ledger.connection.execute("SELECT reference FROM attempt").fetchone()["reference"] == "SM1"


def test_an_early_failure_is_kept_too(ledger: Ledger) -> None:
    """R9."""
    lease = ledger.taken(SendingChannel.SMS, limit=1)
    (contact,) = lease.rows
    assert apply(ledger, contact, Status.UNDELIVERED)
    ledger.settle(lease, Accepted(reference="SM1"))
    assert ledger.states() == {"undelivered": 1, "queued": 2}


def test_a_failure_told_of_what_was_refused_keeps_nobody_from_the_next_channel(register: Connection, tmp_path: Path) -> None:
    """A partner that refuses somebody and sends a receipt about it as well."""
    people = town(register)
    (aigul,) = people.people(1, channels=("relay", "phone"))
    ledger = Ledger(register, tmp_path / "flight", people, channels=("relay", "sms"), legal_basis="public-task")
    ledger.run(Refused(reason="gone", next_channel=True), channel=SendingChannel.RELAY)
    assert not apply(ledger, aigul, Status.UNDELIVERED)
    assert ledger.run(channel=SendingChannel.SMS) == [aigul]
    assert ledger.states() == {"accepted": 1}


@given(st.lists(st.sampled_from(Status), max_size=12))
@settings(max_examples=1_000)
def test_a_final_state_never_regresses(order: list[Status]) -> None:
    """R9: any sequence, by the table alone."""
    state = State.ACCEPTED
    for status in order:
        moved = State[status.name] if state in receipts._MOVES[status] else state
        assert not (state is State.DELIVERED and moved is not State.DELIVERED)
        assert not (state is State.UNDELIVERED and moved is State.ACCEPTED)
        state = moved
    expected = (
        State.DELIVERED if Status.DELIVERED in order else State.UNDELIVERED if Status.UNDELIVERED in order else State.ACCEPTED
    )
    assert state is expected


def test_a_receipt_for_a_message_put_off_keeps_it_from_being_sent_again(ledger: Ledger) -> None:
    """A provider that said no, but sent it."""
    lease = ledger.taken(SendingChannel.SMS, limit=1)
    (contact,) = lease.rows
    ledger.settle(lease, TryLater(reason="busy"))
    assert apply(ledger, contact, Status.DELIVERED)
    assert contact not in ledger.run(channel=SendingChannel.SMS, now=LATER + timedelta(hours=1))
    assert ledger.states() == {"delivered": 1, "accepted": 2}


def test_an_unknown_is_listed_masked_and_settled_by_what_the_provider_tells(ledger: Ledger) -> None:
    ledger.run(Unknown(reason="timed out"), channel=SendingChannel.SMS)
    listed = receipts.unknowns(ledger.connection, ledger.campaign)
    assert [unknown.reason for unknown in listed] == ["timed out"] * 3
    assert all("***" in unknown.masked and unknown.channel is SendingChannel.SMS for unknown in listed)
    assert all(len(unknown.addresses) == 1 for unknown in listed)
    first, second, third = (unknown.contact for unknown in listed)
    assert receipts.apply(ledger.connection, ledger.campaign, first, Status.ACCEPTED, LATER, reference="SM9")
    assert apply(ledger, second, Status.DELIVERED)
    assert [unknown.contact for unknown in receipts.unknowns(ledger.connection, ledger.campaign)] == [third]
    assert ledger.connection.execute("SELECT reference FROM attempt WHERE contact = ?", [first]).fetchone()[0] == "SM9"


def test_what_was_delivered_before_its_answer_was_lost_wants_nobody(ledger: Ledger) -> None:
    lease = ledger.taken(SendingChannel.SMS, limit=1)
    (contact,) = lease.rows
    assert apply(ledger, contact, Status.DELIVERED)
    ledger.settle(lease, Unknown(reason="timed out"))
    assert receipts.unknowns(ledger.connection, ledger.campaign) == ()
    assert agree_with_scans(ledger.connection)


def test_a_page_asks_for_the_first_unknowns_only(ledger: Ledger) -> None:
    called = ledger.run(Unknown(reason="timed out"), channel=SendingChannel.SMS)
    first = receipts.unknowns(ledger.connection, ledger.campaign, most=2)
    assert [unknown.contact for unknown in first] == sorted(called)[:2]


def test_a_person_sends_an_unknown_again_or_closes_it(ledger: Ledger) -> None:
    connection = ledger.connection
    first, second, _ = ledger.run(Unknown(reason="x"), channel=SendingChannel.SMS)
    receipts.decide(connection, ledger.campaign, first, Choice.REQUEUE, who="Saule", now=LATER)
    receipts.decide(connection, ledger.campaign, second, Choice.CLOSE, who="Saule", now=LATER)
    assert ledger.run(channel=SendingChannel.SMS) == [first]
    assert ledger.states() == {"accepted": 1, "closed": 1, "unknown": 1}
    for contact in (first, second, ContactId(10_000)):
        with pytest.raises(NotUnknown):
            receipts.decide(connection, ledger.campaign, contact, Choice.REQUEUE, who="Saule", now=LATER)
    actions = connection.execute("SELECT action, who FROM audit WHERE action LIKE 'delivery.%' ORDER BY id").fetchall()
    assert [tuple(row) for row in actions] == [("delivery.requeue", "Saule"), ("delivery.close", "Saule")]
    assert audit.verify(connection) is None
    assert apply(ledger, second, Status.DELIVERED), "what the phone shows outweighs a decision"


def test_nothing_of_a_cancelled_campaign_is_sent_again(ledger: Ledger) -> None:
    connection = ledger.connection
    first, *_ = ledger.run(Unknown(reason="x"), channel=SendingChannel.SMS)
    connection.execute("UPDATE campaign SET state = 'cancelled'")
    with pytest.raises(CampaignCancelled):
        receipts.decide(connection, ledger.campaign, first, Choice.REQUEUE, who="Saule", now=LATER)
    receipts.decide(connection, ledger.campaign, first, Choice.CLOSE, who="Saule", now=LATER)
    assert ledger.states() == {"closed": 1, "unknown": 2}
