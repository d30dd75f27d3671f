"""A message to oneself before anybody else gets it: once, marked, outside the ledger, and never after the switch was turned."""

import asyncio
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster import addresses, campaign_records, campaigns, consent, database, halt, staff, staff_addresses, test_messages
from broadcaster.addresses import Address, Channel
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Role
from broadcaster.channels.message import Message, Provider
from broadcaster.channels.outcome import Accepted, TryLater, Unknown
from broadcaster.channels.telegram import Telegram
from broadcaster.channels.twilio import Twilio
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.staff import Staff
from broadcaster.test_messages import CannotBeTried, NoAddress, Stage, TooLate, TooManyTests
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.post import PUBLIC_URL, WORDS, Post, sender
from tests.broadcaster.test_campaigns import content
from tests.fakes.bot_api import TOKEN as BOT_TOKEN
from tests.fakes.bot_api import BotApi
from tests.fakes.twilio_api import SID, TOKEN, TwilioApi

ROOT = Path(__file__).parents[2]
MARK = "ПРОБА"
TELEGRAM, SMS, WHATSAPP = SendingChannel.TELEGRAM, SendingChannel.SMS, SendingChannel.WHATSAPP
LABELS = dict.fromkeys(Language, "Стоп")
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def daniyar(register: Connection) -> Staff:
    """With a telephone, and Telegram where he is 700000001."""
    daniyar = staff.add(register, "Daniyar", Role.AUTHOR, who="setup", now=NOW)
    for channel, value in ((Channel.PHONE, "+77010000001"), (Channel.TELEGRAM, "700000001")):
        staff_addresses.keep(register, daniyar, addresses.normalise(channel, value), now=NOW)
    return daniyar


@pytest.fixture
def campaign(register: Connection, daniyar: Staff) -> Campaign:
    return campaigns.create(register, content(segment={"everybody": True}), by=daniyar, now=NOW)


def ask(
    register: Connection,
    campaign: Campaign,
    by: Staff,
    channel: SendingChannel = SMS,
    language: Language = Language.RU,
    now: datetime = NOW,
) -> int:
    return test_messages.ask(
        register,
        campaign,
        by=by,
        channel=channel,
        language=language,
        mark=MARK,
        words=WORDS,
        public_url=PUBLIC_URL,
        now=now,
    )


async def sent(folder: Path, providers: Mapping[SendingChannel, Provider], *, start: datetime = NOW) -> None:
    """By a sender of its own, until it is idle."""
    await sender(folder, providers, start=start).run(until_idle=True)


def stages(register: Connection, campaign: Campaign, *, now: datetime = LATER) -> list[str]:
    return [each.stage.value for each in test_messages.of(register, campaign.id, now=now)]


@asynccontextmanager
async def twilio_over(api: TwilioApi) -> AsyncIterator[Twilio]:
    async with api.on_loopback():
        yield Twilio(account_sid=SID, auth_token=TOKEN, api=api.url, public_url=PUBLIC_URL, sms_from="SaqBol", whatsapp_from="")


