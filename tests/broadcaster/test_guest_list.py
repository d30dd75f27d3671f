"""B14: a test to the colleagues who said that they may be sent some: the rules of a test to oneself, one press among twenty."""

from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import addresses, campaigns, consent, guest_list, halt, staff, staff_addresses, staffing, test_messages
from broadcaster.addresses import Channel
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Role
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.guest_list import NoGuests
from broadcaster.ledger_codes import SendingChannel
from broadcaster.staff import Staff
from broadcaster.test_messages import CannotBeTried, Stage, TooLate, TooManyTests
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.post import PUBLIC_URL, WORDS, Post, sender
from tests.broadcaster.test_campaigns import content

SMS, TELEGRAM = SendingChannel.SMS, SendingChannel.TELEGRAM
MARK = "ПРОБА"
LATER = NOW + timedelta(minutes=2)


def colleague(register: Connection, name: str, number: int, *, guest: bool = True, role: Role = Role.VIEWER) -> Staff:
    made = staff.add(register, name, role, who="setup", now=NOW)
    staff_addresses.keep(register, made, addresses.normalise(Channel.PHONE, f"+7701{number:07}"), now=NOW)
    staff_addresses.welcome(register, made, Channel.PHONE, guest=guest, now=NOW)
    return made


@pytest.fixture
def daniyar(register: Connection) -> Staff:
    return colleague(register, "Daniyar", 1, role=Role.AUTHOR)


@pytest.fixture
def campaign(register: Connection, daniyar: Staff) -> Campaign:
    return campaigns.create(register, content(segment={"everybody": True}), by=daniyar, now=NOW)


def ask(
    register: Connection,
    campaign: Campaign,
    by: Staff,
    channel: SendingChannel = SMS,
    language: Language = Language.RU,
) -> int:
    return guest_list.ask(
        register,
        campaign,
        by=by,
        channel=channel,
        language=language,
        mark=MARK,
        words=WORDS,
        public_url=PUBLIC_URL,
        now=NOW,
    )


async def sent(folder: Path) -> Post:
    """By a sender of its own, until it is idle."""
    post = Post()
    await sender(folder, {SMS: post}).run(until_idle=True)
    return post


def to(post: Post) -> list[str]:
    return [message.address.value for message in post.called]


