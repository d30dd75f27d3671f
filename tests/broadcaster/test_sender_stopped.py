"""What stops a running sender: STOP, the kill switch, a pause, SIGTERM, a lost approval, a restored backup."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import addresses, backup, campaign_records, campaigns, consent, database, halt, receipts, staff
from broadcaster.addresses import Channel
from broadcaster.campaign_states import Role
from broadcaster.consent import Origin
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.post import TELEGRAM, Post, at_call, fast, leases, send, sender, stage, states
from tests.broadcaster.town import Town, town


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


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
