"""Who may open what: every route with every role, and whoever is on the staff without being a volunteer or a senior."""

import pytest
from starlette.routing import Mount, Route

from bot.moderation import volunteers
from bot.moderation.cases import Ruling
from bot.moderation.pages.rights import MATRIX
from broadcaster.campaign_states import Role
from tests.bot.moderation.hall import AIGUL, FINE, HOAX
from tests.bot.moderation.pages.conftest import SOMEWHERE, Rooms

NOT_YOURS = "Это действие не входит в вашу роль."
NOT_A_VOLUNTEER = "Вас ещё не записали в волонтёры."
NOT_SENIOR = "Это решают старшие волонтёры."


def routes(rooms: Rooms) -> list[Route]:
    return [each for each in rooms.app.routes if isinstance(each, Route) and each.path.startswith("/moderation")]


async def test_every_route_stands_in_the_matrix_and_the_matrix_names_no_other(rooms: Rooms) -> None:
    assert {each.name for each in routes(rooms)} == MATRIX.open | set(MATRIX.roles)
    mounts = {each.path for each in rooms.app.routes if isinstance(each, Mount) and each.path.startswith("/moderation")}
    assert mounts == {"/moderation/static"}


@pytest.mark.parametrize("role", list(Role))
async def test_every_route_opens_for_the_roles_of_the_matrix_and_for_nobody_else(rooms: Rooms, role: Role) -> None:
    rooms.hall.asks(AIGUL, FINE)
    wrong = []
    for route in routes(rooms):
        person = rooms.signed_in(f"One {role}", role)
        path = route.path.replace("{id:int}", "1").replace("{token}", "x" * 43)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            sent = {"csrf": await person.token(SOMEWHERE), "ruling": "scam"} if method == "POST" else None
            answer = await person.client.request(method, path, data=sent)
            assert answer.status_code < 500
            closed = answer.status_code == 403 and NOT_YOURS in answer.text
            if closed is MATRIX.may(role, route.name) and route.name not in MATRIX.open:
                wrong.append((route.name, method, answer.status_code))
    assert not wrong
    assert not [*rooms.hall.rows("vote"), *rooms.hall.rows("claim")], "a role alone is no volunteer"


async def test_strangers_are_sent_to_the_sign_in_and_nothing_is_told(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    for route in routes(rooms):
        if route.name in MATRIX.open:
            continue
        path = route.path.replace("{id:int}", "1")
        for method in sorted((route.methods or set()) - {"HEAD"}):
            answer = await rooms.stranger().client.request(method, path)
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/moderation/sign-in")
            assert answer.content == b""


@pytest.mark.parametrize("path", ["", "/cases/1", "/judged", "/accuracy", "/seniors"])
async def test_whoever_is_no_volunteer_reads_nothing(rooms: Rooms, path: str) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    volunteers.leave(rooms.register, rooms.hall.people["Dias"].id, who="setup", now=rooms.hall.now)
    for person in (rooms.signed_in("Aliya", Role.ADMIN), rooms.volunteer("Dias")):
        answer = await person.get(f"/moderation{path}")
        assert answer.status_code == 403
        assert NOT_A_VOLUNTEER in answer.text or NOT_SENIOR in answer.text
        assert "айыппұл" not in answer.text


async def test_what_seniors_do_others_cannot(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.asks(AIGUL, HOAX, scheme=None)
    waiting = rooms.hall.case_of(HOAX).id
    for name, ruling in (("Arman", Ruling.SCAM), ("Bota", Ruling.HOAX)):
        rooms.hall.votes(name, waiting, ruling)
    before = {table: rooms.hall.rows(table) for table in ("known_case", "decision", "blocked_reporter", "report")}
    dias = rooms.volunteer("Dias")
    assert NOT_SENIOR in (await dias.get("/moderation/seniors")).text
    for path, fields in (
        (f"/cases/{waiting}/settle", {"ruling": "scam"}),
        ("/cases/1/correct", {"ruling": "genuine"}),
        ("/reports/1/block", {"reason": "мешает"}),
        ("/reports/1/unblock", {}),
    ):
        answer = await dias.post(f"/moderation{path}", fields, sent_from=SOMEWHERE)
        assert (answer.status_code, NOT_SENIOR in answer.text) == (403, True), path
    assert {table: rooms.hall.rows(table) for table in before} == before
    assert "/moderation/seniors" not in (await dias.get(SOMEWHERE)).text
    assert "/moderation/seniors" in (await rooms.volunteer("Gulnar").get(SOMEWHERE)).text


async def test_a_form_that_is_not_ours_judges_nothing(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    arman = rooms.volunteer("Arman")
    token = await arman.token(SOMEWHERE)
    for sent, headers in (
        ({"ruling": "scam"}, {}),
        ({"ruling": "scam", "csrf": await rooms.volunteer("Bota").token(SOMEWHERE)}, {}),
        ({"ruling": "scam", "csrf": token}, {"sec-fetch-site": "cross-site"}),
        ({"ruling": "scam", "csrf": token}, {"origin": "https://evil.example"}),
    ):
        answer = await arman.client.post("/moderation/cases/1/vote", data=sent, headers=headers)
        assert answer.status_code == 403
    assert not rooms.hall.rows("vote")
