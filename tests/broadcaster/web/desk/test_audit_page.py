"""The audit trail at the desk: page by page, in words, and a damaged row found by its number."""

import asyncio
import re

import pytest

from broadcaster import audit
from broadcaster.campaign_states import Role
from broadcaster.database import transaction
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.web.desk.conftest import SAID, Desk, Person

TRIGGERS = ("audit_is_append_only", "audit_stays")


@pytest.fixture
def saule(desk: Desk) -> Person:
    return desk.signed_in("Saule", Role.APPROVER)


def write(desk: Desk, n: int, *, who: str = "Daniyar", action: str = "campaign.edit", subject: str = "campaign 7") -> None:
    with transaction(desk.register):
        for number in range(n):
            audit.append(desk.register, at=NOW, who=who, action=action, subject=subject, detail={"n": number})


def damage(desk: Desk, sql: str) -> None:
    for trigger in TRIGGERS:
        desk.register.execute(f"DROP TRIGGER {trigger}")
    desk.register.execute(sql)


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'<th scope="row" class="n">(\d+)</th>', page)]


async def test_every_row_stands_on_one_page_the_newest_first(desk: Desk, saule: Person) -> None:
    write(desk, 120)
    path: str | None = "/audit"
    seen: list[int] = []
    while path:
        page = (await saule.get(path)).text
        assert len(numbers(page)) <= 50
        seen += numbers(page)
        following = re.search(r'href="(/audit\?before=[^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
    assert seen == list(range(121, 0, -1))  # the first is Saule's own


async def test_rows_are_found_by_who_what_and_whereof(desk: Desk, saule: Person) -> None:
    write(desk, 1, who="Daniyar & Co", action="campaign.edit", subject="campaign 7")
    write(desk, 60, who="Marat", action="campaign.test-send", subject="campaign 8")
    assert numbers((await saule.get("/audit?who=Daniyar+%26+Co")).text) == [2]
    assert numbers((await saule.get("/audit?action=campaign.edit&subject=campaign+7")).text) == [2]
    assert len(numbers((await saule.get("/audit?action=campaign")).text)) == 50
    assert numbers((await saule.get("/audit?action=camp")).text) == []
    second = (await saule.get("/audit?before=13&action=campaign.test-send")).text
    assert numbers(second) == list(range(12, 2, -1))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_an_action_is_told_in_words_with_its_name_beside_it(desk: Desk, language: str) -> None:
    write(desk, 1, action="campaign.approve-again")
    write(desk, 1, action="campaign.of-tomorrow")
    page = (await desk.signed_in("Saule", Role.APPROVER, language).get("/audit")).text
    assert SAID.say("audit_action_campaign_approve_again", Language(language)) in page
    assert "campaign.of-tomorrow" in page


async def test_a_whole_trail_is_said_to_be_whole_and_its_head_is_shown(desk: Desk, saule: Person) -> None:
    write(desk, 5)
    kept = str(audit.head(desk.register))
    assert kept in (await saule.get("/audit")).text
    write(desk, 5)
    assert "Журнал цел: все строки" in (await saule.post("/audit/check", {"head": ""})).text
    assert "совпадает с сохранённым следом" in (await saule.post("/audit/check", {"head": f" {kept} "})).text


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET who = 'Saule' WHERE id = 4",
        "UPDATE audit SET detail = CAST(x'ff00fe' AS TEXT) WHERE id = 4",
        "UPDATE audit SET at = 'yesterday', detail = '[1' WHERE id = 4",
        "UPDATE audit SET hash = zeroblob(32) WHERE id = 4",
        "DELETE FROM audit WHERE id = 4",
    ],
)
async def test_a_row_that_was_tampered_with_is_named(desk: Desk, saule: Person, sql: str) -> None:
    write(desk, 9)
    damage(desk, sql)
    answer = await saule.post("/audit/check", {"head": ""})
    assert answer.status_code == 200
    assert "нарушен, начиная со строки 4" in answer.text
    assert len(numbers(answer.text)) in (9, 10), "and what is left can still be read"


async def test_an_end_that_was_cut_off_shows_against_a_kept_head(desk: Desk, saule: Person) -> None:
    write(desk, 9)
    kept = str(audit.head(desk.register))
    damage(desk, "DELETE FROM audit WHERE id > 6")
    assert "Журнал цел" in (await saule.post("/audit/check", {"head": ""})).text
    assert "начиная со строки 7" in (await saule.post("/audit/check", {"head": kept})).text


@pytest.mark.parametrize("head", ["x", "1:2", "9" * 40 + ":" + "a" * 64, "<script>alert(1)</script>", "٣:" + "a" * 64, "\0"])
async def test_a_head_that_is_none_is_said_at_its_field(desk: Desk, saule: Person, head: str) -> None:
    answer = await saule.post("/audit/check", {"head": head})
    assert answer.status_code == 422
    assert 'id="head-error"' in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("query", ["before=x", "before=-5", "before=99999999999999999999", "who=%00", "subject=%FF", "action='"])
async def test_a_query_that_makes_no_sense_gets_a_page(desk: Desk, saule: Person, query: str) -> None:
    assert (await saule.get(f"/audit?{query}")).status_code == 200


async def test_hostile_names_and_details_are_text(desk: Desk, saule: Person) -> None:
    hostile = '<img src=x onerror="alert(1)">'
    with transaction(desk.register):
        audit.append(desk.register, at=NOW, who=hostile, action=hostile, subject=hostile, detail={hostile: hostile})
    page = (await saule.get("/audit")).text
    assert "<img" not in page
    assert page.count("&lt;img") == 5


async def test_the_first_page_does_not_wait_for_a_check_of_a_long_trail(desk: Desk, saule: Person) -> None:
    """They are on a connection of their own: the page comes while the check still runs."""
    write(desk, 100_000)
    token = await saule.token()
    checking = asyncio.create_task(saule.client.post("/audit/check", data={"csrf": token}))
    await asyncio.sleep(0)
    while not checking.done():
        assert len(numbers((await saule.get("/audit")).text)) == 50
        if not checking.done():
            break
    else:
        pytest.fail("nobody was answered before the check had ended")
    assert "Журнал цел" in (await checking).text


async def test_who_may_read_and_who_may_check(desk: Desk) -> None:
    told = {}
    for role in Role:
        person = desk.signed_in(f"One {role}", role)
        read, checked = await person.get("/audit"), await person.post("/audit/check", {}, sent_from="/me")
        told[role] = (read.status_code, checked.status_code)
    assert told == {
        Role.AUTHOR: (200, 403),
        Role.APPROVER: (200, 200),
        Role.VIEWER: (200, 403),
        Role.MODERATOR: (403, 403),
        Role.ADMIN: (200, 200),
    }