async def test_it_arrives_once_marked_and_with_the_very_text(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    ask(register, campaign, daniyar)
    api = TwilioApi()
    for _ in range(2):
        async with twilio_over(api) as twilio:
            await sent(tmp_path, {SMS: twilio})
    assert [message["to"] for message in api.taken] == ["+77010000001"]
    lines = api.taken[0]["body"].splitlines()
    assert lines[:2] == [MARK, "Будьте осторожны!"]
    assert campaign.code in lines[2]
    assert f"{PUBLIC_URL}/u/" in lines[2]
    assert stages(register, campaign) == ["accepted"]


async def test_telegram_brings_it_in_the_chosen_language(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    api = BotApi(in_all=1_000)
    async with api.on_loopback():
        person = api.person("Данияр")
        person.writes("/start")
        own = addresses.normalise(Channel.TELEGRAM, str(person.id))
        staff_addresses.keep(register, daniyar, own, now=NOW)
        ask(register, campaign, daniyar, TELEGRAM, Language.KK)
        await sent(tmp_path, {TELEGRAM: Telegram(token=BOT_TOKEN, api=api.url, labels=LABELS)})
    assert api.broken_rules == []
    assert person.sees[-1].text.startswith(f"{MARK}\nАбай болыңыз!\n\n")
    assert stages(register, campaign) == ["accepted"]


async def test_it_counts_nowhere(register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path) -> None:
    for _ in range(3):
        ask(register, campaign, daniyar)
    await sent(tmp_path, {SMS: Post()})
    for table in ("delivery", "tally", "attempt", "lease", "contact"):
        assert register.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table
    assert campaign_records.find(register, campaign.id) == campaign
    trail = register.execute("SELECT who, detail FROM audit WHERE action = 'campaign.test-send'").fetchall()
    assert [row["who"] for row in trail] == ["Daniyar"] * 3
    assert all("7010000001" not in row["detail"] and "осторожны" not in row["detail"] for row in trail)


async def test_a_number_that_the_provider_refuses_is_told_so(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    ask(register, campaign, daniyar)
    api = TwilioApi()
    api.refuses["+77010000001"] = 21211
    async with twilio_over(api) as twilio:
        await sent(tmp_path, {SMS: twilio})
    (told,) = test_messages.of(register, campaign.id, now=LATER)
    assert (told.stage, told.reason) == (Stage.REFUSED, "twilio 21211: no such number")


async def test_an_answer_that_is_lost_leaves_it_unknown_and_it_is_not_sent_again(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    ask(register, campaign, daniyar)
    api = TwilioApi()
    api.fails(after_effect=True, status=None)
    for _ in range(2):
        async with twilio_over(api) as twilio:
            await sent(tmp_path, {SMS: twilio})
    assert len(api.forms) == 1
    assert stages(register, campaign) == ["unknown"]


async def test_a_provider_that_breaks_takes_no_campaign_down(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    def broken(_: Message) -> Any:
        raise ValueError("a mistake of ours")

    ask(register, campaign, daniyar)
    await sent(tmp_path, {SMS: Post(broken)})
    assert stages(register, campaign) == ["unknown"]


async def test_a_provider_that_asks_for_patience_did_not_send_it(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    ask(register, campaign, daniyar)
    post = Post(lambda _: TryLater(reason="twilio 429", seconds=5, whole_bucket=True, too_fast=True))
    await sent(tmp_path, {SMS: post})
    assert len(post.called) == 1
    assert stages(register, campaign) == ["refused"]


async def test_a_sender_killed_between_the_call_and_its_outcome_leaves_it_unknown_and_no_other_sends_it(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    """A real process, killed while the provider holds its request."""
    id = ask(register, campaign, daniyar, now=datetime.now(UTC))
    came = asyncio.Event()
    requests: list[bytes] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.read(65_536))
        came.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        first = _process(tmp_path, url)
        await asyncio.wait_for(came.wait(), 60)
        first.kill()
        await asyncio.to_thread(first.wait)
        assert _kept(register, id) == "sending"
        second = _process(tmp_path, url, "--until-idle")
        assert await asyncio.to_thread(second.wait) == 0
    assert len(requests) == 1
    assert _kept(register, id) == "sending"
    assert stages(register, campaign, now=datetime.now(UTC) + timedelta(minutes=2)) == ["unknown"]


async def test_nothing_leaves_while_everything_is_stopped(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    """R16."""
    ask(register, campaign, daniyar)
    halt.stop_everything(register, who="Saule", now=NOW)
    stopped, released = Post(), Post()
    await sent(tmp_path, {SMS: stopped})
    halt.resume_everything(register, who="Saule", now=NOW)
    await sent(tmp_path, {SMS: released})
    assert (len(stopped.called), len(released.called)) == (0, 1)


async def test_what_nobody_sent_for_a_quarter_of_an_hour_is_not_sent_any_more(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    ask(register, campaign, daniyar)
    late, post = NOW + timedelta(minutes=16), Post()
    await sent(tmp_path, {SMS: post}, start=late)
    assert post.called == []
    assert stages(register, campaign, now=NOW + timedelta(minutes=14)) == ["asked"]
    assert stages(register, campaign, now=late) == ["expired"]


async def test_an_address_that_said_stop_gets_no_test_either(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    """B11: nobody has proved that the address they typed is theirs."""
    ask(register, campaign, daniyar)
    _stops(register, addresses.normalise(Channel.PHONE, "+77010000001"))
    post = Post()
    await sent(tmp_path, {SMS: post})
    assert post.called == []
    (told,) = test_messages.of(register, campaign.id, now=LATER)
    assert (told.stage, told.reason) == (Stage.REFUSED, "stopped")


@pytest.mark.parametrize("gone", ["UPDATE staff SET active = 0", "DELETE FROM staff_address"])
async def test_whoever_left_or_took_the_address_back_gets_none(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path, gone: str
) -> None:
    ask(register, campaign, daniyar)
    register.execute(gone)
    post = Post()
    await sent(tmp_path, {SMS: post})
    assert post.called == []
    assert stages(register, campaign) == ["refused"]


async def test_once_the_campaign_has_begun_no_test_is_sent(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    """Twilio, asked what it took of the campaign, would find the test and we should believe in a delivery."""
    ask(register, campaign, daniyar)
    register.execute("UPDATE campaign SET state = 'done', started_at = '2025-11-21T07:15:00.000Z'")
    post = Post()
    await sent(tmp_path, {SMS: post})
    assert post.called == []
    with pytest.raises(TooLate):
        ask(register, campaign_records.find(register, campaign.id), daniyar)


async def test_a_channel_that_is_closed_here_is_left_to_another_sender(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    ask(register, campaign, daniyar)
    await sent(tmp_path, {TELEGRAM: Post()})
    assert stages(register, campaign) == ["asked"]


async def test_whatsapp_gets_the_approved_template(register: Connection, daniyar: Staff, tmp_path: Path) -> None:
    staff_addresses.keep(register, daniyar, addresses.normalise(Channel.WHATSAPP, "+77010000001"), now=NOW)
    sids = {"kk": f"HX{'1' * 32}", "ru": f"HX{'2' * 32}"}
    made = content(segment={"everybody": True}, channels=["whatsapp"], whatsapp_template=sids)
    campaign = campaigns.create(register, made, by=daniyar, now=NOW)
    ask(register, campaign, daniyar, WHATSAPP, Language.KK)
    post = Post()
    await sent(tmp_path, {WHATSAPP: post})
    template = post.called[0].template
    assert template is not None
    assert (template.sid, template.variables) == (f"HX{'1' * 32}", {"1": campaign.code})


def test_twenty_an_hour_and_no_more(register: Connection, campaign: Campaign, daniyar: Staff) -> None:
    for minute in range(20):
        ask(register, campaign, daniyar, now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyTests):
        ask(register, campaign, daniyar, now=NOW + timedelta(minutes=59))
    ask(register, campaign, daniyar, now=NOW + timedelta(minutes=60))


def test_only_what_the_campaign_has_and_an_own_address_can_be_tried(
    register: Connection, campaign: Campaign, daniyar: Staff
) -> None:
    saule = staff.add(register, "Saule", Role.APPROVER, who="setup", now=NOW)
    with pytest.raises(NoAddress):
        ask(register, campaign, saule)
    for channel, language in ((WHATSAPP, Language.RU), (SendingChannel.PUSH, Language.RU), (SMS, Language.EN)):
        with pytest.raises(CannotBeTried):
            ask(register, campaign, daniyar, channel, language)
    assert stages(register, campaign) == []


def test_two_senders_never_claim_the_same_one(register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path) -> None:
    """R8."""
    asked = {ask(register, campaign, daniyar, now=NOW - timedelta(minutes=1)) for _ in range(20)}
    claimed: list[int] = []

    def run() -> None:
        connection = database.open(url_in(tmp_path), KEY)
        while (found := test_messages.claim(connection, {SMS}, now=NOW)) is not None:
            claimed.append(found.id)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(claimed) == Counter(asked)


def test_an_outcome_that_comes_late_is_still_written_down_once(register: Connection, campaign: Campaign, daniyar: Staff) -> None:
    ask(register, campaign, daniyar)
    claimed = test_messages.claim(register, {SMS}, now=NOW)
    assert claimed is not None
    assert stages(register, campaign) == ["unknown"]
    test_messages.settle(register, claimed.id, Accepted(), now=LATER)
    test_messages.settle(register, claimed.id, Unknown(reason="twilio: TimeoutError"), now=LATER)
    assert stages(register, campaign) == ["accepted"]


def _process(folder: Path, twilio: str, *more: str) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SAQBOL_ADDRESS_KEY": KEY.secret.hex(),
        "SAQBOL_TWILIO_ACCOUNT_SID": SID,
        "SAQBOL_TWILIO_AUTH_TOKEN": TOKEN,
        "SAQBOL_TWILIO_API": twilio,
        "SAQBOL_SMS_FROM": "SaqBol",
    }
    command = [sys.executable, "-m", "broadcaster", "send", *more]
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)


def _kept(register: Connection, id: int) -> str:
    return str(register.execute("SELECT state FROM test_message WHERE id = ?", [id]).fetchone()["state"])


def _stops(register: Connection, address: Address) -> None:
    consent.stop(register, address, Origin(door="telegram", message_id="1", at=NOW))
