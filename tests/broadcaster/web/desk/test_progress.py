"""The progress of a campaign as staff see it: words, numbers, what it waits for; refreshed until it is over."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from broadcaster import campaigns, consent, halt
from broadcaster.addresses import Channel, normalise
from broadcaster.campaign_states import Role
from broadcaster.channels.outcome import Accepted, Refused, Unknown
from broadcaster.consent import Origin
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import LATER, QUICK, TAKEN, Ledger
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import Desk, Person
from tests.broadcaster.web.desk.reading import read

_NEXT = re.compile(r'data-from="([^"]+)"')


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


def leaves(desk: Desk, phone: str) -> None:
    origin = Origin(door="sms", message_id=phone, at=LATER + timedelta(minutes=2))
    consent.stop(desk.register, normalise(Channel.PHONE, phone), origin)


def viewer(desk: Desk, language: str = "ru") -> Person:
    return desk.signed_in("Timur", Role.VIEWER, language)


async def test_who_is_done_stands_there_by_channel_and_language(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(6, language="kk")
    people.people(4, channels=("phone",), language="ru")
    ledger = Ledger(desk.register, tmp_path / "flight", people, channels=("telegram", "sms"))
    ledger.run(lambda row: Refused(reason="telegram 400: chat not found") if row.contact == 1 else TAKEN)
    page = await viewer(desk).get(f"/campaigns/{ledger.campaign}/progress")
    said = read(page)
    assert "Готово 6 из 10 получателей: 60 %." in said
    assert "Telegram 0 5 1" in said
    assert "SMS 4 0 0" in said
    assert "казахский 0 5 1" in said
    assert "Всего 4 5 1" in said
    assert "Такого аккаунта в Telegram больше нет. telegram 400: chat not found 1" in said
    assert '<progress max="10" value="6"' in page.text


async def test_the_page_is_asked_for_again_until_the_campaign_is_over(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(2)
    ledger = Ledger(desk.register, tmp_path / "flight", people)
    timur, path = viewer(desk), f"/campaigns/{ledger.campaign}/progress"
    assert 'data-refresh="3"' in (await timur.get(path)).text
    ledger.run()
    assert 'data-refresh="3"' in (await timur.get(path)).text
    campaigns.finish(desk.register, ledger.campaign, now=LATER)
    done = await timur.get(path)
    assert "data-refresh" not in done.text
    assert "завершена" in read(done)


@pytest.mark.parametrize("state", ["draft", "approved", "cancelled"])
async def test_what_was_never_sent_is_not_asked_for_again(desk: Desk, people: Town, state: str) -> None:
    people.people(1)
    page = await viewer(desk).get(f"/campaigns/{people.campaign(state=state)}/progress")
    assert "data-refresh" not in page.text
    assert "Ещё ничего не отправлено." in read(page)


async def test_a_piece_is_a_piece_and_a_page_is_a_page(desk: Desk, people: Town) -> None:
    people.people(1)
    path = f"/campaigns/{people.campaign()}/progress"
    timur = viewer(desk)
    piece = await timur.client.get(path, headers={"sec-fetch-dest": "empty"})
    assert piece.text.lstrip().startswith('<section id="progress"')
    page = await timur.get(path)
    assert "<!doctype html>" in page.text
    assert 'id="progress"' in page.text
    assert "Обновить" in page.text


async def test_the_speed_and_the_end_come_from_the_last_minutes(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(200)
    ledger = Ledger(desk.register, tmp_path / "flight", people)
    timur, path = viewer(desk), f"/campaigns/{ledger.campaign}/progress"
    desk.now = NOW + timedelta(minutes=1)
    first = await timur.get(path)
    assert "Скорость станет известна" in read(first)
    ledger.settle(ledger.taken(limit=100))
    desk.now += timedelta(minutes=1)
    found = _NEXT.search(first.text)
    assert found
    second = read(await timur.get(unescape(found[1])))
    assert "сообщений в минуту: 100." in second
    assert "закончится 21.11.2025 12:18." in second


async def test_numbers_made_up_in_the_address_hurt_nobody(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(desk.register, tmp_path / "flight", people)
    for query in ("before=1-1&since=x", "before=99999999999-999999999", "before=%00", "before=1763709300-0&before=2"):
        page = await viewer(desk).get(f"/campaigns/{ledger.campaign}/progress?{query}")
        assert page.status_code == 200


async def test_a_pause_of_the_sender_is_told_in_words(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(desk.register, tmp_path / "flight", people)
    reason = "canary: 4 of 20 messages failed on telegram"
    campaigns.pause_itself(desk.register, ledger.campaign, reason=reason, now=LATER)
    said = read(await viewer(desk).get(f"/campaigns/{ledger.campaign}/progress"))
    assert "В канале Telegram не удалось слишком много первых сообщений: 4 из 20." in said
    assert reason in said


async def test_a_pause_with_a_hostile_reason_is_text(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(desk.register, tmp_path / "flight", people)
    hostile = "<script>alert(1)</script>\"' {{ 7*7 }}"
    campaigns.pause_itself(desk.register, ledger.campaign, reason=hostile, now=LATER)
    page = await viewer(desk).get(f"/campaigns/{ledger.campaign}/progress")
    assert "<script>alert" not in page.text
    assert hostile in read(page)


async def test_hours_and_the_stop_of_everything_are_named(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(3, channels=("phone",))
    ledger = Ledger(desk.register, tmp_path / "flight", people, channels=("sms",))
    halt.stop_everything(desk.register, who="Saule", now=NOW)
    desk.now = NOW + timedelta(days=1)  # a Saturday
    said = read(await viewer(desk, "en").get(f"/campaigns/{ledger.campaign}/progress"))
    assert "SMS: outside the permitted hours. It goes on at 24.11.2025 09:00." in said
    assert "All sending is stopped." in said


async def test_money_unsubscribes_and_the_unknown_are_there(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(20, channels=("phone",))
    ledger = Ledger(desk.register, tmp_path / "flight", people, channels=("sms",), budget=5_000, policy=QUICK)
    ledger.run(
        lambda row: Unknown(reason="twilio 500") if row.contact == 1 else Accepted(reference=f"SM{row.contact}"),
        channel=SendingChannel.SMS,
    )
    leaves(desk, "+77010000002")
    page = await viewer(desk).get(f"/campaigns/{ledger.campaign}/progress")
    said = read(page)
    assert "Потерян ответ на 1 сообщение" in said
    assert f'href="/campaigns/{ledger.campaign}/unknown"' in page.text
    assert "Отписались после неё 1" in said
    assert "из 5 000 ₸" in said
    assert "Сервер провайдера дал сбой, когда принимал сообщение. twilio 500 1" in said


async def test_no_telephone_number_stands_on_the_page(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.person(phone="+77015550199", language="kk", consent=("warn",))
    ledger = Ledger(desk.register, tmp_path / "flight", people, channels=("sms",))
    ledger.run(Refused(reason="twilio 21211: no such number"), channel=SendingChannel.SMS)
    page = await viewer(desk).get(f"/campaigns/{ledger.campaign}/progress")
    assert "5550199" not in page.text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_the_page_speaks_the_language_of_whoever_looks(desk: Desk, people: Town, tmp_path: Path, language: str) -> None:
    people.people(3)
    ledger = Ledger(desk.register, tmp_path / "flight", people)
    ledger.run()
    title = {"kk": "Тарату барысы", "ru": "Ход рассылки", "en": "How the campaign goes"}[language]
    assert title in read(await viewer(desk, language).get(f"/campaigns/{ledger.campaign}/progress"))


async def test_a_campaign_nobody_knows_is_not_found(desk: Desk) -> None:
    assert (await viewer(desk).get("/campaigns/404/progress")).status_code == 404
