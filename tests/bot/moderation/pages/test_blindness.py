"""Before one's own vote no byte of a page depends on the program's guess or on what others have voted."""

from datetime import timedelta

import pytest

from bot.moderation.cases import CaseId, Ruling
from bot.moderation.places import Place
from broadcaster.campaign_states import Role
from broadcaster.suspects import Kind
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, SAFE, TIMUR
from tests.bot.moderation.pages.conftest import SOMEWHERE, Rooms

SITE = Place(Kind.LINK, "egov-aiyppul.top")


async def pages_of(rooms: Rooms, name: str) -> dict[str, str]:
    person = rooms.volunteer(name)
    csrf = await person.token(SOMEWHERE)
    shown = {path: await person.get(f"/moderation{path}") for path in ("", "/cases/1", "/judged", "/accuracy")}
    return {path: answer.text.replace(csrf, "csrf") for path, answer in shown.items()}


async def test_the_programs_guess_is_in_no_byte(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    before = await pages_of(rooms, "Arman")
    assert "айыппұл" in before[""]
    rooms.register.execute("UPDATE known_case SET scheme_said = 'romance'")
    assert await pages_of(rooms, "Arman") == before
    rooms.register.execute("UPDATE known_case SET scheme_said = NULL")
    assert await pages_of(rooms, "Arman") == before


async def test_the_votes_of_others_are_in_no_byte(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    before = await pages_of(rooms, "Dias")
    rooms.hall.votes("Arman", CaseId(1), Ruling.SCAM, scheme="romance", sure=False, named=[SITE])
    assert len(rooms.hall.rows("vote")) == 1
    assert await pages_of(rooms, "Dias") == before


async def test_what_was_judged_before_is_in_no_byte_of_a_new_round(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.waits(timedelta(hours=1))
    rooms.hall.disagrees(TIMUR, FINE)
    shown = (await pages_of(rooms, "Dias"))[""]
    rooms.register.execute("UPDATE decision SET verdict = 'genuine'")
    rooms.register.execute("UPDATE known_case SET verdict = 'genuine', scheme = 'romance'")
    assert "айыппұл" in shown
    assert (await pages_of(rooms, "Dias"))[""] == shown


async def test_opinions_come_with_ones_own_vote(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
    rooms.hall.votes("Arman", CaseId(1), Ruling.DOUBTFUL, scheme=None)
    bota = rooms.volunteer("Bota")
    refused = await bota.get("/moderation/cases/1")
    assert (refused.status_code, "Сначала проголосуйте" in refused.text) == (403, True)
    await bota.post("/moderation/cases/1/vote", {"ruling": "scam", "round": "1", "unsure": "yes"}, sent_from=SOMEWHERE)
    shown = (await bota.get("/moderation/cases/1")).text
    for told in ("Сомнительно: 1 из 2.", "Мошенничество: 1 из 2.", "волонтёр 1", "не уверен(а)", "Программа предполагала"):
        assert told in shown, told
    assert "Arman" not in shown, "opinions have no names"


async def test_a_senior_sees_the_votes_only_of_what_waits_for_seniors(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, HOAX, scheme=None)
    rooms.hall.votes("Arman", CaseId(1), Ruling.SCAM)
    gulnar = rooms.volunteer("Gulnar")
    assert (await gulnar.get("/moderation/cases/1")).status_code == 403
    rooms.hall.votes("Bota", CaseId(1), Ruling.HOAX)
    assert "Голоса разошлись" in (await gulnar.get("/moderation/cases/1")).text
    assert (await rooms.volunteer("Dias").get("/moderation/cases/1")).status_code == 403


@pytest.mark.parametrize("name", ["Arman", "Gulnar"])
async def test_nobody_sees_who_asked_or_a_whole_number(rooms: Rooms, name: str) -> None:
    rooms.hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
    person = rooms.volunteer(name)
    shown = (await person.get("/moderation")).text
    assert "+7701***4433" in shown
    await person.post("/moderation/cases/1/vote", {"ruling": "scam", "round": "1", "place": "0"}, sent_from=SOMEWHERE)
    shown += (await person.get("/moderation/cases/1")).text
    assert [each["value"] for each in rooms.hall.rows("named")] == ["+77015554433"]
    asker = rooms.hall.reporter(AIGUL).asker.hex()
    for secret in (AIGUL, AIGUL[1:], "555 44 33", "5554433", asker):
        assert secret not in shown, secret


async def test_the_console_knows_nothing_of_it(rooms: Rooms) -> None:
    """An author's session opens no message either."""
    rooms.hall.asks(AIGUL, FINE)
    answer = await rooms.signed_in("Daniyar", Role.AUTHOR).get("/moderation")
    assert answer.status_code == 403
    assert "айыппұл" not in answer.text
