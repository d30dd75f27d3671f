"""Administrators let people in, give roles and see people off; each change is felt at the next request."""

import re

import pytest

from broadcaster import audit, invitations, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import UnknownStaff
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import CountingHasher, Enrolled, enrolled
from tests.broadcaster.web.desk.conftest import Desk

_LINK = re.compile(r"http://127\.0\.0\.1:8002/invitation/([\w-]{43})")


@pytest.fixture
def aliya(register: Connection, hasher: CountingHasher) -> Enrolled:
    return enrolled(register, "Aliya", Role.ADMIN, now=NOW)


def last_row(desk: Desk) -> tuple[str, str, str]:
    assert audit.verify(desk.register) is None
    return tuple(desk.register.execute("SELECT who, action, subject FROM audit ORDER BY id DESC LIMIT 1").fetchone())


async def test_somebody_new_gets_a_link_that_is_shown_once(desk: Desk, aliya: Enrolled) -> None:
    admin = desk.signed_in("Aliya", Role.ADMIN)
    answer = await admin.post("/staff/add", {"name": " Дина ", "role": "approver"}, sent_from="/staff")
    link = _LINK.search(answer.text)
    assert link
    assert invitations.find(desk.register, link[1], now=desk.now).staff == staff.find(desk.register, "Дина")
    assert not _LINK.search((await admin.get("/staff")).text)
    assert last_row(desk)[:2] == ("Aliya", "staff.invite")


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("", "author", "печатных символов"),
        ("x" * 81, "author", "печатных символов"),
        ("Aliya", "author", "уже есть или был"),
        ("Dina", "owner", "Такой роли нет"),
    ],
)
async def test_who_cannot_be_added_is_said_at_the_field(desk: Desk, aliya: Enrolled, name: str, role: str, said: str) -> None:
    answer = await desk.signed_in("Aliya", Role.ADMIN).post("/staff/add", {"name": name, "role": role}, sent_from="/staff")
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{name}"' in answer.text
    assert len(staff.every(desk.register, now=desk.now)) == 1


async def test_a_name_is_shown_as_it_was_typed(desk: Desk, aliya: Enrolled) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }}"
    admin = desk.signed_in("Aliya", Role.ADMIN)
    await admin.post("/staff/add", {"name": hostile, "role": "author"}, sent_from="/staff")
    shown = (await admin.get("/staff")).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in shown


async def test_another_role_counts_at_once_and_ends_the_sessions(desk: Desk, aliya: Enrolled) -> None:
    daniyar, admin = desk.signed_in("Daniyar", Role.AUTHOR), desk.signed_in("Aliya", Role.ADMIN)
    answer = await admin.post(f"/staff/{daniyar.staff.id}/role", {"role": "viewer"}, sent_from="/staff")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    assert staff.find(desk.register, "Daniyar").role is Role.VIEWER
    assert (await daniyar.get("/")).status_code == 303
    assert last_row(desk) == ("Aliya", "staff.role", f"staff {daniyar.staff.id}")


async def test_nobody_gives_themselves_a_role(desk: Desk, aliya: Enrolled) -> None:
    enrolled(desk.register, "Marat", Role.ADMIN, now=NOW)
    admin = desk.signed_in("Aliya", Role.ADMIN)
    assert f"/staff/{aliya.staff.id}/role" not in (await admin.get("/staff")).text
    answer = await admin.post(f"/staff/{aliya.staff.id}/role", {"role": "author"}, sent_from="/staff")
    assert answer.status_code == 403
    assert "Свою роль менять нельзя" in answer.text


async def test_a_new_invitation_signs_out_and_shows_a_link(desk: Desk, aliya: Enrolled) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
    answer = await desk.signed_in("Aliya", Role.ADMIN).post(f"/staff/{daniyar.staff.id}/invite", {}, sent_from="/staff")
    assert _LINK.search(answer.text)
    assert (await daniyar.get("/")).status_code == 303


async def test_leaving_asks_for_a_reason_first(desk: Desk, aliya: Enrolled) -> None:
    daniyar, admin = desk.signed_in("Daniyar", Role.AUTHOR), desk.signed_in("Aliya", Role.ADMIN)
    page = f"/staff/{daniyar.staff.id}/leave"
    assert (await admin.get(page)).status_code == 200
    assert (await admin.post(page, {"reason": " "}, sent_from=page)).status_code == 422
    assert (await daniyar.get("/")).status_code == 200
    assert (await admin.post(page, {"reason": "переехал"}, sent_from=page)).status_code == 303
    assert (await daniyar.get("/")).status_code == 303
    with pytest.raises(UnknownStaff):
        staff.find(desk.register, "Daniyar")
    shown = (await admin.get("/staff")).text
    assert "Ушли" in shown
    assert page not in shown
    assert (await admin.get(page)).status_code == 404


async def test_the_last_administrator_who_can_sign_in_cannot_leave(desk: Desk, aliya: Enrolled) -> None:
    page = f"/staff/{aliya.staff.id}/leave"
    answer = await desk.signed_in("Aliya", Role.ADMIN).post(page, {"reason": "отпуск"}, sent_from=page)
    assert answer.status_code == 409
    assert "последний администратор" in answer.text


async def test_the_list_tells_who_can_sign_in(desk: Desk, aliya: Enrolled) -> None:
    staff.add(desk.register, "Daniyar", Role.AUTHOR, who="test", now=NOW)
    shown = (await desk.signed_in("Aliya", Role.ADMIN).get("/staff")).text
    assert shown.count("может войти") == 1
    assert shown.count("пароль ещё не выбран") == 1
