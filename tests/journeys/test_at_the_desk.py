"""A warning's walk through the console in Chromium, by mouse in Russian and by keyboard alone in Kazakh: written, returned,
mended, approved, rehearsed on paper, sent by Telegram and SMS, watched, left by the link in it, and looked up by its code."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from pydantic import SecretStr

from broadcaster import addresses, audit, consent
from broadcaster.addresses import Channel
from broadcaster.campaign_states import Role
from content.language import Language
from tests.broadcaster.signing import enrolled
from tests.broadcaster.town import town
from tests.fakes.bot_api import TOKEN as TELEGRAM_TOKEN
from tests.fakes.bot_api import BotApi
from tests.fakes.browser import needs_chromium, running_chromium
from tests.fakes.serving import free_port, running
from tests.fakes.tools import needs, node
from tests.fakes.twilio_api import SID, TOKEN
from tests.journeys.desk_walk import WORDS, Colleague, House, Keyboard, Mouse, colleague, telephone

EMULATE = "emulate/dist/index.js"
OUR_NUMBER = "+77270000001"
AIGUL = "+77011234567"
PYRAMID = "@pyramid_kz"
MORNING = datetime(2025, 11, 21, 3, 20, tzinfo=UTC)
"""A Friday, 8:20 in Kazakhstan: Telegram may be sent, an SMS not before nine."""

KAZAKH = "«Pyramid KZ» аптасына 30 % уәде етеді. Бұл қаржы пирамидасы: ақша салмаңыз."
RUSSIAN = "«Pyramid KZ» обещает 30 % в неделю. Это финансовая пирамида: не вкладывайте деньги."
MENDED = "«Pyramid KZ» обещает 30 % в неделю. Это финансовая пирамида: не переводите им деньги."

pytestmark = [*needs(EMULATE), needs_chromium]


@dataclass
class Town:
    """What stands around the desk: who was reached by Telegram stands in `telegram`, SMS in `twilio`."""

    house: House
    telegram: BotApi
    twilio: httpx.Client
    daniyar: Colleague
    saule: Colleague

    def sms(self, number: str) -> str:
        """The one message that this number got."""
        kept = self.twilio.get(f"/2010-04-01/Accounts/{SID}/Messages.json").raise_for_status().json()["messages"]
        (message,) = [each for each in kept if each["to"] == number]
        return str(message["body"])

    def arrives(self, number: str) -> None:
        """Twilio tells us, with its signature, that the telephone has it."""
        kept = self.twilio.get(f"/2010-04-01/Accounts/{SID}/Messages.json").json()["messages"]
        (sid,) = [each["sid"] for each in kept if each["to"] == number]
        told = {"MessageSid": sid, "Status": "delivered"}
        self.twilio.post("/_twilio/simulate/message-status", data=told).raise_for_status()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[httpx.Client]:
    seed = {"twilio": {"account": {"sid": SID, "auth_token": TOKEN}, "phone_numbers": [{"phone_number": OUR_NUMBER}]}}
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    with (
        node(EMULATE, ["--service", "twilio", "--port", "{port}", "--seed", "seed.json"], folder=tmp_path) as url,
        httpx.Client(base_url=url, auth=(SID, TOKEN)) as client,
    ):
        yield client


@pytest.fixture(params=[(Language.RU, Mouse()), (Language.KK, Keyboard())], ids=["by mouse, ru", "by keyboard alone, kk"])
def around(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser, emulator: httpx.Client) -> Iterator[Town]:
    language, hands = request.param
    telegram = BotApi(in_all=1_000)
    with running(telegram.app, free_port()) as telegram_api:
        house = House(
            tmp_path,
            now=MORNING,
            telegram_token=SecretStr(TELEGRAM_TOKEN),
            telegram_api=telegram_api,
            telegram_rate=500,
            twilio_api=str(emulator.base_url).rstrip("/"),
            twilio_account_sid=SID,
            twilio_auth_token=SecretStr(TOKEN),
            sms_from=OUR_NUMBER,
            sms_rate=100,
        )
        _populate(house, telegram)
        staff = [enrolled(house.register, name, role, now=MORNING) for name, role in _STAFF]
        with house.open():
            daniyar, saule = (colleague(house, browser, each, language, hands) for each in staff)
            yield Town(house=house, telegram=telegram, twilio=emulator, daniyar=daniyar, saule=saule)
            for each in (daniyar, saule):
                each.context.close()
        assert (daniyar.complaints, saule.complaints, telegram.broken_rules) == ([], [], [])


_STAFF = (("Daniyar", Role.AUTHOR), ("Saule", Role.APPROVER))


def _populate(house: House, telegram: BotApi) -> None:
    """Fifteen follow the pyramid: twelve by Telegram, Aigul by telephone, one who said STOP, one who never agreed to anything."""
    people = town(house.register)
    for number in range(12):
        person = telegram.person(f"follower {number}")
        person.writes("/start")
        people.person(telegram=str(person.id), language="kk" if number % 3 else "ru", consent=("warn",), follows=(PYRAMID,))
    people.person(phone=AIGUL, language="kk", consent=("warn",), follows=(PYRAMID,))
    people.person(phone="+77017654321", language="ru", consent=("warn",), follows=(PYRAMID,), stopped=("phone",))
    people.person(telegram="800000001", language="ru", follows=(PYRAMID,))
    people.people(5)


def test_a_warning_is_written_returned_mended_approved_sent_and_left(around: Town, browser: Browser) -> None:
    house, daniyar, saule = around.house, around.daniyar, around.saule
    _written(daniyar)
    _returned_and_mended(daniyar, saule)
    _changed_under_the_eyes_of_the_approver(daniyar, saule)
    _rehearsed_on_paper(house, daniyar)
    _sent_and_watched(around)
    code = _left_by_the_link(around, browser)
    _what_it_did(around)
    _looked_up_by_its_code(around, browser, code)
    assert audit.verify(house.register) is None


def _written(daniyar: Colleague) -> None:
    page = daniyar.page
    daniyar.goes_to("nav_new")
    daniyar.fills("writing_name", "Pyramid KZ")
    daniyar.picks("writing_scheme", "financial-pyramid")
    daniyar.writes_to_followers(PYRAMID)
    expect(page.locator("#live")).to_contain_text(daniyar.say("writing_known_so_far", n=15, count="15"))
    daniyar.fills("writing_text_kk", KAZAKH)
    daniyar.fills("writing_text_ru", RUSSIAN)
    daniyar.picks("writing_channel_n", "sms", place=2)
    expect(page.locator('[data-count="audience"]')).to_have_text("13")
    expect(page.locator('[data-count="stopped"]')).to_have_text("1")
    expect(page.locator('[data-count="no_consent"]')).to_have_text("1")
    sms = page.locator('[data-text="sms-kk"]')
    expect(sms.locator(".phone")).to_contain_text(KAZAKH)
    expect(sms).to_contain_text("UCS-2")
    daniyar.picks("writing_channel_n", "", place=2)
    daniyar.picks("writing_channel_n", "paper", place=1)
    expect(page.locator('[data-text="paper-kk"] .phone')).to_contain_text(KAZAKH)
    daniyar.does("writing_save")
    expect(page.locator("h1 .state")).to_have_text(daniyar.say("state_draft"))


def _returned_and_mended(daniyar: Colleague, saule: Colleague) -> None:
    """Four eyes: the author has no button for approving, the approver none for editing."""
    daniyar.does("campaign_submit")
    expect(daniyar.page.get_by_text(daniyar.say("campaign_waits_for_colleague"))).to_be_visible()
    expect(daniyar.button(daniyar.say("campaign_approve"))).to_have_count(0)

    saule.goes_to("nav_today")
    expect(saule.page.get_by_role("heading", name=saule.say("today_for_you"))).to_be_visible()
    saule.follows("Pyramid KZ")
    expect(saule.page.get_by_role("link", name=saule.say("campaign_edit"))).to_have_count(0)
    saule.fills("campaign_return_reason", "Деньги не вкладывают, а переводят")
    saule.does("campaign_return")
    expect(saule.page.locator("h1 .state")).to_have_text(saule.say("state_draft"))

    daniyar.page.reload()
    expect(daniyar.page.get_by_text(daniyar.say("campaign_returned"))).to_be_visible()
    expect(daniyar.page.locator(".warning .quoted")).to_have_text("Деньги не вкладывают, а переводят")
    daniyar.follows(daniyar.say("campaign_edit"))
    daniyar.fills("writing_text_ru", MENDED)
    daniyar.does("writing_save")
    daniyar.does("campaign_submit")


def _changed_under_the_eyes_of_the_approver(daniyar: Colleague, saule: Colleague) -> None:
    """What she asked for is seen and approved; changed again, and once more while it is read, only what was seen is approved."""
    saule.page.reload()
    changes = saule.page.locator("#changes")
    expect(changes.locator("del")).to_have_text(f"{saule.say('campaign_removed')} вкладывайте")
    expect(changes.locator("ins")).to_have_text(f"{saule.say('campaign_added')} переводите им")
    expect(saule.page.locator("#preview")).to_contain_text(MENDED)
    saule.does("campaign_approve")
    expect(saule.page.locator("h1 .state")).to_have_text(saule.say("state_approved"))

    daniyar.page.reload()
    daniyar.follows(daniyar.say("campaign_edit"))
    expect(daniyar.page.get_by_text(daniyar.say("writing_voids_approved")).first).to_be_visible()
    daniyar.fills("writing_text_ru", MENDED.replace("30 %", "40 %"))
    daniyar.does("writing_save")
    daniyar.does("campaign_submit")

    saule.page.reload()
    expect(changes.locator("del")).to_have_text(f"{saule.say('campaign_removed')} 30")
    expect(changes.locator("ins")).to_have_text(f"{saule.say('campaign_added')} 40")

    daniyar.follows(daniyar.say("campaign_edit"))
    daniyar.fills("writing_text_ru", MENDED.replace("30 %", "50 %"))
    daniyar.does("writing_save")
    daniyar.does("campaign_submit")
    saule.does("campaign_approve")
    expect(saule.page.get_by_text(saule.say("refused_moved_meanwhile"))).to_be_visible()

    saule.goes_to("nav_today")
    saule.follows("Pyramid KZ")
    expect(saule.page.locator("#changes ins")).to_have_text(f"{saule.say('campaign_added')} 50")
    saule.does("campaign_approve")
    expect(saule.page.locator("h1 .state")).to_have_text(saule.say("state_approved"))


def _rehearsed_on_paper(house: House, daniyar: Colleague) -> None:
    """A rehearsal names everybody who would get it, and reaches nobody."""
    daniyar.page.reload()
    daniyar.does("campaign_schedule_now")
    house.send()
    lines = [json.loads(line) for line in Path(house.settings.paper).read_text().splitlines()]
    assert len(lines) == 13
    assert {line["channel"] for line in lines} == {"telegram", "phone"}
    assert all(("50 %" in line["text"]) is (line["language"] == "ru") for line in lines)


def _sent_and_watched(around: Town) -> None:
    """Telegram at once, the SMS at nine; the page follows without being loaded again."""
    house, daniyar, saule = around.house, around.daniyar, around.saule
    page = daniyar.page
    page.reload()
    daniyar.follows(daniyar.say("campaign_copy"))
    daniyar.picks("writing_channel_n", "telegram", place=1)
    daniyar.picks("writing_channel_n", "sms", place=2)
    daniyar.does("writing_save")
    daniyar.does("campaign_submit")
    saule.goes_to("nav_today")
    saule.follows("Pyramid KZ")
    saule.does("campaign_approve")
    page.reload()
    daniyar.does("campaign_schedule_now")

    page.evaluate("window.stayed = true")
    progress = page.locator("#progress")
    expect(progress.locator(".state")).to_have_text(daniyar.say("state_scheduled"))
    house.send()
    sent = daniyar.say("progress_summary", done="12", audience="13", part="92,3\u00a0%")
    expect(progress.get_by_role("status")).to_have_text(sent)
    waits = daniyar.say("progress_waits_hours", channel="SMS", until="21.11.2025 09:00")
    expect(progress).to_contain_text(waits)
    assert all("Pyramid KZ" in person.sees[-1].text for person in around.telegram.world.people.values())

    house.later(minutes=41)
    house.send()
    around.arrives(AIGUL)
    expect(progress.locator(".state")).to_have_text(daniyar.say("state_done"))
    expect(progress.get_by_role("columnheader", name=daniyar.say("delivery_state_delivered")).first).to_be_visible()
    assert page.evaluate("window.stayed")


def _left_by_the_link(around: Town, browser: Browser) -> str:
    """On Aigul's telephone: opening the link changes nothing, pressing does, and so does changing her mind. The code she saw."""
    house, hands = around.house, around.daniyar.hands
    aigul = addresses.normalise(Channel.PHONE, AIGUL)
    message = around.sms(AIGUL)
    assert KAZAKH in message
    link = re.search(rf"{re.escape(house.public)}(/u/\S+)", message)
    assert link, message
    house.later(minutes=10)
    visit = telephone(browser, house.public, Language.KK, hands)
    page = visit.opens(link[1])
    expect(
        page.get_by_text(_said("unsubscribe_written_to", name=WORDS.card("financial-pyramid", Language.KK).name))
    ).to_be_visible()
    assert not consent.is_suppressed(house.register, aigul)
    visit.presses(_said("unsubscribe_button_everything"))
    expect(page.get_by_text(_said("unsubscribe_stopped"))).to_be_visible()
    assert consent.is_suppressed(house.register, aigul)
    visit.presses(_said("unsubscribe_button_start"))
    expect(page.get_by_text(_said("unsubscribe_started"))).to_be_visible()
    assert not consent.is_suppressed(house.register, aigul)
    visit.context.close()
    assert visit.complaints == []
    code = re.search(rf"{re.escape(WORDS.phrase('warning_mark', Language.KK))} (\w{{4}})", message)
    assert code, message
    return code[1]


