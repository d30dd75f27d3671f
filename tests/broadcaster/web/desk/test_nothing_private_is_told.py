"""A telephone number, a Telegram id, a password, a code and a session go through every flow of the console: none of them is to be
found afterwards in a log, a metric, the audit trail or an address.
"""

import io
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import httpx
import pytest
import structlog

from broadcaster import telemetry
from broadcaster.campaign_states import Role
from broadcaster.web import health
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import CountingHasher, enrolled
from tests.broadcaster.town import town
from tests.broadcaster.web.desk.conftest import Desk, Person
from tests.broadcaster.web.desk.test_imports import ended, upload

NUMBER, CHAT, UNMET = "87015554321", "7305554321", "87025556789"
WRITTEN = ("5554321", "555 43 21", "555-43-21", "5556789", "555 67 89")
PASSWORD = "құпия сөз 5554321 орман"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the process would write, also what the libraries say, as verbose as it can be."""
    written = io.StringIO()
    kept = logging.root.handlers[:], logging.root.level
    telemetry.configure(json=True, stream=written, level=logging.DEBUG)
    yield written
    logging.root.handlers[:], logging.root.level = kept[0], kept[1]
    logging.captureWarnings(False)
    structlog.reset_defaults()


async def test_what_is_private_is_in_no_log_no_metric_no_audit_row_and_no_address(
    desk: Desk, log: io.StringIO, hasher: CountingHasher
) -> None:
    asked: list[str] = []
    aliya = enrolled(desk.register, "Aliya", Role.ADMIN, now=NOW, password=PASSWORD)
    browser = desk.stranger()
    browser.client.event_hooks = {"response": [_noting(asked)]}
    code = aliya.code(NOW)
    wrong = await browser.post("/sign-in", {"name": "Aliya", "password": f"{PASSWORD}!", "code": code}, sent_from="/sign-in")
    assert wrong.status_code == 422
    desk.now += timedelta(minutes=5)
    code = aliya.code(desk.now)
    assert (
        await browser.post("/sign-in", {"name": "Aliya", "password": PASSWORD, "code": code}, sent_from="/sign-in")
    ).is_redirect
    session = browser.client.cookies["desk"]

    pages = await _everything(desk, browser)

    asked_for = " ".join(asked)
    secrets = (*WRITTEN, PASSWORD, session, aliya.secret)
    metrics = await _metrics(desk)
    audited = "\n".join(str(tuple(row)) for row in desk.register.execute("SELECT who, action, subject, detail FROM audit"))
    named = "\n".join(row["name"] for row in desk.register.execute("SELECT name FROM import_job"))
    assert "saqbol_" in metrics
    assert "staff." in audited
    for secret in secrets:
        for where, told in (("log", log.getvalue()), ("metrics", metrics), ("audit", audited), ("imports", named)):
            assert secret not in told, where
        assert secret not in asked_for
        assert secret not in " ".join(pages), secret
    assert f"code={code}" not in log.getvalue() + asked_for
    assert code not in metrics + audited


async def _everything(desk: Desk, aliya: Person) -> list[str]:
    """The pages that were shown, also those of errors."""
    people = town(desk.register)
    draft = people.campaign(state="draft")
    sending = people.campaign(state="sending", started_at=NOW)
    shown = []
    rows = f"phone,telegram,language,consent\n{NUMBER},{CHAT},kk,yes\n{NUMBER}x,,kk,yes\n,{CHAT}a,kk,\n{UNMET},,{UNMET},\n"
    page = await ended(aliya, await upload(aliya, rows.encode(), name=f"list of {NUMBER}.csv"))
    shown.append(page)
    answers = [await upload(aliya, f"{NUMBER},{CHAT}\n".encode(), name=f"+7 701 555 43 21 {CHAT}.csv")]
    for address in (
        NUMBER,
        CHAT,
        f"telegram:{CHAT}",
        UNMET,
        "+7 (701) 555-43-21",
        f"{NUMBER}{CHAT}",
        f"<b>{NUMBER}",
        f"phone:{CHAT}x",
    ):
        for path in ("/person", "/suppression", f"/campaigns/{sending}/deliveries"):
            answers.append(await aliya.post(path, {"address": address}))
    answers.append(await aliya.post("/suspects", {"value": NUMBER}))
    answers.append(await aliya.post("/suppression/add", {"address": UNMET, "reason": f"Called from {UNMET}"}))
    answers.append(await aliya.post("/suppression/add", {"address": UNMET, "reason": ""}))
    answers.append(await aliya.post("/suppression/add", {"address": f"{UNMET}x", "reason": "x"}))
    answers.append(await aliya.post("/me/address", {"channel": "telegram", "telegram": CHAT}))
    answers.append(await aliya.post("/me/address", {"channel": "phone", "phone": NUMBER}))
    answers.append(await aliya.post(f"/campaigns/{draft}/test", {"channel": "telegram", "language": "ru"}))
    answers.append(await aliya.post("/suspects/add", {"kind": "phone", "value": NUMBER, "scheme": "bank-impersonation"}))
    answers.append(await aliya.post("/suspects/add", {"kind": "card", "value": f"4400{NUMBER}", "scheme": "bank-impersonation"}))
    answers.append(await aliya.post("/me/password", {"old": PASSWORD, "code": "000000", "new": PASSWORD, "again": "x"}))
    answers.append(
        await aliya.post(f"/campaigns/{draft}/cancel", {"reason": f"{NUMBER} said so, and {CHAT}", "cancel_reason": NUMBER})
    )
    desk.register.execute("UPDATE campaign SET content = '{}' WHERE id = ?", [sending])
    answers.append(await aliya.get(f"/campaigns/{sending}"))
    for path in ("/people", "/suppression", "/imports", "/audit", "/suspects", "/me", "/staff"):
        answers.append(await aliya.get(path))
    assert max(answer.status_code for answer in answers) == 500, "and a mistake of ours is among them"
    return [*shown, *(answer.text for answer in answers)]


def _noting(asked: list[str]) -> Callable[[httpx.Response], Awaitable[None]]:
    async def note(answer: httpx.Response) -> None:
        asked.append(f"{answer.request.url} {answer.headers.get('location', '')}")

    return note


async def _metrics(desk: Desk) -> str:
    password = health.metrics_password("5" * 64)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.app), base_url="http://127.0.0.1:8002") as prometheus:
        answer = await prometheus.get("/metrics", headers={"authorization": f"Bearer {password}"})
    return answer.text