async def test_it_goes_to_whoever_ticked_and_not_to_whoever_presses(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    colleague(register, "Saule", 2)
    colleague(register, "Marat", 3, guest=False)
    colleague(register, "Asel", 4)
    assert guest_list.sizes(register, campaign, by=daniyar) == {SMS: 2}
    ask(register, campaign, daniyar)
    post = await sent(tmp_path)
    assert to(post) == ["+77010000002", "+77010000004"]
    assert {message.text.splitlines()[0] for message in post.called} == {MARK}
    told = test_messages.of(register, campaign.id, now=LATER)
    assert [(each.name, each.asked_by, each.stage) for each in told] == [
        ("Asel", "Daniyar", Stage.ACCEPTED),
        ("Saule", "Daniyar", Stage.ACCEPTED),
    ]
    (row,) = register.execute("SELECT who, detail FROM audit WHERE action LIKE 'campaign.test%'").fetchall()
    assert row["who"] == "Daniyar"
    assert '"messages":2' in row["detail"]
    assert "7010000002" not in row["detail"]
    assert register.execute("SELECT count(*) FROM delivery").fetchone()[0] == 0


async def test_a_tick_that_was_taken_back_holds_for_what_was_asked_for_already(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    saule = colleague(register, "Saule", 2)
    ask(register, campaign, daniyar)
    staff_addresses.welcome(register, saule, Channel.PHONE, guest=False, now=NOW)
    assert to(await sent(tmp_path)) == []
    (told,) = test_messages.of(register, campaign.id, now=LATER)
    assert (told.stage, told.reason) == (Stage.REFUSED, "not reachable any more")


async def test_a_guest_who_said_stop_gets_nothing(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    colleague(register, "Saule", 2)
    colleague(register, "Asel", 4)
    ask(register, campaign, daniyar)
    own = addresses.normalise(Channel.PHONE, "+77010000002")
    consent.stop(register, own, Origin(door="telegram", message_id="1", at=NOW))
    assert to(await sent(tmp_path)) == ["+77010000004"]
    reasons = {each.name: each.reason for each in test_messages.of(register, campaign.id, now=LATER)}
    assert reasons == {"Saule": "stopped", "Asel": ""}


def test_a_guest_who_cannot_be_sent_to_holds_up_none_behind_them(
    register: Connection, campaign: Campaign, daniyar: Staff
) -> None:
    saule = colleague(register, "Saule", 2)
    colleague(register, "Asel", 4)
    ask(register, campaign, daniyar)
    staff_addresses.welcome(register, saule, Channel.PHONE, guest=False, now=NOW)
    claimed = test_messages.claim(register, {SMS}, now=NOW)
    assert claimed is not None
    assert claimed.message.address.value == "+77010000004"
    assert test_messages.claim(register, {SMS}, now=NOW) is None


async def test_nothing_leaves_to_guests_while_everything_is_stopped(
    register: Connection, campaign: Campaign, daniyar: Staff, tmp_path: Path
) -> None:
    """R16."""
    colleague(register, "Saule", 2)
    ask(register, campaign, daniyar)
    halt.stop_everything(register, who="Saule", now=NOW)
    assert to(await sent(tmp_path)) == []
    halt.resume_everything(register, who="Saule", now=NOW)
    assert to(await sent(tmp_path)) == ["+77010000002"]


def test_whoever_left_the_staff_is_no_guest(register: Connection, campaign: Campaign, daniyar: Staff) -> None:
    saule = colleague(register, "Saule", 2)
    staffing.leave(register, saule.id, who="Aliya", reason="moved", now=NOW)
    assert guest_list.sizes(register, campaign, by=daniyar) == {}
    with pytest.raises(NoGuests):
        ask(register, campaign, daniyar)


def test_a_list_is_one_press_of_twenty_for_the_presser_and_none_for_the_guests(
    register: Connection, campaign: Campaign, daniyar: Staff
) -> None:
    saule = colleague(register, "Saule", 2, role=Role.APPROVER)
    colleague(register, "Asel", 4)
    for _ in range(20):
        ask(register, campaign, daniyar)
    with pytest.raises(TooManyTests):
        ask(register, campaign, daniyar)
    with pytest.raises(TooManyTests):
        alone(register, campaign, daniyar)
    alone(register, campaign, saule)
    assert register.execute("SELECT count(*) FROM test_message").fetchone()[0] == 41


def test_fifty_guests_and_no_more(register: Connection, campaign: Campaign, daniyar: Staff) -> None:
    for number in range(10, 61):
        colleague(register, f"Guest {number}", number)
    assert guest_list.sizes(register, campaign, by=daniyar) == {SMS: 50}
    ask(register, campaign, daniyar)
    assert len(test_messages.of(register, campaign.id, now=NOW)) == 50


def test_only_what_the_campaign_has_is_sent_and_only_before_it_begins(
    register: Connection, campaign: Campaign, daniyar: Staff
) -> None:
    colleague(register, "Saule", 2)
    for channel, language in ((SendingChannel.PUSH, Language.RU), (SendingChannel.WHATSAPP, Language.RU), (SMS, Language.EN)):
        with pytest.raises(CannotBeTried):
            ask(register, campaign, daniyar, channel, language)
    with pytest.raises(NoGuests):
        ask(register, campaign, daniyar, TELEGRAM)
    cancelled = campaigns.cancel(register, campaign, by=daniyar, now=NOW, reason="not now")
    with pytest.raises(TooLate):
        ask(register, cancelled, daniyar)


def test_another_address_is_no_guest_before_its_owner_says_so(register: Connection) -> None:
    saule = colleague(register, "Saule", 2)
    same, other = (addresses.normalise(Channel.PHONE, value) for value in ("+77010000002", "+77010000003"))
    staff_addresses.keep(register, saule, same, now=NOW)
    assert staff_addresses.guest_at(register, saule.id) == {Channel.PHONE}
    staff_addresses.keep(register, saule, other, now=NOW)
    assert staff_addresses.guest_at(register, saule.id) == frozenset()


def alone(register: Connection, campaign: Campaign, by: Staff) -> int:
    return test_messages.ask(
        register,
        campaign,
        by=by,
        channel=SMS,
        language=Language.RU,
        mark=MARK,
        words=WORDS,
        public_url=PUBLIC_URL,
        now=NOW,
    )
