"""«Send to me» on a campaign's page."""

import re
from datetime import timedelta

import pytest

from broadcaster import addresses, campaign_records, campaigns, halt, staff_addresses, test_messages
from broadcaster.addresses import Channel
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Role, State
from broadcaster.channels.outcome import Accepted
from broadcaster.ledger_codes import SendingChannel
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.test_campaigns import content
from tests.broadcaster.web.desk.conftest import SAID, Desk, Person

SMS = {"channel": "sms", "language": "kk"}


@pytest.fixture
def daniyar(desk: Desk) -> Person:
    person = desk.signed_in("Daniyar", Role.AUTHOR)
    staff_addresses.keep(desk.register, person.staff, addresses.normalise(Channel.PHONE, "+77010000001"), now=NOW)
    return person


@pytest.fixture
def campaign(desk: Desk, daniyar: Person) -> Campaign:
    made = content(segment={"everybody": True}, channels=["push", "telegram", "sms"])
    return campaigns.create(desk.register, made, by=daniyar.staff, now=NOW)


async def seen(person: Person, campaign: Campaign, piece: str = "") -> str:
    answer = await person.get(f"/campaigns/{campaign.id}{piece}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def said(key: str) -> str:
    return SAID.say(key, Language.RU)


async def test_a_test_is_asked_for_sent_by_the_sender_and_shown(desk: Desk, daniyar: Person, campaign: Campaign) -> None:
    assert (await daniyar.post(f"/campaigns/{campaign.id}/test", SMS)).status_code == 303
    waiting = await seen(daniyar, campaign, "/test")
    assert 'data-stage="asked"' in waiting
    assert f'data-refresh="3" data-from="/campaigns/{campaign.id}/test"' in waiting
    claimed = test_messages.claim(desk.register, {SendingChannel.SMS}, now=NOW)
    assert claimed is not None
    assert claimed.message.text.startswith(f"{SAID.say('campaign_test_mark', Language.KK)}\nАбай болыңыз!")
    test_messages.settle(desk.register, claimed.id, Accepted(), now=NOW)
    done = await seen(daniyar, campaign, "/test")
    assert said("campaign_test_accepted") in done
    assert "data-refresh" not in done
    page = await seen(daniyar, campaign)
    assert said("campaign_did_test_send") in page
    assert "7010000001" not in page


async def test_the_form_offers_own_addresses_and_says_what_is_left_out(daniyar: Person, campaign: Campaign) -> None:
    page = await seen(daniyar, campaign)
    channels = page[page.index('<select id="channel"') :]
    assert re.findall(r'<option value="(\w+)"', channels[: channels.index("</select>")]) == ["sms"]
    assert said("campaign_test_push") in page
    assert said("campaign_test_address") in page


async def test_whoever_told_no_address_is_shown_where_to(desk: Desk, campaign: Campaign) -> None:
    saule = desk.signed_in("Saule", Role.APPROVER)
    page = await seen(saule, campaign)
    assert '<select id="channel"' not in page
    assert '<a href="/me">' in page
    answer = await saule.post(f"/campaigns/{campaign.id}/test", SMS)
    assert answer.status_code == 422
    assert said("campaign_test_no_address") in answer.text


@pytest.mark.parametrize(
    "wrong", [{}, {"channel": "sms"}, {"channel": "Ж", "language": "ru"}, {"channel": "push", "language": "ru"}]
)
async def test_what_no_form_of_ours_sends_is_refused_calmly(daniyar: Person, campaign: Campaign, wrong: dict[str, str]) -> None:
    answer = await daniyar.post(f"/campaigns/{campaign.id}/test", wrong)
    assert answer.status_code == 422
    assert said("campaign_test_cannot") in answer.text


async def test_the_twenty_first_within_an_hour_is_refused(desk: Desk, daniyar: Person, campaign: Campaign) -> None:
    for _ in range(20):
        assert (await daniyar.post(f"/campaigns/{campaign.id}/test", SMS)).status_code == 303
    answer = await daniyar.post(f"/campaigns/{campaign.id}/test", SMS)
    assert answer.status_code == 429
    assert said("campaign_test_too_many") in answer.text


async def test_a_viewer_sends_nothing_not_even_to_themselves(desk: Desk, campaign: Campaign) -> None:
    vera = desk.signed_in("Vera", Role.VIEWER)
    assert (await vera.post(f"/campaigns/{campaign.id}/test", SMS)).status_code == 403
    assert test_messages.of(desk.register, campaign.id, now=NOW) == []


async def test_a_campaign_that_has_begun_is_not_tried_out(desk: Desk, daniyar: Person, campaign: Campaign) -> None:
    cancelled = campaigns.cancel(desk.register, campaign, by=daniyar.staff, now=NOW, reason="not now")
    assert cancelled.state is State.CANCELLED
    answer = await daniyar.post(f"/campaigns/{campaign.id}/test", SMS)
    assert answer.status_code == 409
    assert said("campaign_test_too_late") in answer.text
    assert campaign_records.find(desk.register, campaign.id) == cancelled


async def test_one_that_was_on_its_way_for_over_a_minute_is_shown_as_unknown(
    desk: Desk, daniyar: Person, campaign: Campaign
) -> None:
    await daniyar.post(f"/campaigns/{campaign.id}/test", SMS)
    assert test_messages.claim(desk.register, {SendingChannel.SMS}, now=NOW) is not None
    desk.now += timedelta(seconds=61)
    assert said("campaign_test_unknown") in await seen(daniyar, campaign, "/test")


async def test_while_everything_is_stopped_the_page_says_that_tests_wait_too(
    desk: Desk, daniyar: Person, campaign: Campaign
) -> None:
    halt.stop_everything(desk.register, who="Saule", now=NOW)
    assert said("campaign_test_stopped") in await seen(daniyar, campaign)


async def test_the_guest_list_says_how_many_and_each_of_them_is_shown(desk: Desk, daniyar: Person, campaign: Campaign) -> None:
    assert said("campaign_guests_none") in await seen(daniyar, campaign)
    for name, number in (("Saule", 2), ("Asel", 3)):
        guest = desk.signed_in(name, Role.VIEWER)
        own = addresses.normalise(Channel.PHONE, f"+7701000000{number}")
        staff_addresses.keep(desk.register, guest.staff, own, now=NOW)
        staff_addresses.welcome(desk.register, guest.staff, Channel.PHONE, guest=True, now=NOW)
    page = await seen(daniyar, campaign)
    offered = page[page.index('<select id="guests-channel"') :]
    assert re.findall(r"<option[^>]*>([^<]*)", offered[: offered.index("</select>")]) == ["SMS: 2 человека"]
    assert (await daniyar.post(f"/campaigns/{campaign.id}/test", {**SMS, "to": "guests"})).status_code == 303
    claimed = test_messages.claim(desk.register, {SendingChannel.SMS}, now=NOW)
    assert claimed is not None
    assert claimed.message.text.startswith(f"{SAID.say('campaign_test_mark_guests', Language.KK)}\n")
    page = await seen(daniyar, campaign)
    assert "Saule (отправитель: Daniyar)" in page
    assert said("campaign_did_test_guests") in page
    assert "7010000002" not in page


async def test_a_guest_list_of_nobody_and_a_press_of_a_viewer_are_refused(
    desk: Desk, daniyar: Person, campaign: Campaign
) -> None:
    answer = await daniyar.post(f"/campaigns/{campaign.id}/test", {**SMS, "to": "guests"})
    assert answer.status_code == 422
    assert said("campaign_test_no_guests") in answer.text
    vera = desk.signed_in("Vera", Role.VIEWER)
    assert (await vera.post(f"/campaigns/{campaign.id}/test", {**SMS, "to": "guests"})).status_code == 403
    assert test_messages.of(desk.register, campaign.id, now=NOW) == []
