"""/moderation/tellings through HTTP: what a senior reads and says of answers that may be lost."""

import re
from datetime import timedelta

import pytest

from bot.moderation import decisions, telling
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.unended import AT_WORK, PAGE
from tests.bot.moderation.hall import AIGUL, FINE
from tests.bot.moderation.pages.conftest import SOMEWHERE, Rooms

LIST = "/moderation/tellings"
_HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')


def fields_of_form(page: str, action: str) -> dict[str, str]:
    """What this form of the page would send."""
    return dict(_HIDDEN.findall(page.partition(f'action="{action}"')[2].partition("</form>")[0]))


@pytest.fixture
def lost(rooms: Rooms) -> Rooms:
    """Aigul's answer was claimed, and nobody wrote down what came of it."""
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.waits(REVIEW)
    (owed,) = telling.due(rooms.register, now=rooms.hall.now)
    assert telling.claim(rooms.register, owed, now=rooms.hall.now)
    rooms.hall.waits(AT_WORK + timedelta(seconds=1))
    return rooms


async def test_a_senior_reads_what_may_be_lost_without_an_address_and_how_many_in_the_frame(lost: Rooms) -> None:
    gulnar = lost.volunteer("Gulnar")
    shown = (await gulnar.get(LIST)).text
    for told in ("2026-000001", "WhatsApp", "русский", "/moderation/cases/1", "Неизвестно, дошёл ли.", "21.11.2026 17:15"):
        assert told in shown, told
    for secret in (AIGUL, AIGUL[-7:], lost.hall.reporter(AIGUL).asker.hex(), "айыппұл"):
        assert secret not in shown, secret
    assert f'<a href="{LIST}">Неясные ответы <strong>1</strong></a>' in (await gulnar.get(SOMEWHERE)).text
    assert LIST not in (await lost.volunteer("Dias").get(SOMEWHERE)).text


async def test_the_frame_names_no_number_where_there_is_none(rooms: Rooms) -> None:
    gulnar = rooms.volunteer("Gulnar")
    assert "Все ответы дошли" in (await gulnar.get(LIST)).text
    assert f'<a href="{LIST}">Неясные ответы</a>' in (await gulnar.get(SOMEWHERE)).text


@pytest.mark.parametrize(("press", "state", "owed"), [("arrived", "told", 0), ("again", "later", 1)])
async def test_pressed_twice_it_is_said_once_and_both_times_leads_to_the_list(
    lost: Rooms, press: str, state: str, owed: int
) -> None:
    gulnar = lost.volunteer("Gulnar")
    action = f"{LIST}/1/{press}"
    fields = fields_of_form((await gulnar.get(LIST)).text, action)
    for _ in range(2):
        answer = await gulnar.client.post(action, data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    assert [row["state"] for row in lost.hall.rows("telling")] == [state]
    assert len(telling.due(lost.register, now=lost.hall.now)) == owed
    assert lost.hall.audited(f"telling.{press}") == 1
    assert "Все ответы дошли" in (await gulnar.get(LIST)).text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"version": "1"},
        {"version": "1", "claimed": "yesterday"},
        {"version": "٣", "claimed": "2026-11-21T12:15:00Z"},
        {"version": "-1", "claimed": "2026-11-21T12:15:00Z"},
    ],
)
async def test_what_no_form_of_ours_sends_changes_nothing(lost: Rooms, fields: dict[str, str]) -> None:
    gulnar = lost.volunteer("Gulnar")
    for press in ("arrived", "again"):
        assert (await gulnar.post(f"{LIST}/1/{press}", fields, sent_from=LIST)).status_code == 422
    assert [row["state"] for row in lost.hall.rows("telling")] == ["claimed"]


@pytest.mark.parametrize("claimed", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21T12:15:00.001Z"])
async def test_another_moment_is_another_claim(lost: Rooms, claimed: str) -> None:
    gulnar = lost.volunteer("Gulnar")
    answer = await gulnar.post(f"{LIST}/1/again", {"version": "1", "claimed": claimed}, sent_from=LIST)
    assert answer.status_code in (303, 422)
    assert [row["state"] for row in lost.hall.rows("telling")] == ["claimed"]


async def test_who_is_no_senior_changes_nothing(lost: Rooms) -> None:
    fields = fields_of_form((await lost.volunteer("Gulnar").get(LIST)).text, f"{LIST}/1/again")
    dias = lost.volunteer("Dias")
    assert (await dias.get(LIST)).status_code == 403
    for press in ("arrived", "again"):
        answer = await dias.post(f"{LIST}/1/{press}", {**fields, "csrf": await dias.token(SOMEWHERE)}, sent_from=SOMEWHERE)
        assert (answer.status_code, "Это решают старшие волонтёры." in answer.text) == (403, True)
        assert (await dias.get(f"{LIST}/1/{press}")).headers["location"] == LIST, "after choosing a language"
    assert [row["state"] for row in lost.hall.rows("telling")] == ["claimed"]


async def test_a_long_list_goes_on(rooms: Rooms) -> None:
    for number in range(PAGE + 1):
        rooms.hall.asks(f"+7701000{number:04}", FINE)
    case, senior = rooms.hall.case_of(FINE).id, rooms.hall.people["Gulnar"]
    decisions.settle(rooms.register, case, by=senior, ruling=Ruling.SCAM, now=rooms.hall.now)
    rooms.hall.waits(REVIEW)
    for owed in telling.due(rooms.register, now=rooms.hall.now):
        telling.claim(rooms.register, owed, now=rooms.hall.now)
    rooms.hall.waits(AT_WORK + timedelta(seconds=1))
    gulnar = rooms.volunteer("Gulnar")
    first = (await gulnar.get(LIST)).text
    assert (first.count("/again"), f"{LIST}?after={PAGE}" in first) == (PAGE, True)
    assert (await gulnar.get(f"{LIST}?after={PAGE}")).text.count("/again") == 1
    for odd in ("x", "-1", "9" * 15, "9" * 40):
        assert (await gulnar.get(f"{LIST}?after={odd}")).status_code == 200
