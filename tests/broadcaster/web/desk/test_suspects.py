"""Suspects at the desk: nobody can click on one, private persons and cards are not written out, each change is in the trail."""

import json
import re

import pytest

from broadcaster import suspects
from broadcaster.campaign_states import Role
from broadcaster.suspects import Kind, Source
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import SCHEME, Town, town
from tests.broadcaster.web.desk.conftest import Desk, Person

PRIVATE = "+77015550101"
CARD = "4111111111111111"


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


@pytest.fixture
def daniyar(desk: Desk) -> Person:
    return desk.signed_in("Daniyar", Role.AUTHOR)


@pytest.fixture
def saule(desk: Desk) -> Person:
    return desk.signed_in("Saule", Role.APPROVER)


def known(desk: Desk, kind: Kind, value: str, source: Source = Source.STAFF, *, organisation: bool = False) -> int:
    suspects.add(desk.register, kind, value, scheme=SCHEME, source=source, first_seen=NOW, now=NOW, organisation=organisation)
    return suspects.identity(desk.register, kind, value)


async def test_a_suspect_is_one_line_with_all_who_named_it_and_its_followers(desk: Desk, people: Town, daniyar: Person) -> None:
    known(desk, Kind.HANDLE, "@pyramid_kz", Source.VOLUNTEERS)
    known(desk, Kind.HANDLE, "@pyramid_kz", Source.PUBLIC_BODY)
    suspect = suspects.identity(desk.register, Kind.HANDLE, "@pyramid_kz")
    followers = people.people(3)
    people.snapshot(suspect, NOW, followers)
    page = re.sub(r"\s+", " ", (await daniyar.get("/suspects")).text)
    line = page[page.index("@pyramid_kz") : page.index("</tr>", page.index("@pyramid_kz"))]
    for said in ("аккаунт", "действует", '<td class="n">3</td>', "21.11.2025 12:15", "госорган, волонтёры"):
        assert said in line, said
    assert page.count("@pyramid_kz") == 1


async def test_a_hostile_link_cannot_be_followed(desk: Desk, daniyar: Person) -> None:
    suspect = known(desk, Kind.LINK, "https://kaspi-bonus.top/login")
    for path in ("/suspects", f"/suspects/{suspect}"):
        page = (await daniyar.get(path)).text
        assert "hxxps://kaspi-bonus[.]top" in page
        assert "kaspi-bonus.top" not in page
        assert not re.search(r'href="(https?:)?//', page)


async def test_a_private_persons_number_is_in_no_list_and_never_written_out(desk: Desk, daniyar: Person) -> None:
    suspect = known(desk, Kind.PHONE, PRIVATE, Source.VOLUNTEERS)
    known(desk, Kind.PHONE, "+77017770102", Source.PUBLIC_BODY)
    listed = (await daniyar.get("/suspects")).text
    assert "+77017770102" in listed
    assert "7015550" not in listed
    assert "***0101" not in listed
    answer = await daniyar.post("/suspects", {"value": "8 701 555 01 01"})
    assert answer.headers["location"] == f"/suspects/{suspect}"
    page = (await daniyar.get(f"/suspects/{suspect}")).text
    assert "+7701***0101" in page
    assert "77015550101" not in page
    assert "частного лица" in page
    part = (await daniyar.post("/suspects", {"value": "701555"})).text
    assert f"/suspects/{suspect}" not in part


async def test_a_number_that_a_public_body_named_too_is_listed_once_with_both(desk: Desk, daniyar: Person) -> None:
    known(desk, Kind.PHONE, PRIVATE, Source.VOLUNTEERS)
    known(desk, Kind.PHONE, PRIVATE, Source.PUBLIC_BODY)
    page = re.sub(r"\s+", " ", (await daniyar.get("/suspects")).text)
    assert page.count(PRIVATE) == 1
    assert "госорган, волонтёры" in page


async def test_a_card_shows_a_piece_of_its_hash(desk: Desk, daniyar: Person) -> None:
    suspect = known(desk, Kind.CARD, CARD)
    answer = await daniyar.post("/suspects", {"value": "4111 1111 1111 1111"})
    assert answer.headers["location"] == f"/suspects/{suspect}"
    page = (await daniyar.get(f"/suspects/{suspect}")).text
    hashed = desk.register.address_key.digest("card", CARD).hex()
    assert f"#{hashed[:8]}" in page
    assert hashed[:12] not in page
    assert "1111" not in page


