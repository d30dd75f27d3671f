"""One's own page: addresses for test messages, the password, and a way out everywhere."""

from datetime import timedelta

import pytest

from broadcaster import failed_sign_ins, staff_addresses
from broadcaster.addresses import Channel
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import PASSWORD, CountingHasher, Enrolled, enrolled, sign_in
from tests.broadcaster.web.desk.conftest import Desk, Person

NEW = "жаңа құпия тіркес"


@pytest.fixture
def daniyar(register: Connection, hasher: CountingHasher) -> Enrolled:
    return enrolled(register, "Daniyar", Role.AUTHOR, now=NOW)


async def change(person: Person, *, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> tuple[int, str]:
    fields = {"old": old, "new": new, "again": new if again is None else again}
    answer = await person.post("/me/password", fields, sent_from="/me")
    return answer.status_code, answer.text


async def test_the_page_tells_name_and_role(desk: Desk, daniyar: Enrolled) -> None:
    shown = (await desk.signed_in("Daniyar", Role.AUTHOR).get("/me")).text
    assert "<h1>Daniyar</h1>" in shown
    assert "Ваша роль: автор." in shown


@pytest.mark.parametrize(
    ("channel", "typed", "masked", "kept"),
    [
        ("phone", "8 (701) 123-45-67", "+7701***4567", "+77011234567"),
        ("whatsapp", "+7 701 123 45 67", "+7701***4567", "+77011234567"),
        ("telegram", "700000123", "telegram:***123", "700000123"),
    ],
)
async def test_an_own_address_is_kept_in_one_spelling_and_shown_masked(
    desk: Desk, daniyar: Enrolled, channel: str, typed: str, masked: str, kept: str
) -> None:
    person = desk.signed_in("Daniyar", Role.AUTHOR)
    assert (await person.post("/me/address", {"channel": channel, channel: typed}, sent_from="/me")).status_code == 303
    own = staff_addresses.of(desk.register, daniyar.staff.id)
    assert own[Channel(channel)].value == kept
    shown = (await person.get("/me")).text
    assert masked in shown
    assert kept not in shown
    trail = desk.register.execute("SELECT detail FROM audit WHERE action = 'staff.address'").fetchone()["detail"]
    assert trail == f'{{"channel":"{channel}","kept":true}}'
    await person.post("/me/address", {"channel": channel, "remove": "yes"}, sent_from="/me")
    assert staff_addresses.of(desk.register, daniyar.staff.id) == {}


async def test_a_tick_lets_colleagues_send_tests_and_is_taken_back(desk: Desk, daniyar: Enrolled) -> None:
    person = desk.signed_in("Daniyar", Role.AUTHOR)
    assert 'id="phone-guest"' not in (await person.get("/me")).text
    await person.post("/me/address", {"channel": "phone", "phone": "+77011234567"}, sent_from="/me")
    page = (await person.get("/me")).text
    assert 'id="phone-guest" name="guest" value="yes">' in page
    asked = {"channel": "phone", "guests": "yes"}
    assert (await person.post("/me/address", {**asked, "guest": "yes"}, sent_from="/me")).status_code == 303
    assert 'id="phone-guest" name="guest" value="yes" checked>' in (await person.get("/me")).text
    assert staff_addresses.guest_at(desk.register, daniyar.staff.id) == {Channel.PHONE}
    assert (await person.post("/me/address", asked, sent_from="/me")).status_code == 303
    assert staff_addresses.guest_at(desk.register, daniyar.staff.id) == frozenset()
    trail = desk.register.execute("SELECT detail FROM audit WHERE action = 'staff.address' ORDER BY id").fetchall()
    assert [row["detail"] for row in trail[1:]] == [
        '{"channel":"phone","guest":true}',
        '{"channel":"phone","guest":false}',
    ]


@pytest.mark.parametrize(
    ("channel", "typed"), [("phone", "1414"), ("telegram", "@daniyar"), ("whatsapp", "<b>"), ("phone", ""), ("telegram", "\x00")]
)
async def test_what_is_no_address_is_said_at_its_field(desk: Desk, daniyar: Enrolled, channel: str, typed: str) -> None:
    person = desk.signed_in("Daniyar", Role.AUTHOR)
    answer = await person.post("/me/address", {"channel": channel, channel: typed}, sent_from="/me")
    assert answer.status_code == 422
    assert f'id="{channel}-error"' in answer.text
    assert "<b>" not in answer.text
    assert staff_addresses.of(desk.register, daniyar.staff.id) == {}


@pytest.mark.parametrize("channel", ["push", "relay", "", "x'; --"])
async def test_staff_have_addresses_in_three_channels_alone(desk: Desk, daniyar: Enrolled, channel: str) -> None:
    person = desk.signed_in("Daniyar", Role.AUTHOR)
    assert (await person.post("/me/address", {"channel": channel, channel or "x": "1"}, sent_from="/me")).status_code == 422


async def test_a_new_password_needs_the_old_one_and_ends_every_other_session(desk: Desk, daniyar: Enrolled) -> None:
    here, elsewhere = desk.signed_in("Daniyar", Role.AUTHOR), desk.signed_in("Daniyar", Role.AUTHOR)
    before = here.client.cookies["desk"]
    here.client.cookies.clear()
    here.client.cookies.set("desk", before, domain="127.0.0.1")
    assert (await change(here))[0] == 303
    assert here.client.cookies["desk"] != before
    assert (await here.get("/me?after=password")).status_code == 200
    assert (await elsewhere.get("/me")).status_code == 303
    thief = desk.stranger()
    thief.client.cookies.set("desk", before)
    assert (await thief.get("/me")).status_code == 303
    assert sign_in(desk.register, "Daniyar", PASSWORD, daniyar.code(desk.now), now=desk.now) is None
    assert sign_in(desk.register, "Daniyar", NEW, daniyar.code(desk.now), now=desk.now)


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("not the old one", NEW, NEW, "не нынешний пароль"),
        (PASSWORD, "short", "short", "не меньше 12"),
        (PASSWORD, NEW, "another", "не совпадают"),
        (PASSWORD, "", "", "не меньше 12"),
    ],
)
async def test_a_change_that_is_not_right_changes_nothing(
    desk: Desk, daniyar: Enrolled, old: str, new: str, again: str, said: str
) -> None:
    status, text = await change(desk.signed_in("Daniyar", Role.AUTHOR), old=old, new=new, again=again)
    assert status == 422
    assert said in text
    assert PASSWORD not in text
    assert sign_in(desk.register, "Daniyar", PASSWORD, daniyar.code(desk.now), now=desk.now)


async def test_an_open_session_is_no_place_to_guess_the_password(desk: Desk, daniyar: Enrolled) -> None:
    person = desk.signed_in("Daniyar", Role.AUTHOR)
    for _ in range(failed_sign_ins.MOST):
        assert (await change(person, old="not the old one"))[0] == 422
    assert (await change(person))[0] == 422
    locked = desk.register.execute("SELECT who FROM audit WHERE action = 'staff.locked'").fetchall()
    assert [row["who"] for row in locked] == ["Daniyar"]
    desk.now += failed_sign_ins.LOCKED + timedelta(seconds=1)
    assert (await change(person))[0] == 303


async def test_signing_out_everywhere_ends_every_session(desk: Desk, daniyar: Enrolled) -> None:
    here, elsewhere = desk.signed_in("Daniyar", Role.AUTHOR), desk.signed_in("Daniyar", Role.AUTHOR)
    assert (await here.post("/me/sign-out", {}, sent_from="/me")).status_code == 303
    assert (await here.get("/me")).status_code == 303
    assert (await elsewhere.get("/me")).status_code == 303
    saule = desk.signed_in("Saule", Role.APPROVER)
    assert (await saule.get("/me")).status_code == 200
