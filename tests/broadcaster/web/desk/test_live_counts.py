"""Counts that take long: no page waits for one, one count serves everybody, and what is decided is counted afresh."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from broadcaster import database
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.headcounts import Headcounts
from broadcaster.segment_rules import LivesIn
from broadcaster.staff import StaffId
from broadcaster.web.desk import live_counts
from broadcaster.web.desk.live_counts import LiveCounts
from broadcaster.web.register import Register
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import Desk, Fields, Person
from tests.broadcaster.web.desk.test_writing import written

T = TypeVar("T")
COUNTING = {"ru": "Идёт подсчёт получателей.", "kk": "Алушылар саналып жатыр.", "en": "The recipients are being counted."}


@pytest.fixture
def people(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Town:
    """More than are counted at once."""
    monkeypatch.setattr(live_counts, "AT_ONCE", -1)
    return town(desk.register)


@pytest.fixture
def daniyar(desk: Desk) -> Person:
    return desk.signed_in("Daniyar", Role.AUTHOR)


@pytest.fixture
def saule(desk: Desk) -> Person:
    return desk.signed_in("Saule", Role.APPROVER)


async def at_last(ask: Callable[[], Awaitable[T | None]]) -> T:
    """What is there when the people have been counted: asked for again and again, as a page does it."""
    for _ in range(200):
        if (found := await ask()) is not None:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("never counted")


async def shown(person: Person, path: str) -> str:
    async def ask() -> str | None:
        piece = (await person.get(path)).text
        return None if "data-refresh" in piece else piece

    return await at_last(ask)


async def lived(person: Person, fields: Fields) -> str:
    async def ask() -> str | None:
        piece = (await person.post("/campaigns/live", fields)).text
        return None if "data-again" in piece else piece

    return await at_last(ask)


def audience(page: str) -> str:
    return "".join(re.findall(r'data-count="audience">([^<]*)<', page))


async def test_a_page_comes_before_its_people_are_counted_and_the_piece_brings_them(
    daniyar: Person, people: Town, desk: Desk
) -> None:
    people.people(3)
    campaign = people.campaign(state="draft")
    page = (await daniyar.get(f"/campaigns/{campaign}")).text
    assert COUNTING["ru"] in page
    assert f'data-refresh="2" data-from="/campaigns/{campaign}/preview"' in page
    assert f'href="/campaigns/{campaign}#preview"' in page, "without a script"
    piece = await shown(daniyar, f"/campaigns/{campaign}/preview")
    assert audience(piece) == "3"
    assert "Посчитано: 21.11.2025" in piece


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_that_people_are_counted_is_said_in_every_language(desk: Desk, people: Town, language: str) -> None:
    aliya = desk.signed_in("Aliya", Role.VIEWER, language)
    assert COUNTING[language] in (await aliya.get(f"/campaigns/{people.campaign()}/preview")).text


async def test_what_the_author_had_counted_the_approver_sees_at_once_with_its_moment(
    desk: Desk, daniyar: Person, saule: Person, people: Town
) -> None:
    people.people(3)
    campaign = people.campaign(state="submitted")
    await shown(daniyar, f"/campaigns/{campaign}/preview")
    people.people(2)
    assert audience((await saule.get(f"/campaigns/{campaign}")).text) == "3"
    desk.now += live_counts.LASTS
    later = desk.signed_in("Saule", Role.APPROVER)
    assert audience((await later.get(f"/campaigns/{campaign}")).text) == "3"
    desk.now += live_counts.LASTS / 100
    assert COUNTING["ru"] in (await later.get(f"/campaigns/{campaign}")).text


async def test_the_button_has_them_counted_again_and_a_viewer_has_none(desk: Desk, saule: Person, people: Town) -> None:
    people.people(3)
    campaign = people.campaign(state="submitted")
    await shown(saule, f"/campaigns/{campaign}/preview")
    people.people(2)
    answer = await saule.post(f"/campaigns/{campaign}/count", {}, sent_from=f"/campaigns/{campaign}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/campaigns/{campaign}#preview")
    assert audience(await shown(saule, f"/campaigns/{campaign}/preview")) == "5"
    aliya = desk.signed_in("Aliya", Role.VIEWER)
    assert f"/campaigns/{campaign}/count" not in (await aliya.get(f"/campaigns/{campaign}")).text
    assert (await aliya.post(f"/campaigns/{campaign}/count", {})).status_code == 403


async def test_a_form_asks_again_until_its_people_are_counted_and_other_words_count_nobody(daniyar: Person, people: Town) -> None:
    people.people(3)
    first = (await daniyar.post("/campaigns/live", written())).text
    assert 'data-again="2"' in first
    assert 'form="writing" name="show" value="1"' in first, "without a script"
    assert audience(await lived(daniyar, written())) == "3"
    people.people(2)
    assert audience((await daniyar.post("/campaigns/live", written(text__ru="Другие слова"))).text) == "3"
    again = await daniyar.post("/campaigns/new", {**written(), "show": "again"})
    assert 'data-again="2"' in again.text


async def test_a_form_that_cannot_be_read_yet_tells_how_many_are_meant_once_they_are_counted(
    daniyar: Person, people: Town
) -> None:
    people.people(3)
    assert "3 человека" in await lived(daniyar, written(name=""))


async def test_an_account_that_nobody_knows_is_told_at_once(daniyar: Person, people: Town) -> None:
    campaign = people.campaign(state="draft", segment={"followers_of": "@nobody_knows"})
    piece = (await daniyar.get(f"/campaigns/{campaign}/preview")).text
    assert "нет в реестре подозрительных" in piece
    assert "data-refresh" not in piece


async def test_a_submission_trusts_no_kept_count(desk: Desk, daniyar: Person, people: Town) -> None:
    people.people(1)
    campaign = people.campaign(state="draft")
    assert audience(await shown(daniyar, f"/campaigns/{campaign}/preview")) == "1"
    with database.transaction(desk.register):
        desk.register.execute("DELETE FROM contact")
    page = (await daniyar.get(f"/campaigns/{campaign}")).text
    assert audience(page) == "1"
    hidden = dict(re.findall(r'name="(state|hash)" value="([^"]*)"', page))
    answer = await daniyar.post(f"/campaigns/{campaign}/submit", hidden)
    assert answer.status_code == 422


class Counted:
    """Two connections, the slow one of which can be held up; `made` tells who was counted on it, in order."""

    def __init__(self, url: str) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.made: list[str] = []
        self.quick = Register(lambda: database.open(url, KEY))
        self.slow = Register(lambda: database.open(url, KEY))
        self.counts = LiveCounts(self.quick, self.slow)

    async def ask(self, who: int, region: str) -> int | None:
        def look(connection: Connection, counts: Headcounts) -> int:
            if self.quick_thread != threading.get_ident():
                self.made.append(region)
                self.begun.set()
                assert self.let_go.wait(10)
            return counts.known(connection, LivesIn(region))

        self.quick_thread = await self.quick.ask(lambda _: threading.get_ident())
        seen = await self.counts.ask(StaffId(who), look, now=NOW)
        return seen.what if seen else None


@pytest.fixture
async def counted(desk: Desk, people: Town, tmp_path: Path) -> AsyncIterator[Counted]:
    made = Counted(url_in(tmp_path))
    yield made
    made.let_go.set()
    await made.counts.close()
    await made.slow.close()
    await made.quick.close()


async def test_a_count_is_made_once_for_all_who_ask(counted: Counted, people: Town) -> None:
    people.person(region="almaty")
    for who in (1, 2, 1):
        assert await counted.ask(who, "almaty") is None
    counted.let_go.set()
    assert await at_last(lambda: counted.ask(2, "almaty")) == 1
    assert await counted.ask(1, "almaty") == 1
    assert counted.made == ["almaty"]


async def test_of_several_that_wait_for_one_person_only_the_last_is_counted(counted: Counted) -> None:
    await counted.ask(1, "almaty")
    await asyncio.to_thread(counted.begun.wait, 10)
    for region in ("astana", "shymkent", "turkistan"):
        assert await counted.ask(1, region) is None
    assert await counted.ask(2, "shymkent") is None
    counted.let_go.set()
    await at_last(lambda: counted.ask(1, "turkistan"))
    await at_last(lambda: counted.ask(2, "shymkent"))
    assert sorted(counted.made) == ["almaty", "shymkent", "turkistan"]


async def test_a_console_that_stops_waits_for_no_count(counted: Counted) -> None:
    def endless(connection: Connection, counts: Headcounts) -> int:
        counts.known(connection, LivesIn("almaty"))
        counted.begun.set()
        sql = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT count(*) AS n FROM number"
        return int(connection.execute(sql).fetchone()["n"])

    assert await counted.counts.ask(StaffId(1), endless, now=NOW) is None
    await asyncio.to_thread(counted.begun.wait, 10)
    await counted.counts.close()