def _what_it_did(around: Town) -> None:
    """The campaign's page counts who left, and how long after the message; the page of the effect says what it cannot say."""
    saule = around.saule
    saule.page.reload()
    unsubscribed = saule.page.locator("section", has=saule.page.locator("#unsubscribed"))
    within = saule.say("unsubscribes_hours", begins=0, ends=1)
    expect(unsubscribed.get_by_role("row", name=f"{within} 1")).to_be_visible()
    expect(unsubscribed.locator("img.plot")).to_have_js_property("complete", value=True)
    saule.follows(saule.say("campaign_effect"))
    expect(saule.page.get_by_text(saule.say("effect_verdict_not_measured"))).to_be_visible()
    saule.goes_to("nav_unsubscribes")
    expect(saule.page.get_by_role("row", name=f"{saule.say('channel_sms')} 1")).to_be_visible()


def _looked_up_by_its_code(around: Town, browser: Browser, code: str) -> None:
    """Whoever doubts a message types its code, and compares."""
    visit = telephone(browser, around.house.public, Language.KK, around.daniyar.hands)
    page = visit.opens("/code")
    visit.hands.write(page.get_by_label(_said("code_page_label")), code.lower())
    visit.presses(_said("code_page_button"))
    expect(page.get_by_role("heading", name=_said("code_page_heading_ours", code=code))).to_be_visible()
    expect(page.locator(".said[lang=kk]")).to_contain_text(KAZAKH)
    visit.context.close()
    assert visit.complaints == []


def _said(key: str, **fields: str) -> str:
    return WORDS.phrase(key, Language.KK, **fields)
