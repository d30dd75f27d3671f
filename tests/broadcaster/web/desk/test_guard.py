"""What stands before every page: the session, the role, the form's origin."""

from datetime import timedelta

import pytest
from starlette.routing import Mount, Route

from broadcaster import sessions
from broadcaster.campaign_states import Role
from broadcaster.database import transaction
from broadcaster.web.desk import access
from tests.broadcaster.web.desk.conftest import Desk

UNGUARDED = {"static", "healthz", "readyz", "metrics"}


async def test_whoever_has_not_signed_in_is_sent_to_the_sign_in(desk: Desk) -> None:
    answer = await desk.stranger().get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2F")


async def test_a_member_of_the_staff_sees_the_first_page(desk: Desk) -> None:
    page = await desk.signed_in("Daniyar", Role.AUTHOR).get("/")
    assert page.status_code == 200
    assert "Daniyar" in page.text


async def test_whoever_leaves_the_staff_is_out_at_once(desk: Desk) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
    with transaction(desk.register):
        desk.register.execute("UPDATE staff SET active = 0 WHERE name = 'Daniyar'")
    assert (await daniyar.get("/")).status_code == 303


@pytest.mark.parametrize("rest", [sessions.IDLE, sessions.LONGEST])
async def test_a_session_ends_by_itself(desk: Desk, rest: timedelta) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
    desk.now += rest + timedelta(seconds=1)
    assert (await daniyar.get("/")).status_code == 303


async def test_a_session_that_is_used_lasts_a_working_day_and_no_longer(desk: Desk) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
    half_an_hour = timedelta(minutes=30)
    for _ in range(23):
        desk.now += half_an_hour
        assert (await daniyar.get("/")).status_code == 200
    desk.now += half_an_hour
    assert (await daniyar.get("/")).status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64, "Ж"])
async def test_a_form_without_our_token_does_nothing(desk: Desk, token: str) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
    answer = await daniyar.client.post("/language", data={"csrf": token, "language": "en"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_the_token_of_another_person_is_not_ours(desk: Desk) -> None:
    daniyar, saule = desk.signed_in("Daniyar", Role.AUTHOR), desk.signed_in("Saule", Role.APPROVER)
    answer = await daniyar.client.post("/language", data={"csrf": await saule.token(), "language": "en"})
    assert answer.status_code == 403


@pytest.mark.parametrize("header", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
async def test_a_form_of_a_foreign_page_does_nothing_even_with_the_token(desk: Desk, header: dict[str, str]) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
    fields = {"csrf": await daniyar.token(), "language": "en"}
    answer = await daniyar.client.post("/language", data=fields, headers=header)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_choosing_a_language_sends_nobody_elsewhere(desk: Desk, elsewhere: str) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
    answer = await daniyar.post("/language", {"language": "en", "here": elsewhere})
    assert answer.headers["location"] == "/"


async def test_a_chosen_language_stays(desk: Desk) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR, language="ru")
    await daniyar.post("/language", {"language": "kk", "here": "/"})
    assert '<html lang="kk">' in (await daniyar.get("/")).text


def _routes(desk: Desk) -> list[Route]:
    return [route for route in desk.app.routes if isinstance(route, Route) and route.name not in UNGUARDED]


async def test_every_route_stands_in_the_matrix_and_the_matrix_names_no_other(desk: Desk) -> None:
    names = {route.name for route in _routes(desk)}
    assert {mount.name for mount in desk.app.routes if isinstance(mount, Mount)} == {"static"}
    assert names == access.OPEN | set(access.ROUTES)


@pytest.mark.parametrize("role", list(Role))
async def test_every_route_opens_for_the_roles_of_the_matrix_and_for_nobody_else(desk: Desk, role: Role) -> None:
    wrong = []
    for route in _routes(desk):
        person = desk.signed_in(f"One {role}", role)  # some of the routes end the session
        path = route.path.replace("{id:int}", "7").replace("{token}", "x" * 43)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            sent = {"csrf": await person.token("/me")} if method == "POST" else None
            answer = await person.client.request(method, path, data=sent)
            closed = answer.status_code == 403 and SAYS_NOT_YOURS in answer.text
            if closed is access.may(role, route.name) and route.name not in access.OPEN:
                wrong.append((route.name, method, answer.status_code))
    assert not wrong


SAYS_NOT_YOURS = "Это действие не входит в вашу роль."


async def test_a_route_that_the_matrix_forgot_opens_for_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(access.ROUTES, "today")
    answer = await desk.signed_in("Aliya", Role.ADMIN).get("/")
    assert answer.status_code == 403
