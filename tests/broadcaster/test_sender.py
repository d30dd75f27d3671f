import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from broadcaster import addresses, audit, backup, campaign_records, campaigns, consent, database, freeze, halt, receipts, staff
from broadcaster.addresses import Channel
from broadcaster.campaign_states import Role
from broadcaster.campaign_states import State as Stage
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.consent import Origin
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import State
from broadcaster.receipts import Choice
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.ledger import QUICK
from tests.broadcaster.post import SMS, TELEGRAM, Post, fast, send, sender
from tests.broadcaster.town import Town, town


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def states(register: Connection, campaign: int) -> dict[str, int]:
    rows = register.execute("SELECT state, count(*) AS n FROM delivery WHERE campaign = ? GROUP BY state", [campaign])
    return {State(row["state"]).word: row["n"] for row in rows}


def stage(register: Connection, campaign: int) -> tuple[str, str]:
    found = campaign_records.find(register, campaign)
    return found.state.value, found.reason


def leases(register: Connection) -> int:
    return int(register.execute("SELECT count(*) FROM lease").fetchone()[0])


def at_call(n: int, act: Callable[[], object]) -> Post:
    """A post that does it once, at the nth message, before taking it."""

    def answer(_: Message) -> Outcome:
        if len(post.called) == n:
            act()
        return Accepted()

    post = Post(answer)
    return post


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


def test_a_stop_in_mid_campaign_holds_for_the_very_next_message(register: Connection, people: Town, tmp_path: Path) -> None:
    """R13: a hundred of three thousand say STOP as the 500th message leaves."""
    everybody = people.people(3_000)
    campaign = people.campaign()
    stopped: list[ContactId] = []

    def stops() -> None:
        gone = set(post.contacts)
        stopped.extend([contact for contact in everybody if contact not in gone][::25])
        for contact in stopped:
            chat = addresses.normalise(Channel.TELEGRAM, str(900_000_000 + contact))
            consent.stop(register, chat, Origin(door="telegram", message_id=f"stop {contact}", at=NOW))

    post = at_call(500, stops)
    send(tmp_path, post, rate=4_000)
    assert len(stopped) == 100
    assert set(post.contacts) & set(stopped) == set()
    assert Counter(post.contacts) == Counter(set(everybody) - set(stopped))
    assert states(register, campaign) == {"accepted": 2_900, "suppressed": 100}