async def test_fifty_stand_on_a_page_and_every_one_on_some_page(desk: Desk, people: Town, daniyar: Person) -> None:
    for n in range(120):
        people.suspect(f"@evil_{n:03}", status="taken-down" if n % 2 else "active")
    path: str | None = "/suspects?status=active"
    seen: list[str] = []
    pages = 0
    while path:
        page = (await daniyar.get(path)).text
        seen += re.findall(r"@evil_\d+", page)
        following = re.search(r'href="(/suspects\?after=[^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
        pages += 1
    assert (seen, pages) == ([f"@evil_{n:03}" for n in range(0, 120, 2)], 2)


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=99999999999999999999", "kind=x", "status=%00", "after=%D9%A3"])
async def test_a_query_that_makes_no_sense_shows_the_first_page(desk: Desk, people: Town, daniyar: Person, query: str) -> None:
    people.suspect("@evil_kz")
    answer = await daniyar.get(f"/suspects?{query}")
    assert answer.status_code == 200
    assert "@evil_kz" in answer.text


@pytest.mark.parametrize("typed", ["%", "e%l", "'; DROP TABLE suspect;--", "<script>alert(1)</script>", "\0", "x" * 9_000])
async def test_a_search_for_anything_gets_a_calm_answer(desk: Desk, people: Town, daniyar: Person, typed: str) -> None:
    people.suspect("@evil_kz")
    answer = await daniyar.post("/suspects", {"value": typed})
    assert answer.status_code == 200
    assert "@evil_kz" not in answer.text
    assert "<script>alert" not in answer.text


async def test_one_is_entered_by_hand_and_stands_in_the_trail_without_its_number(desk: Desk, daniyar: Person) -> None:
    fields = {"kind": "phone", "value": "8 701 555 01 01", "scheme": SCHEME, "organisation": "yes"}
    answer = await daniyar.post("/suspects/add", fields)
    suspect = suspects.identity(desk.register, Kind.PHONE, PRIVATE)
    assert answer.headers["location"] == f"/suspects/{suspect}"
    row = desk.register.execute("SELECT who, action, subject, detail FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert tuple(row)[:3] == ("Daniyar", "suspect.add", f"suspect {suspect}")
    assert json.loads(row["detail"]) == {"kind": "phone", "scheme": SCHEME, "organisation": True}
    source = desk.register.execute("SELECT source FROM suspect WHERE id = ?", [suspect]).fetchone()[0]
    assert source == "staff"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "card", "value": "4111111111111112", "scheme": SCHEME}, "value"),
        ({"kind": "link", "value": "t.me", "scheme": SCHEME}, "value"),
        ({"kind": "handle", "value": "", "scheme": SCHEME}, "value"),
        ({"kind": "spaceship", "value": "@evil_kz", "scheme": SCHEME}, "kind"),
        ({"kind": "handle", "value": "@evil_kz", "scheme": "nonsense"}, "scheme"),
    ],
)
async def test_what_is_wrong_stands_at_its_field(desk: Desk, daniyar: Person, fields: dict[str, str], wrong: str) -> None:
    answer = await daniyar.post("/suspects/add", fields)
    assert answer.status_code == 422
    assert f'id="{wrong}-error"' in answer.text
    assert "4111111111111112" not in answer.text
    assert desk.register.execute("SELECT count(*) FROM suspect").fetchone()[0] == 0


async def test_a_status_is_changed_for_all_who_named_it_with_a_reason(desk: Desk, saule: Person) -> None:
    known(desk, Kind.HANDLE, "@evil_kz", Source.VOLUNTEERS)
    suspect = known(desk, Kind.HANDLE, "@evil_kz", Source.PUBLIC_BODY)
    path = f"/suspects/{suspect}/status"
    assert (await saule.post(path, {"status": "cleared", "reason": ""})).status_code == 422
    assert (await saule.post(path, {"status": "gone", "reason": "x"})).status_code == 422
    for _ in range(2):
        answer = await saule.post(path, {"status": "cleared", "reason": "court order, see +77015550101"})
        assert answer.status_code == 303
    assert [row["status"] for row in desk.register.execute("SELECT status FROM suspect")] == ["cleared", "cleared"]
    told = desk.register.execute("SELECT detail FROM audit WHERE action = 'suspect.status'").fetchall()
    detail = {"from": "active", "to": "cleared", "reason": "court order, see +7701***0101"}
    assert [json.loads(row["detail"]) for row in told] == [detail]


async def test_the_campaigns_to_its_followers_are_named(desk: Desk, people: Town, daniyar: Person) -> None:
    suspect = people.suspect("@pyramid_kz")
    meant = people.campaign(segment={"followers_of": "@pyramid_kz"})
    other = people.campaign()
    page = (await daniyar.get(f"/suspects/{suspect}")).text
    assert f'href="/campaigns/{meant}"' in page
    assert f'href="/campaigns/{other}"' not in page


@pytest.mark.parametrize("id", ["0", "7", "99999999999999999999999999"])
async def test_a_suspect_that_is_not_there_is_said_so(desk: Desk, saule: Person, id: str) -> None:
    assert (await saule.get(f"/suspects/{id}")).status_code == 404
    assert (await saule.post(f"/suspects/{id}/status", {"status": "cleared", "reason": "x"})).status_code == 404


async def test_who_may_change_what(desk: Desk, people: Town) -> None:
    suspect = people.suspect("@evil_kz")
    told = {}
    for role in Role:
        person = desk.signed_in(f"One {role}", role)
        add = await person.post("/suspects/add", {}, sent_from="/me")
        change = await person.post(f"/suspects/{suspect}/status", {}, sent_from="/me")
        told[role] = (add.status_code, change.status_code)
    assert told == {
        Role.AUTHOR: (422, 403),
        Role.APPROVER: (403, 422),
        Role.VIEWER: (403, 403),
        Role.MODERATOR: (403, 403),
        Role.ADMIN: (422, 422),
    }
