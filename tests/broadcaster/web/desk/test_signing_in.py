"""S5: the door of the console. What does not open it, what it says, and what it leaves behind."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog

from broadcaster import failed_sign_ins, sessions, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.web import console
from broadcaster.web.desk import hashing
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import PASSWORD, CountingHasher, Enrolled, enrolled
from tests.broadcaster.web.conftest import WORDS, settings_in
from tests.broadcaster.web.desk.conftest import SAID, Desk, Person

WRONG = "не тот пароль, совсем"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def daniyar(register: Connection, hasher: CountingHasher) -> Enrolled:
    return enrolled(register, "Daniyar", Role.AUTHOR, now=NOW)


async def send(
    person: Person, desk: Desk, who: Enrolled, *, name: str = "", password: str = "", code: str = "", next: str = ""
) -> httpx.Response:
    fields = {
        "name": name or who.staff.name,
        "password": password or who.password,
        "code": code or who.code(desk.now),
        "next": next,
    }
    return await person.post("/sign-in", fields, sent_from="/sign-in")


async def test_one_form_lets_a_member_of_the_staff_in(desk: Desk, daniyar: Enrolled) -> None:
    person = desk.stranger()
    form = (await person.get("/sign-in?next=/campaigns")).text
    for attribute in ('autocomplete="username"', 'autocomplete="current-password"', 'autocomplete="one-time-code"'):
        assert attribute in form
    answer = await send(person, desk, daniyar)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Daniyar" in (await person.get("/")).text


async def test_a_moderator_is_shown_a_page_that_is_theirs(desk: Desk, hasher: CountingHasher) -> None:
    marat = enrolled(desk.register, "Marat", Role.MODERATOR, now=NOW)
    person = desk.stranger()
    answer = await send(person, desk, marat)
    assert answer.headers["location"] == "/me"
    assert (await person.get("/me")).status_code == 200


@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_a_sign_in_that_no_page_of_ours_sent_is_refused(desk: Desk, daniyar: Enrolled, token: str) -> None:
    """CSRF: nobody is signed in as somebody else by a foreign page."""
    fields = {"name": "Daniyar", "password": PASSWORD, "code": daniyar.code(NOW), "csrf": token}
    answer = await desk.stranger().client.post("/sign-in", data=fields)
    assert answer.status_code == 403
    assert "desk=" not in answer.headers.get("set-cookie", "")


async def test_another_browsers_token_does_not_sign_in_here(desk: Desk, daniyar: Enrolled) -> None:
    foreign = await desk.stranger().token("/sign-in")
    fields = {"name": "Daniyar", "password": PASSWORD, "code": daniyar.code(NOW), "csrf": foreign}
    assert (await desk.stranger().client.post("/sign-in", data=fields)).status_code == 403


async def test_a_cookie_planted_before_the_sign_in_is_worth_nothing_after(desk: Desk, daniyar: Enrolled) -> None:
    planted = "planted-by-somebody-else-1234567890abcdefghij"
    victim, attacker = desk.stranger(), desk.stranger()
    victim.client.cookies.set("desk", planted, domain="127.0.0.1")
    answer = await send(victim, desk, daniyar)
    given = re.search(r"desk=([^;]+)", answer.headers["set-cookie"])
    assert given
    assert given[1] != planted
    attacker.client.cookies.set("desk", planted)
    assert (await attacker.get("/")).status_code == 303


async def test_the_session_that_stood_in_this_browser_ends_with_the_next_sign_in(desk: Desk, daniyar: Enrolled) -> None:
    saule = desk.signed_in("Saule", Role.APPROVER)
    before = saule.client.cookies["desk"]
    saule.client.cookies.clear()
    saule.client.cookies.set("desk", before, domain="127.0.0.1")
    assert (await send(saule, desk, daniyar)).status_code == 303
    assert sessions.find(desk.register, before, now=desk.now) is None


async def test_the_cookie_is_read_by_no_script_and_sent_by_no_foreign_page(desk: Desk, daniyar: Enrolled) -> None:
    cookie = (await send(desk.stranger(), desk, daniyar)).headers["set-cookie"]
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "secure" not in cookie.lower(), "without https a browser would not send it back"


@pytest.fixture
async def https_desk(register: Connection, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings_in(tmp_path).model_copy(update={"console_url": "https://desk.example.kz"})
    app = console.build(settings, words=WORDS, said=SAID, clock=lambda: NOW)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://desk.example.kz") as client:
            yield client


async def test_with_https_every_cookie_is_secure_and_bound_to_this_host(https_desk: httpx.AsyncClient, daniyar: Enrolled) -> None:
    person = Person(https_desk)
    shown = await person.get("/sign-in")
    assert shown.headers["set-cookie"].startswith("__Host-visitor=")
    fields = {"name": "Daniyar", "password": PASSWORD, "code": daniyar.code(NOW)}
    answer = await person.post("/sign-in", fields, sent_from="/sign-in")
    cookie = answer.headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert cookie.startswith("__Host-desk=")
    assert {"secure", "httponly", "samesite=strict", "path=/"} <= parts
    assert not [part for part in parts if part.startswith("domain")]
    assert (await person.get("/")).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "",
    ],
)
async def test_next_leads_nowhere_but_to_a_page_of_ours(desk: Desk, daniyar: Enrolled, elsewhere: str) -> None:
    shown = (await desk.stranger().client.get("/sign-in", params={"next": elsewhere})).text
    assert 'name="next" value="/"' in shown
    answer = await send(desk.stranger(), desk, daniyar, next=elsewhere)
    assert answer.headers["location"] == "/"


async def test_next_leads_back_to_the_page_that_was_asked_for(desk: Desk, daniyar: Enrolled) -> None:
    assert (await send(desk.stranger(), desk, daniyar, next="/campaigns/7")).headers["location"] == "/campaigns/7"


VISITOR = "the-same-browser-in-both-worlds"


async def refusals(desk: Desk, name: str, n: int, *, password: str = WRONG, code: str = "000000") -> list[tuple[object, ...]]:
    """Every byte of the answers: status, headers, body."""
    person = desk.stranger()
    person.client.cookies.set("visitor", VISITOR, domain="127.0.0.1")
    answers: list[tuple[object, ...]] = []
    for _ in range(n):
        answer = await person.post("/sign-in", {"name": name, "password": password, "code": code}, sent_from="/sign-in")
        answers.append((answer.status_code, sorted(answer.headers.items()), answer.content))
    return answers


async def test_a_stranger_cannot_tell_who_is_on_the_staff(desk: Desk, daniyar: Enrolled) -> None:
    """S5. One name: nobody's, then a colleague's who never enrolled, then one's who did, then one's who left; up to the lock."""
    unknown = await refusals(desk, "Saule", 12)
    saule = staff.add(desk.register, "Saule", Role.APPROVER, who="test", now=desk.now)
    desk.register.execute("DELETE FROM failed_sign_in")
    never_enrolled = await refusals(desk, "Saule", 12)
    desk.register.execute("DELETE FROM failed_sign_in")
    desk.register.execute("INSERT INTO credential SELECT ?, password, totp, 0, since FROM credential", [saule.id])
    known = await refusals(desk, "Saule", 12)
    right_password = await refusals(desk, "Saule", 12, password=PASSWORD)
    desk.register.execute("DELETE FROM failed_sign_in")
    desk.register.execute("UPDATE staff SET active = 0 WHERE id = ?", [saule.id])
    who_left = await refusals(desk, "Saule", 12)
    assert len({repr(answer) for answer in [*unknown, *never_enrolled, *known, *right_password, *who_left]}) == 1
    assert unknown[0][0] == 422


@pytest.mark.parametrize("name", ["Daniyar", "Nobody"])
async def test_the_eleventh_try_finds_the_name_locked(desk: Desk, daniyar: Enrolled, name: str) -> None:
    await refusals(desk, name, 10)
    key = desk.register.address_key
    assert failed_sign_ins.is_locked(desk.register, failed_sign_ins.hash_of(key, name), now=desk.now)
    assert (await send(desk.stranger(), desk, daniyar, name=name)).status_code == 422
    desk.now += failed_sign_ins.LOCKED
    assert (await send(desk.stranger(), desk, daniyar)).status_code == 303


async def test_a_code_that_was_brought_once_does_not_open_again(desk: Desk, daniyar: Enrolled) -> None:
    code = daniyar.code(desk.now)
    assert (await send(desk.stranger(), desk, daniyar, code=code)).status_code == 303
    assert (await send(desk.stranger(), desk, daniyar, code=code)).status_code == 422
    desk.now += MINUTE
    assert (await send(desk.stranger(), desk, daniyar)).status_code == 303


async def test_signing_out_ends_the_session_on_the_server(desk: Desk, daniyar: Enrolled) -> None:
    person = desk.stranger()
    await send(person, desk, daniyar)
    stolen = person.client.cookies["desk"]
    answer = await person.post("/sign-out", {})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "desk" not in person.client.cookies
    thief = desk.stranger()
    thief.client.cookies.set("desk", stolen)
    assert (await thief.get("/")).status_code == 303


async def test_a_link_does_not_sign_anybody_out(desk: Desk) -> None:
    saule = desk.signed_in("Saule", Role.APPROVER)
    assert (await saule.get("/sign-out")).status_code == 405
    assert (await saule.get("/")).status_code == 200


@pytest.mark.parametrize("field", ["name", "password", "code", "next"])
@pytest.mark.parametrize(
    "hostile", ["\x00", "<script>alert(1)</script>", "Ж" * 30_000, "{{ 7*7 }}", "'\"><img src=x onerror=alert(1)>"]
)
async def test_hostile_fields_get_the_same_calm_answer(desk: Desk, daniyar: Enrolled, field: str, hostile: str) -> None:
    fields = {"name": "Daniyar", "password": WRONG, "code": "000000", "next": "/", field: hostile}
    answer = await desk.stranger().post("/sign-in", fields, sent_from="/sign-in")
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


async def test_a_flood_is_told_to_wait_and_leaves_the_rest_of_the_desk_alone(
    desk: Desk, daniyar: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    saule = desk.signed_in("Saule", Role.APPROVER)
    monkeypatch.setattr(hashing, "AT_ONCE", 0)
    monkeypatch.setattr(hashing, "WAITING", 0)
    assert (await send(desk.stranger(), desk, daniyar)).status_code == 503
    assert (await saule.get("/")).status_code == 200
    assert desk.register.execute("SELECT count(*) FROM failed_sign_in").fetchone()[0] == 0


async def test_neither_password_nor_code_is_written_anywhere(
    desk: Desk, daniyar: Enrolled, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    canaries = ("CANARY-PASSWORD-17", "CANARY-NAME", daniyar.password, daniyar.code(desk.now), daniyar.secret)
    with structlog.testing.capture_logs() as logs:
        pages = [
            (await send(desk.stranger(), desk, daniyar, password="CANARY-PASSWORD-17", name="CANARY-NAME")).text.replace(
                'value="CANARY-NAME"', "what they typed themselves"
            ),
            (await send(desk.stranger(), desk, daniyar, password="CANARY-PASSWORD-17")).text,
            (await send(desk.stranger(), desk, daniyar)).text,
        ]
    said = capsys.readouterr()
    trail = "\n".join(map(str, (tuple(row) for row in desk.register.execute("SELECT who, action, subject, detail FROM audit"))))
    everywhere = "\n".join([*pages, caplog.text, repr(logs), said.out, said.err, trail])
    assert "staff.sign-in" in trail
    assert not [canary for canary in canaries if canary in everywhere]
