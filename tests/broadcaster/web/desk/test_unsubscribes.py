"""Who unsubscribed, in tables and plots, over a period that somebody chooses."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broadcaster import consent
from broadcaster.addresses import Channel, normalise
from broadcaster.campaign_states import Role
from broadcaster.consent import Origin
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import Desk, Person
from tests.broadcaster.web.desk.reading import read

HOSTILE = "<script>alert(1)</script> & co"
_PLOT = re.compile(r'<img class="plot" src="([^"]+)"')


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


@pytest.fixture
def warned(desk: Desk, people: Town, tmp_path: Path) -> Ledger:
    """Twenty people, ten by Telegram in Kazakh, ten by SMS in Russian."""
    people.people(10, language="kk")
    people.people(10, channels=("phone",), language="ru")
    ledger = Ledger(desk.register, tmp_path / "flight", people, channels=("telegram", "sms"), name=HOSTILE)
    ledger.run()
    ledger.run(channel=SendingChannel.SMS)
    return ledger


def leaves(desk: Desk, channel: Channel, address: str, at: datetime) -> None:
    consent.stop(desk.register, normalise(channel, address), Origin(door="test", message_id=f"{address} {at}", at=at))


def three_leave(desk: Desk) -> None:
    leaves(desk, Channel.TELEGRAM, "900000001", LATER + timedelta(minutes=5))
    leaves(desk, Channel.TELEGRAM, "900000002", LATER + timedelta(minutes=50))
    leaves(desk, Channel.PHONE, "+77010000011", LATER + timedelta(hours=30))
    desk.now = NOW + timedelta(days=3)


def viewer(desk: Desk) -> Person:
    return desk.signed_in("Timur", Role.VIEWER, "ru")


async def test_they_are_counted_by_day_time_campaign_channel_and_language(desk: Desk, warned: Ledger) -> None:
    three_leave(desk)
    page = await viewer(desk).get("/unsubscribes")
    said = read(page)
    assert "Отписались с 26.10.2025 по 24.11.2025: 3." in said
    assert "21.11.2025 2 22.11.2025 1 23.11.2025 0" in said
    assert "0–1 ч 2 1–2 ч 0" in said
    assert "1–2 дн. 1" in said
    assert f"{HOSTILE} 3" in said
    assert "Telegram 2 SMS 1" in said
    assert "казахский 2 русский 1" in said
    assert "<script>alert" not in page.text


async def test_every_plot_of_the_page_is_there_and_shows_the_same(desk: Desk, warned: Ledger) -> None:
    three_leave(desk)
    timur = viewer(desk)
    plots = _PLOT.findall((await timur.get("/unsubscribes")).text)
    assert [plot.split("?")[0] for plot in plots] == [
        f"/unsubscribes/{name}.svg" for name in ("day", "hour", "campaign", "channel", "language")
    ]
    for plot in plots:
        answer = await timur.get(plot.replace("&amp;", "&"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert "script" not in answer.headers["content-security-policy"]
        assert "<script" not in answer.text
    by_channel = (await timur.get(plots[3].replace("&amp;", "&"))).text
    assert "Telegram: 2" in by_channel
    assert "SMS: 1" in by_channel


async def test_a_period_is_chosen_by_its_days(desk: Desk, warned: Ledger) -> None:
    three_leave(desk)
    said = read(await viewer(desk).get("/unsubscribes?first=2025-11-22&last=2025-11-22"))
    assert "Отписались с 22.11.2025 по 22.11.2025: 1." in said
    assert "Telegram" not in said


async def test_a_long_period_is_counted_by_weeks(desk: Desk, warned: Ledger) -> None:
    three_leave(desk)
    said = read(await viewer(desk).get("/unsubscribes?first=2025-10-01&last=2025-11-30"))
    assert "19.11.2025 3 26.11.2025 0" in said


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("first=x&last=2025-11-22", "Это не дата."),
        ("first=2025-11-22", "Это не дата."),
        ("first=2025-13-45&last=2025-11-22", "Это не дата."),
        ("first=2025-11-22&last=2025-11-21", "Первый день позже последнего."),
        ("first=0001-01-01&last=9999-12-31", "Можно выбрать не больше года."),
        ("first=%3Cscript%3E&last=%00", "Это не дата."),
    ],
)
async def test_days_that_are_none_are_said_at_the_field(desk: Desk, query: str, says: str) -> None:
    page = await viewer(desk).get(f"/unsubscribes?{query}")
    assert says in read(page, status=422)
    assert 'aria-invalid="true"' in page.text
    assert (await viewer(desk).get(f"/unsubscribes/day.svg?{query}")).status_code == 200


async def test_where_nobody_left_there_is_no_plot(desk: Desk) -> None:
    page = await viewer(desk).get("/unsubscribes")
    assert 'class="plot"' not in page.text
    assert "Отписались с 23.10.2025 по 21.11.2025: 0." in read(page)
    assert "Никто не отписался." in (await viewer(desk).get("/unsubscribes/channel.svg")).text


async def test_the_plot_of_one_campaign_is_by_the_time_since_its_message(desk: Desk, warned: Ledger) -> None:
    three_leave(desk)
    page = await viewer(desk).get(f"/campaigns/{warned.campaign}/progress")
    assert "Всего отписались: 3; больше всего (2) здесь: 0–1 ч." in read(page)
    (plot,) = _PLOT.findall(page.text)
    answer = await viewer(desk).get(plot)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "Отписки по времени после сообщения" in answer.text
    assert "0–1 ч" in answer.text


@pytest.mark.parametrize("path", ["/unsubscribes/secrets.svg", "/campaigns/1/plots/secrets.svg", "/campaigns/1/plots/..%2f.svg"])
async def test_there_are_no_other_plots(desk: Desk, warned: Ledger, path: str) -> None:
    assert (await viewer(desk).get(path)).status_code == 404


async def test_a_plot_of_a_campaign_nobody_knows_is_not_found(desk: Desk) -> None:
    assert (await viewer(desk).get("/campaigns/404/plots/unsubscribes.svg")).status_code == 404
