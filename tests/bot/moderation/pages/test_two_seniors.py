"""Two seniors over one message at the same time: who comes second reads what the first decided before they overrule it."""

import re

import pytest

from bot.moderation.cases import Ruling
from tests.bot.moderation.hall import AIGUL, FINE
from tests.bot.moderation.pages.conftest import Rooms

VERSION = re.compile(r'name="version" value="(\d+)"')


async def version_on(rooms: Rooms, name: str, page: str) -> str:
    found = VERSION.search((await rooms.volunteer(name).get(page)).text)
    assert found
    return found[1]


async def test_a_correction_from_an_old_page_overrules_nobody(rooms: Rooms) -> None:
    case = rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.register.execute("UPDATE volunteer SET senior = 1")
    page = f"/moderation/cases/{case.id}"
    seen = await version_on(rooms, "Dias", page)
    for name, ruling, status in (("Gulnar", "doubtful", 303), ("Dias", "genuine", 409)):
        fields = {"ruling": ruling, "version": seen}
        answer = await rooms.volunteer(name).post(f"{page}/correct", fields, sent_from=page)
        assert answer.status_code == status
    assert rooms.hall.case_of(FINE).ruling is Ruling.DOUBTFUL
    fields = {"ruling": "genuine", "version": await version_on(rooms, "Dias", page)}
    assert (await rooms.volunteer("Dias").post(f"{page}/correct", fields, sent_from=page)).status_code == 303


@pytest.mark.parametrize("version", ["", "x", "99"])
async def test_what_no_page_of_ours_sends_corrects_nothing(rooms: Rooms, version: str) -> None:
    case = rooms.hall.judged(FINE, Ruling.SCAM)
    page = f"/moderation/cases/{case.id}"
    fields = {"ruling": "genuine", "version": version}
    answer = await rooms.volunteer("Gulnar").post(f"{page}/correct", fields, sent_from=page)
    assert answer.status_code in (409, 422)
    assert rooms.hall.case_of(FINE).version == 1


async def test_the_page_of_a_vote_tells_nobody_how_often_it_was_decided(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    assert VERSION.search((await rooms.volunteer("Arman").get("/moderation")).text) is None
