"""The public log: what was taken off the register and what was closed, with the way to appeal; and no private person."""

from datetime import timedelta

import httpx
import pytest

from broadcaster import removals, suspects
from broadcaster.database import Connection
from broadcaster.suspects import Kind, Source, Status
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.web.conftest import WORDS
from tests.broadcaster.web.sent import dump


def removed(
    register: Connection,
    kind: Kind,
    value: str,
    status: Status = Status.CLEARED,
    *,
    organisation: bool = False,
    source: Source = Source.VOLUNTEERS,
    days: int = 0,
) -> None:
    at = NOW + timedelta(days=days)
    suspects.add(register, kind, value, scheme="phishing-link", source=source, first_seen=NOW, now=NOW, organisation=organisation)
    suspects.set_status(register, kind, value, status, now=at)


@pytest.mark.parametrize("language", Language)
async def test_a_removed_site_stands_there_with_its_date_and_the_way_to_appeal(
    world: httpx.AsyncClient, register: Connection, language: Language
) -> None:
    removed(register, Kind.LINK, "dobrie-ruki.kz")
    removed(register, Kind.LINK, "kaspi-bonus.top", Status.TAKEN_DOWN, days=1)
    suspects.add(register, Kind.LINK, "still-there.top", scheme="romance", source=Source.STAFF, first_seen=NOW, now=NOW)
    page = await world.get(f"/removals?language={language}")
    assert page.status_code == 200
    assert 0 < page.text.index("kaspi-bonus[.]top") < page.text.index("dobrie-ruki[.]kz")
    for words in ("removals_status_cleared", "removals_status_taken_down", "removals_appeal_title"):
        assert WORDS.phrase(words, language) in page.text
    assert WORDS.phrase("button_disagree", language) in page.text
    assert "21.11.2025" in page.text
    assert "still-there" not in page.text


async def test_no_private_person_is_named_and_all_are_counted(world: httpx.AsyncClient, register: Connection) -> None:
    removed(register, Kind.PHONE, "+77011234567", source=Source.PUBLIC_BODY)
    removed(register, Kind.HANDLE, "@aigul_sweets")
    removed(register, Kind.CARD, "4111111111111111")
    removed(register, Kind.PHONE, "+77270000000", organisation=True)
    removed(register, Kind.ORGANISATION, "ТОО «Шанс»")
    for path in ("/removals?language=ru", "/removals.json"):
        text = (await world.get(path)).text
        assert "1234567" not in text
        assert "aigul" not in text
        assert "1111" not in text
        assert "+77270000000" in text
        assert "шанс" in text
    assert (await world.get("/removals.json")).json()["unnamed"] == 3
    assert WORDS.phrase("removals_unnamed", Language.RU, n=3) in (await world.get("/removals?language=ru")).text


async def test_one_suspect_of_two_sources_stands_once_and_json_tells_the_same(
    world: httpx.AsyncClient, register: Connection
) -> None:
    removed(register, Kind.LINK, "kaspi-bonus.top")
    removed(register, Kind.LINK, "kaspi-bonus.top", Status.TAKEN_DOWN, source=Source.STAFF)
    told = (await world.get("/removals.json")).json()
    (only,) = told["removals"]
    assert (only["name"], only["status"], told["older"]) == ("kaspi-bonus[.]top", "taken-down", None)


async def test_page_after_page_each_once(world: httpx.AsyncClient, register: Connection) -> None:
    count = removals.PAGE + 30
    for number in range(count):
        removed(register, Kind.LINK, f"site-{number}.top", days=number % 7)
    names: list[str] = []
    path = "/removals.json"
    while path:
        told = (await world.get(path)).json()
        names += [each["name"] for each in told["removals"]]
        path = f"/removals.json?before={told['older']}" if told["older"] else ""
    assert len(names) == len(set(names)) == count
    assert f"before={(await world.get('/removals.json')).json()['older']}" in (await world.get("/removals")).text


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 40, "<script>", "%00"])
async def test_what_is_no_number_shows_the_beginning(world: httpx.AsyncClient, register: Connection, before: str) -> None:
    removed(register, Kind.LINK, "kaspi-bonus.top")
    for path in ("/removals", "/removals.json"):
        page = await world.get(f"{path}?before={before}")
        assert page.status_code == 200
        assert "kaspi-bonus[.]top" in page.text
        assert "<script" not in page.text


async def test_a_hostile_name_is_text_and_looking_changes_nothing(world: httpx.AsyncClient, register: Connection) -> None:
    removed(register, Kind.ORGANISATION, "<script>alert(1)</script>")
    before = dump(register)
    page = await world.get("/removals")
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "set-cookie" not in page.headers
    assert (await world.post("/removals")).status_code == 405
    assert dump(register) == before


async def test_an_empty_log_says_so(world: httpx.AsyncClient) -> None:
    page = await world.get("/removals?language=kk")
    assert WORDS.phrase("removals_none", Language.KK) in page.text
