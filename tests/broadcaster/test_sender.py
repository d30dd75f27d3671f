"""The process that sends: a campaign's course, and what providers do to it."""

import asyncio
import itertools
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from broadcaster import audit, campaign_records, campaigns, freeze, receipts, staff
from broadcaster.campaign_states import Role
from broadcaster.campaign_states import State as Stage
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.receipts import Choice
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import QUICK
from tests.broadcaster.post import SMS, TELEGRAM, Post, at_call, fast, leases, send, sender, stage, states
from tests.broadcaster.town import Town, town


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def test_a_due_campaign_begins_is_sent_and_ends(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(60)
    campaign, post = people.campaign(), Post()
    send(tmp_path, post)
    assert Counter(post.contacts) == Counter(range(1, 61))
    assert states(register, campaign) == {"accepted": 60}
    assert stage(register, campaign) == ("done", "")
    assert post.is_closed
    trail = [row["action"] for row in register.execute("SELECT action FROM audit ORDER BY id")]
    assert trail == ["campaign.begin", "campaign.finish"]
    assert audit.verify(register) is None


def test_a_schedule_fires_once_at_its_time_over_a_restart(register: Connection, people: Town, tmp_path: Path) -> None:
    """R11: the process is stopped before the moment and started again after it, twice."""
    people.people(30)
    campaign = people.campaign()
    register.execute("UPDATE campaign SET send_at = '2025-11-21T19:05:00.000Z' WHERE id = ?", [campaign])
    midnight = datetime.fromisoformat("2025-11-21T19:00:00+00:00")
    early, late, again = Post(), Post(), Post()
    for post, start in ((early, midnight), (late, midnight + timedelta(hours=10)), (again, midnight + timedelta(hours=11))):
        send(tmp_path, post, start=start)
    assert early.called == []
    assert Counter(late.contacts) == Counter(range(1, 31))
    assert again.called == []
    begun = register.execute("SELECT count(*) FROM audit WHERE action = 'campaign.begin'").fetchone()[0]
    assert begun == 1


def test_a_provider_that_is_down_loses_nobody_and_is_knocked_at_by_one(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    """R5, R7: down for most of a minute; no message spends its tries on the provider's trouble."""
    people.people(300)
    campaign = people.campaign()

    def down(_: Message) -> Outcome:
        if len(post.called) > 20 and post.at[-1] < post.at[0] + 50:
            return TryLater(reason="not reached", seconds=10, whole_bucket=True)
        return Accepted()

    post = Post(down, seconds=0.5)
    send(tmp_path, post)
    assert states(register, campaign) == {"accepted": 300}
    assert Counter(post.accepted) == Counter(range(1, 301))
    knocked = [at for at in post.at if post.at[20] + 5 < at < post.at[0] + 50]
    assert 2 <= len(knocked) <= 5
    assert stage(register, campaign) == ("done", "")


def test_a_sender_that_breaks_lets_land_what_is_in_the_air(register: Connection, people: Town, tmp_path: Path) -> None:
    """Cancelled, each message would be unknown and a person's work."""
    people.people(200)
    campaign, unreadable = people.campaign(), people.campaign(state="draft")

    def broken() -> None:
        register.execute("UPDATE campaign SET state = 'scheduled', content = '{}' WHERE id = ?", [unreadable])

    post = at_call(20, broken)
    post.seconds = 5
    with pytest.raises(ValidationError):
        send(tmp_path, post)
    assert states(register, campaign)["accepted"] == len(post.called)
    assert "unknown" not in states(register, campaign)
    assert leases(register) == 0


def test_a_recipient_nobody_can_write_to_fails_alone(register: Connection, people: Town, tmp_path: Path) -> None:
    """R20."""
    people.people(50)
    campaign = people.campaign()
    poison = ContactId(25)
    post = Post(lambda message: Refused(reason="bad number", dead=True) if message.contact == poison else Accepted())
    send(tmp_path, post)
    assert states(register, campaign) == {"accepted": 49, "refused": 1}
    assert Counter(post.contacts) == Counter(range(1, 51))
    assert stage(register, campaign) == ("done", "")


def test_one_that_always_asks_for_patience_is_given_up_and_the_campaign_ends(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    """R20: four tries, ever further apart, and never before it was told."""
    people.people(5)
    campaign = people.campaign()
    stubborn = ContactId(3)
    post = Post(lambda message: TryLater(reason="not now", seconds=6) if message.contact == stubborn else Accepted())
    tries_soon = QUICK.tries.model_copy(update={"most": 4, "first_wait_seconds": 2})
    send(tmp_path, post, policy=QUICK.model_copy(update={"tries": tries_soon}))
    tries = [at for at, contact in zip(post.at, post.contacts, strict=True) if contact == stubborn]
    assert len(tries) == 4
    assert all(late - early >= 6 for early, late in itertools.pairwise(tries))
    assert states(register, campaign) == {"accepted": 4, "refused": 1}
    assert stage(register, campaign) == ("done", "")


def test_who_cannot_be_reached_on_one_channel_gets_it_on_the_next(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(20, channels=("telegram", "phone"))
    campaign = people.campaign(channels=("telegram", "sms"))
    telegram = Post(lambda message: Refused(reason="gone", dead=True, next_channel=True) if message.contact > 18 else Accepted())
    sms = Post()
    send(tmp_path, telegram, sms)
    assert sms.contacts == [19, 20]
    assert "https://saqbol.example/u/" in sms.called[0].text
    assert states(register, campaign) == {"accepted": 20}


def test_an_emergency_overtakes_a_campaign_that_is_running(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(600)
    bulk = people.campaign()
    post = at_call(100, lambda: urgent.append(people.campaign(emergency=True)))
    urgent: list[int] = []
    send(tmp_path, post, rate=40)
    order = [message.campaign for message in post.called]
    first = order.index(urgent[0])
    assert first < 400
    assert Counter(order[first : first + 400])[urgent[0]] >= 320
    assert Counter(order) == {bulk: 600, urgent[0]: 600}


def test_too_many_errors_pause_the_campaign(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(600)
    campaign = people.campaign()
    post = Post(lambda message: Refused(reason="gone", dead=True) if message.contact % 10 == 0 else Accepted())
    send(tmp_path, post, rate=100)
    state, reason = stage(register, campaign)
    assert state == "paused"
    assert "more than 5%" in reason
    assert 200 <= len(post.called) < 600
    assert "unknown" not in states(register, campaign)


def test_whoever_resumes_has_seen_the_errors_and_the_rest_gets_it(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(600)
    campaign = people.campaign()
    post = Post(lambda message: Refused(reason="gone", dead=True) if message.contact % 15 == 0 else Accepted())
    send(tmp_path, post, rate=100)
    assert stage(register, campaign)[0] == "paused"
    marat = staff.add(register, "Marat", Role.APPROVER, who="test", now=NOW)
    campaigns.resume(register, campaign_records.find(register, campaign), by=marat, now=NOW)
    send(tmp_path, post, rate=100)
    assert stage(register, campaign)[0] == "done"
    assert Counter(post.contacts) == Counter(range(1, 601))


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"channels": ["whatsapp"]}, "whatsapp is closed: set SAQBOL_TWILIO_ACCOUNT_SID"),
        ({"segment": {"language": "en"}}, "Nobody of this segment can be written to"),
        ({"segment": {"followers_of": "@nobody_knows"}}, "suspect"),
    ],
)
def test_what_cannot_begin_is_paused_with_its_reason_and_stops_nobody_else(
    register: Connection, people: Town, tmp_path: Path, about: dict[str, object], reason: str
) -> None:
    people.people(5)
    broken, whole, post = people.campaign(**about), people.campaign(), Post()  # type: ignore[arg-type]
    send(tmp_path, post)
    state, told = stage(register, broken)
    assert state == "paused"
    assert reason in told
    assert campaign_records.find(register, broken).paused_from is Stage.SCHEDULED
    assert stage(register, whole) == ("done", "")
    assert len(post.called) == 5


def test_the_waiting_group_is_not_waited_for_and_gets_it_a_day_later(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(100)
    campaign = people.campaign(control=0.3)
    today, tomorrow = Post(), Post()
    send(tmp_path, today)
    assert 40 < len(today.called) < 95
    assert stage(register, campaign)[0] == "sending"
    send(tmp_path, tomorrow, start=NOW + timedelta(hours=24, minutes=1))
    assert Counter(today.contacts + tomorrow.contacts) == Counter(range(1, 101))
    assert stage(register, campaign)[0] == "done"


def test_an_unknown_is_sent_again_only_when_a_person_says_so(register: Connection, people: Town, tmp_path: Path) -> None:
    """R3."""
    people.people(10)
    campaign = people.campaign()
    send(tmp_path, Post(lambda message: Unknown(reason="reset") if message.contact == 4 else Accepted()))
    assert stage(register, campaign)[0] == "done"
    again = Post()
    send(tmp_path, again)
    assert again.called == []
    receipts.decide(register, campaign, ContactId(4), Choice.REQUEUE, who="Saule", now=NOW)
    send(tmp_path, again)
    assert again.contacts == [4]


def test_two_senders_of_one_register_share_the_channels_and_double_nobody(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    """R8."""
    people.people(150)
    people.people(150, channels=("phone",))
    first, second = people.campaign(), people.campaign(channels=("sms",))
    posts = [Post(seconds=0.3) for _ in range(4)]

    async def both() -> None:
        one = sender(tmp_path, {TELEGRAM: posts[0], SMS: posts[1]})
        other = sender(tmp_path, {SMS: posts[2], TELEGRAM: posts[3]})
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(one.run(until_idle=True))
            tasks.create_task(other.run(until_idle=True))

    fast(both())
    assert Counter(contact for post in posts for contact in post.contacts) == Counter(range(1, 301))
    for campaign in (first, second):
        assert states(register, campaign) == {"accepted": 150}
        assert stage(register, campaign)[0] == "done"


def test_the_budget_is_a_hard_stop(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(50, channels=("phone",))
    campaign = people.campaign(channels=("sms",), budget=200)
    priced = QUICK.channels[SMS].model_copy(update={"price_tiyn": 1_000})
    policy = QUICK.model_copy(update={"channels": {**QUICK.channels, SMS: priced}})
    post = Post()
    send(tmp_path, post, policy=policy, channels=(SMS,))
    found = campaign_records.find(register, campaign)
    assert stage(register, campaign) == ("paused", "the budget is spent")
    assert 0 < found.spent <= 20_000
    assert found.spent == 1_000 * len(post.called)


def test_a_channel_that_was_closed_in_the_middle_pauses_the_campaign_with_the_way_to_open_it(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    people.people(5, channels=("phone",))
    campaign = people.campaign(channels=("telegram", "sms"))
    freeze.freeze(register, campaign, now=NOW, policy=QUICK)
    send(tmp_path, Post(), channels=(TELEGRAM,))
    told, reason = stage(register, campaign)
    assert told == "paused"
    assert "SAQBOL_SMS_FROM" in reason
    assert states(register, campaign) == {"queued": 5}


def test_an_hours_patience_that_a_provider_asks_for_ends_an_idle_run(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(100)
    campaign = people.campaign()
    post = Post(lambda _: TryLater(reason="come back tomorrow", seconds=7_200, whole_bucket=True))
    send(tmp_path, post)
    assert len(post.called) < 100, "the others are not even tried"
    assert set(states(register, campaign)) <= {"waiting", "queued"}
    assert stage(register, campaign) == ("sending", "")


def test_the_provider_is_asked_about_unknown_messages_and_when_that_breaks_the_sending_goes_on(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    people.people(5)
    campaign, asked = people.campaign(), []

    def broken() -> None:
        asked.append(register)
        raise OSError("no route")

    async def whole() -> None:
        await sender(tmp_path, {TELEGRAM: Post()}, reconcile=broken).run(until_idle=True)

    fast(whole())
    assert len(asked) == 1
    assert states(register, campaign) == {"accepted": 5}
