"""The page behind an invitation: scan, choose, prove; once."""

import re
from datetime import timedelta

import httpx
import pyotp
import pytest

from broadcaster import invitations, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk.qr import qr
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import PASSWORD, CountingHasher, Enrolled
from tests.broadcaster.web.desk.conftest import Desk, Person


@pytest.fixture
def daniyar(register: Connection, hasher: CountingHasher) -> Staff:
    return staff.add(register, "Daniyar", Role.AUTHOR, who="test", now=NOW)


def invited(desk: Desk, of: Staff) -> tuple[str, str]:
    """The page, and the secret that it will show."""
    token = invitations.invite(desk.register, of, who="Aliya", now=desk.now)
    return f"/invitation/{token}", invitations.find(desk.register, token, now=desk.now).secret


async def accept(person: Person, page: str, code: str, *, new: str = PASSWORD, again: str | None = None) -> httpx.Response:
    return await person.post(page, {"new": new, "again": new if again is None else again, "code": code}, sent_from=page)


async def test_whoever_is_invited_sets_up_a_sign_in_and_comes_in(desk: Desk, daniyar: Staff) -> None:
    page, _ = invited(desk, daniyar)
    person = desk.stranger()
    shown = (await person.get(page)).text
    typed = re.search(r"<code>([A-Z2-7 ]+)</code>", shown)
    assert typed
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", typed[1])
    secret = typed[1].replace(" ", "")
    answer = await accept(person, page, pyotp.TOTP(secret).at(desk.now))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?after=chosen")
    assert "следующим кодом" in (await person.get("/sign-in?after=chosen")).text
    desk.now += timedelta(seconds=30)
    fields = {"name": "Daniyar", "password": PASSWORD, "code": Enrolled(staff=daniyar, secret=secret).code(desk.now)}
    assert (await person.post("/sign-in", fields, sent_from="/sign-in")).status_code == 303


async def test_the_picture_says_what_the_text_says(desk: Desk, daniyar: Staff) -> None:
    page, secret = invited(desk, daniyar)
    shown = (await desk.stranger().get(page)).text
    uri = pyotp.TOTP(secret).provisioning_uri(name="Daniyar", issuer_name="Saqbol")
    assert f'd="{qr(uri).path}"' in shown
    assert " style=" not in shown


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"new": "short"}, "не меньше 12 символов"),
        ({"new": "DaniyarDaniyar"}, "почти только ваше имя"),
        ({"new": "password123456"}, "сразу угадают"),
        ({"again": "something else entirely"}, "не совпадают"),
        ({"code": "000000"}, "действует другой код"),
        ({"code": "<b>"}, "действует другой код"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_used_up(
    desk: Desk, daniyar: Staff, fields: dict[str, str], said: str
) -> None:
    page, secret = invited(desk, daniyar)
    right = {"new": PASSWORD, "again": fields.get("new", PASSWORD), "code": pyotp.TOTP(secret).at(desk.now)}
    person = desk.stranger()
    answer = await person.post(page, {**right, **fields}, sent_from=page)
    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert (await accept(person, page, right["code"])).status_code == 303


async def test_an_invitation_works_once(desk: Desk, daniyar: Staff) -> None:
    page, secret = invited(desk, daniyar)
    person = desk.stranger()
    token = await person.token(page)
    code = pyotp.TOTP(secret).at(desk.now)
    fields = {"new": PASSWORD, "again": PASSWORD, "code": code, "csrf": token}
    assert (await person.client.post(page, data=fields)).status_code == 303
    assert (await person.client.post(page, data=fields)).status_code == 404
    assert (await person.get(page)).status_code == 404


async def test_an_invitation_that_is_two_days_old_shows_no_secret(desk: Desk, daniyar: Staff) -> None:
    page, secret = invited(desk, daniyar)
    desk.now += invitations.LASTS
    answer = await desk.stranger().get(page)
    assert answer.status_code == 404
    assert secret[:4] not in answer.text


@pytest.mark.parametrize("token", ["x" * 43, "%00", "..%2f..", "%D0%96", "'%20OR%201=1"])
async def test_a_forged_invitation_is_a_calm_page(desk: Desk, daniyar: Staff, token: str) -> None:
    invited(desk, daniyar)
    answer = await desk.stranger().get(f"/invitation/{token}")
    assert answer.status_code == 404


async def test_a_foreign_page_cannot_accept_for_anybody(desk: Desk, daniyar: Staff) -> None:
    page, secret = invited(desk, daniyar)
    fields = {"new": PASSWORD, "again": PASSWORD, "code": pyotp.TOTP(secret).at(desk.now), "csrf": "0" * 64}
    assert (await desk.stranger().client.post(page, data=fields)).status_code == 403