def test_the_kill_switch_holds_for_the_very_next_message_on_all_channels(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    """R16: and `--until-idle` does not wait for whoever releases it."""
    people.people(300)
    people.people(300, channels=("phone",))
    first, second = people.campaign(), people.campaign(channels=("sms",))
    sms = Post()

    def stop() -> None:
        halt.stop_everything(register, who="Saule", now=NOW)
        left.append(len(sms.called))

    left: list[int] = []
    post = at_call(50, stop)
    send(tmp_path, post, sms)
    assert (len(post.called), [len(sms.called)]) == (50, left)
    assert leases(register) == 0
    assert (stage(register, first), stage(register, second)) == (("sending", ""), ("sending", ""))
    halt.resume_everything(register, who="Saule", now=NOW)
    rest, other = Post(), Post()
    send(tmp_path, rest, other)
    assert Counter(post.contacts + rest.contacts) == Counter(range(1, 301))
    assert Counter(sms.contacts + other.contacts) == Counter(range(301, 601))


def test_nothing_begins_while_the_kill_switch_is_on(register: Connection, people: Town, tmp_path: Path) -> None:
    """R16."""
    people.people(3)
    campaign, post = people.campaign(), Post()
    halt.stop_everything(register, who="Saule", now=NOW)
    send(tmp_path, post)
    assert (post.called, stage(register, campaign)) == ([], ("scheduled", ""))


def test_whoever_comes_in_mid_campaign_is_not_in_its_audience(register: Connection, people: Town, tmp_path: Path) -> None:
    """R17."""
    people.people(100)
    campaign = people.campaign()
    post = at_call(10, lambda: people.people(5))
    send(tmp_path, post)
    assert Counter(post.contacts) == Counter(range(1, 101))
    assert campaign_records.find(register, campaign).audience == 100


def test_content_that_nobody_approved_is_not_sent(register: Connection, people: Town, tmp_path: Path) -> None:
    """R17: somebody writes another text into the running campaign, past all doors."""
    people.people(100)
    campaign = people.campaign()

    def tamper() -> None:
        register.execute("UPDATE campaign SET content_hash = zeroblob(32) WHERE id = ?", [campaign])

    post = at_call(10, tamper)

    async def whole() -> None:
        working = sender(tmp_path, {TELEGRAM: post})
        asyncio.get_running_loop().call_later(5, working.drain)
        await working.run(until_idle=False)

    fast(whole())
    assert len(post.called) == 10
    assert states(register, campaign)["accepted"] == 10


def test_a_pause_by_a_person_holds_and_the_resumed_campaign_reaches_the_rest(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    people.people(100)
    campaign = people.campaign()
    marat = staff.add(register, "Marat", Role.APPROVER, who="test", now=NOW)

    def pause() -> None:
        campaigns.pause(register, campaign_records.find(register, campaign), by=marat, now=NOW, reason="look first")

    post, rest = at_call(30, pause), Post()
    send(tmp_path, post)
    assert (len(post.called), stage(register, campaign)) == (30, ("paused", "look first"))
    campaigns.resume(register, campaign_records.find(register, campaign), by=marat, now=NOW)
    send(tmp_path, rest)
    assert Counter(post.contacts + rest.contacts) == Counter(range(1, 101))
    assert stage(register, campaign)[0] == "done"


def test_a_terminated_sender_leaves_nothing_unknown_and_the_next_one_goes_on(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    """R18: eight deploys during one campaign, with messages in the air each time."""
    people.people(400)
    campaign = people.campaign()
    posts = [Post(seconds=1.5) for _ in range(8)]

    async def deployed(post: Post) -> None:
        working = sender(tmp_path, {TELEGRAM: post}, rate=60)
        asyncio.get_running_loop().call_later(2.5, working.drain)
        await working.run(until_idle=False)

    for post in posts:
        fast(deployed(post))
        assert leases(register) == 0
        assert "unknown" not in states(register, campaign)
    last = Post()
    send(tmp_path, last)
    assert Counter(contact for post in [*posts, last] for contact in post.contacts) == Counter(range(1, 401))
    assert any(0 < len(post.called) < 400 for post in posts)
    assert states(register, campaign) == {"accepted": 400}


def test_a_restored_backup_sends_nothing_before_a_person_agrees(register: Connection, people: Town, tmp_path: Path) -> None:
    """R19: the backup is made as the 40th message leaves; who was in a batch then is unknown, everybody else still queued."""
    people.people(100)
    campaign = people.campaign()
    marat = staff.add(register, "Marat", Role.APPROVER, who="test", now=NOW)
    copy = tmp_path / "copy.db"
    post, silent, rest = at_call(40, lambda: backup.back_up(register, copy)), Post(), Post()
    send(tmp_path, post, rate=60)
    assert len(post.called) == 100

    elsewhere = tmp_path / "restored"
    elsewhere.mkdir()
    later = NOW + timedelta(hours=1)
    codes = backup.restore(copy, url_in(elsewhere), KEY, who="Marat", now=later)
    assert codes == (campaign_records.find(register, campaign).code,)
    send(elsewhere, silent, start=later)
    assert silent.called == []
    restored = database.open(url_in(elsewhere), KEY)
    try:
        state, reason = stage(restored, campaign)
        assert (state, "restored from a backup" in reason) == ("paused", True)
        counted = states(restored, campaign)
        assert counted["unknown"] > 0
        assert sum(counted.values()) == 100
        sent_before = set(post.contacts[:39]) - (unknown := {each.contact for each in receipts.unknowns(restored, campaign)})
        campaigns.resume(restored, campaign_records.find(restored, campaign), by=marat, now=later)
        send(elsewhere, rest, start=later)
        assert Counter(rest.contacts) == Counter(set(range(1, 101)) - unknown - sent_before)
        assert states(restored, campaign) == {"accepted": 100 - len(unknown), "unknown": len(unknown)}
    finally:
        restored.close()


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
