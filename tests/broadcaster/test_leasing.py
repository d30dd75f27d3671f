"""Whatever may forbid a message is asked as it is leased: STOP, switch, hours, approval, cap, budget, canary, order."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import addresses, consent, contacts, database, halt, journal
from broadcaster.addresses import Channel
from broadcaster.batches import Result, Unsent
from broadcaster.channels.outcome import Accepted, Refused, TryLater
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.policy import Policy
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import LATER, POLICY, QUICK, Ledger
from tests.broadcaster.town import Town, town

SMS = SendingChannel.SMS


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "flight"


def with_prices(**tiyn: int) -> Policy:
    channels = {
        channel: each.model_copy(update={"price_tiyn": tiyn.get(channel.value, 0)}) for channel, each in QUICK.channels.items()
    }
    return QUICK.model_copy(update={"channels": channels})


def spent(ledger: Ledger) -> int:
    return int(ledger.connection.execute("SELECT spent FROM campaign WHERE id = ?", [ledger.campaign]).fetchone()["spent"])


def recent(register: Connection) -> int:
    return int(register.execute("SELECT coalesce(sum(n), 0) FROM contact_recent").fetchone()[0])


def test_nothing_is_leased_while_everything_is_stopped(register: Connection, people: Town, records: Path) -> None:
    """R16: no new claim after the commit, on any channel."""
    people.people(20, channels=("telegram",))
    people.people(20, channels=("phone",))
    ledger = Ledger(register, records, people, channels=("telegram", "sms"))
    running = ledger.taken(limit=10)
    halt.stop_everything(register, who="Saule", now=LATER)
    assert ledger.take() is None
    assert ledger.take(SMS) is None
    ledger.settle(running)
    assert ledger.states() == {"accepted": 10, "queued": 30}
    halt.resume_everything(register, who="Saule", now=LATER)
    assert len(ledger.run()) == 10


def test_what_is_paused_edited_or_unlawful_now_is_not_leased(register: Connection, people: Town, records: Path) -> None:
    """R12, R17."""
    people.people(5)
    ledger = Ledger(register, records, people)
    assert ledger.take(now=NOW.replace(hour=17)) is None, "22:00 in Kazakhstan"
    register.execute("UPDATE campaign SET state = 'paused', paused_from = 'sending'")
    assert ledger.take() is None
    register.execute("UPDATE campaign SET state = 'sending', content_hash = zeroblob(32)")
    assert ledger.take() is None
    register.execute("UPDATE campaign SET content_hash = approved_hash")
    assert len(ledger.run()) == 5


def test_nobody_is_leased_after_their_stop_committed(register: Connection, people: Town, records: Path) -> None:
    """R13: whichever of their addresses it came from."""
    aigul = people.person(telegram="700000001", phone="+77011234567", consent=("warn",))
    timur = people.person(telegram="700000002", consent=("warn",))
    ledger = Ledger(register, records, people, channels=("telegram", "sms"))
    origin = Origin(door="sms", message_id="1", at=LATER)
    consent.stop(register, addresses.normalise(Channel.PHONE, "+77011234567"), origin)
    assert ledger.run() == [timur]
    assert ledger.state(aigul) is State.SUPPRESSED
    assert ledger.reason(aigul) == "stopped"
    assert recent(register) == 1


def test_who_was_forgotten_meanwhile_is_not_leased_and_holds_nothing_up(
    register: Connection, people: Town, records: Path
) -> None:
    """Put off, in a batch that the last look stopped, or in the range; whoever comes anew inherits nothing."""
    numbers = [f"70000000{number}" for number in range(1, 5)]
    put_off, stopped, queued, timur = (people.person(telegram=number, consent=("warn",)) for number in numbers)
    ledger = Ledger(register, records, people)
    ledger.settle(ledger.taken(limit=1), TryLater(reason="telegram: not reached", seconds=60))
    lease = ledger.taken(limit=1)
    assert list(lease.rows) == [stopped]
    for number in numbers[:3]:
        contacts.forget(register, addresses.normalise(Channel.TELEGRAM, number))
    ledger.settle(lease, Unsent.STOPPED)
    assert ledger.run(now=LATER + timedelta(hours=1)) == [timur]
    assert {ledger.state(each) for each in (put_off, stopped, queued)} == {State.SUPPRESSED}
    assert journal.is_finished(register, ledger.campaign)
    with database.transaction(register):
        assert contacts.record(register, addresses.normalise(Channel.TELEGRAM, numbers[0]), now=LATER) > timur


def test_who_left_the_topic_or_withdrew_consent_meanwhile_is_not_leased(
    register: Connection, people: Town, records: Path
) -> None:
    aigul, timur, saule = people.people(3)
    ledger = Ledger(register, records, people)
    register.execute("INSERT INTO topic_refusal VALUES (?, 'financial-pyramid')", [aigul])
    register.execute("DELETE FROM consent WHERE contact = ?", [timur])
    assert ledger.run() == [saule]
    assert (ledger.state(aigul), ledger.reason(aigul)) == (State.SUPPRESSED, "left the topic")
    assert (ledger.state(timur), ledger.reason(timur)) == (State.SUPPRESSED, "not reachable any more")


def test_who_lost_one_channel_meanwhile_is_written_to_on_the_next(register: Connection, people: Town, records: Path) -> None:
    aigul = people.person(telegram="700000001", phone="+77011234567", language="kk", consent=("warn",))
    ledger = Ledger(register, records, people, channels=("telegram", "sms"))
    register.execute("UPDATE address SET dead_at = ? WHERE channel = 'telegram'", [database.instant(NOW)])
    assert ledger.run() == []
    assert ledger.states() == {"waiting": 1}
    assert ledger.run(channel=SMS) == [aigul]
    assert ledger.states() == {"accepted": 1}


def test_the_cap_holds_over_campaigns_and_ends_with_the_days(register: Connection, people: Town, records: Path) -> None:
    (aigul,) = people.people(1)
    for day in range(3):
        assert Ledger(register, records, people).run(now=LATER + timedelta(days=day)) == [aigul]
    fourth = Ledger(register, records, people)
    assert fourth.run(now=LATER + timedelta(days=6)) == []
    assert (fourth.state(aigul), fourth.reason(aigul)) == (State.SUPPRESSED, "frequency cap")
    assert Ledger(register, records, people).run(now=LATER + timedelta(days=7)) == [aigul]


def test_a_rehearsal_on_paper_costs_nobody_a_real_warning(register: Connection, people: Town, records: Path) -> None:
    (aigul,) = people.people(1)
    real = Ledger(register, records, people)
    assert real.run() == [aigul]
    for _ in range(3):
        rehearsal = Ledger(register, records, people, channels=("paper",))
        rehearsal.settle(rehearsal.taken(SendingChannel.PAPER), Accepted())
    refused = Ledger(register, records, people, channels=("paper",))
    refused.settle(refused.taken(SendingChannel.PAPER), Refused(reason="the file is full"))
    assert recent(register) == 1, "nor does a rehearsal that failed give back what a real warning took"


def test_a_refusal_gives_back_the_place_under_the_cap(register: Connection, people: Town, records: Path) -> None:
    people.people(4)
    results: Iterator[Result] = iter([Refused(reason="x"), TryLater(reason="x"), Unsent.RELEASED, Accepted()])
    ledger = Ledger(register, records, people)
    ledger.settle(ledger.taken(), lambda row: next(results))
    assert ledger.states() == {"refused": 1, "waiting": 2, "accepted": 1}
    assert recent(register) == 1


def test_the_budget_is_a_hard_stop_with_the_dearest_channel_set_aside(register: Connection, people: Town, records: Path) -> None:
    people.people(10, channels=("telegram", "phone"))
    ledger = Ledger(register, records, people, channels=("telegram", "sms"), budget=10, policy=with_prices(sms=300, telegram=0))
    lease = ledger.taken()
    assert len(lease.rows) == 3, "10 tenge pay for three SMS of 3 tenge"
    assert spent(ledger) == 900
    assert ledger.take() is None
    assert ledger.campaign_state() == ("sending", ""), "what is set aside for those in the air may come back"
    ledger.settle(lease, Refused(reason="not there", next_channel=True))
    assert spent(ledger) == 0, "Telegram said no, nothing was paid"
    lease = ledger.taken(SMS)
    ledger.settle(lease, Accepted(segments=1))
    assert spent(ledger) == 900
    assert ledger.take() is None
    assert ledger.campaign_state() == ("paused", "the budget is spent")


def test_segments_are_paid_as_the_provider_counted_them(register: Connection, people: Town, records: Path) -> None:
    people.people(2, channels=("phone",))
    ledger = Ledger(register, records, people, channels=("sms",), budget=100, policy=with_prices(sms=300))
    ledger.settle(ledger.taken(SMS), Accepted(segments=2))
    assert spent(ledger) == 1_200


def test_the_range_waits_for_the_canary(register: Connection, people: Town, records: Path) -> None:
    """B21."""
    people.people(100)
    ledger = Ledger(register, records, people, policy=POLICY)
    first, second = ledger.taken(limit=15), ledger.taken(limit=15)
    assert len(first.rows) + len(second.rows) >= 20
    assert ledger.take() is None, "nobody else before these are settled"
    ledger.settle(first)
    assert ledger.take() is None
    ledger.settle(second)
    assert len(ledger.run()) == 100 - len(first.rows) - len(second.rows)


def test_a_canary_that_fails_pauses_the_campaign_once(register: Connection, people: Town, records: Path) -> None:
    """B21: whoever resumes it has read why."""
    people.people(100)
    ledger = Ledger(register, records, people, policy=POLICY)
    failing = iter([True] * 4 + [False] * 100)
    called = ledger.run(lambda row: Refused(reason="blocked by the network") if next(failing) else Accepted())
    assert len(called) < 100
    assert ledger.campaign_state() == ("paused", f"canary: 4 of {len(called)} messages failed on telegram")
    register.execute("UPDATE campaign SET state = 'sending'")
    assert len(ledger.run()) == 100 - len(called)


def test_a_canary_that_nobody_answered_releases_nothing(register: Connection, people: Town, records: Path) -> None:
    people.people(100)
    ledger = Ledger(register, records, people, policy=POLICY)
    canary = ledger.run(TryLater(reason="busy", seconds=3_600))
    assert len(canary) == 20
    assert ledger.take() is None
    later = LATER + timedelta(hours=1, seconds=1)
    lease = ledger.taken(limit=1, now=later)
    ledger.settle(lease, now=later)
    assert sorted([*ledger.run(now=later), *lease.rows]) == list(range(1, 101)), "one answer is one"


def test_while_the_canary_waits_for_the_provider_there_is_no_work(register: Connection, people: Town, records: Path) -> None:
    """Else a sender that should end when it is idle would never be."""
    people.people(100)
    ledger = Ledger(register, records, people, policy=POLICY)
    ledger.run(TryLater(reason="down", seconds=3_600, whole_bucket=True))
    (work,) = journal.work(register)
    assert work.at == LATER + timedelta(hours=1)
    ledger.run(now=work.at)
    assert ledger.states() == {"accepted": 100}


def test_a_few_failures_of_the_canary_are_no_storm(register: Connection, people: Town, records: Path) -> None:
    people.people(100)
    ledger = Ledger(register, records, people, policy=POLICY)
    failing = iter([True] + [False] * 100)
    assert len(ledger.run(lambda row: Refused(reason="dead", dead=True) if next(failing) else Accepted())) == 100


def test_the_waiting_group_does_not_hold_up_the_range_and_comes_later(register: Connection, people: Town, records: Path) -> None:
    people.people(100)
    ledger = Ledger(register, records, people, policy=POLICY, control=0.3, control_hours=24)
    called = ledger.run()
    group = {row["contact"] for row in register.execute("SELECT contact FROM waiting")}
    assert len(called) == 100 - len(group)
    assert not group & set(called)
    assert journal.work(register)[0].at == NOW + timedelta(hours=24)
    assert set(ledger.run(now=NOW + timedelta(hours=24))) == group
    assert journal.is_finished(register, ledger.campaign)


def test_who_comes_back_late_goes_before_the_range(register: Connection, people: Town, records: Path) -> None:
    crowd = people.people(20)
    ledger = Ledger(register, records, people)
    ledger.settle(ledger.taken(limit=5), TryLater(reason="busy", seconds=90))
    assert list(ledger.taken(limit=5).rows) == crowd[5:10], "not before its time"
    lease = ledger.taken(limit=5, now=LATER + timedelta(seconds=91))
    assert list(lease.rows) == crowd[:5]
    assert {row.tries for row in lease.rows.values()} == {1}


def test_who_was_queued_behind_the_front_is_found(register: Connection, people: Town, records: Path) -> None:
    """As when two contacts became one while the campaign ran."""
    crowd = people.people(20)
    ledger = Ledger(register, records, people)
    ledger.settle(ledger.taken(limit=10), lambda row: Unsent.RELEASED if row.contact == crowd[3] else Accepted())
    with database.transaction(register):
        register.execute("DELETE FROM due")
        register.execute("UPDATE delivery SET state = 0 WHERE state = 1")
        register.execute("UPDATE tally SET n = n + 1 WHERE state = 0")
        register.execute("DELETE FROM tally WHERE state = 1")
    assert ledger.run() == [*crowd[10:], crowd[3]]


def test_the_end_of_a_channel_s_range_is_looked_for_once(register: Connection, people: Town, records: Path) -> None:
    """A few late SMS behind a million Telegram chats would else read all of them at every asking."""
    people.people(3, channels=("phone",))
    people.people(200)
    ledger = Ledger(register, records, people, channels=("telegram", "sms"))
    ledger.run(channel=SMS)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    register.set_progress_handler(count, 10)
    assert ledger.take(SMS) is None
    register.set_progress_handler(None, 10)
    assert steps < 50, "instructions in tens: a few for each statement, not for each person"
