"""One person's message looked up by an address that is never shown, and the table of all, which no spreadsheet runs."""

import asyncio
import csv
import io
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from broadcaster import contacts, database, deliveries
from broadcaster.addresses import Channel, normalise
from broadcaster.campaign_states import Role
from broadcaster.channels.outcome import Refused
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import TAKEN, Ledger
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import Desk, Person
from tests.broadcaster.web.desk.reading import read

CANARY = "+77015550199"
DIGITS = "5550199"
HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '"quoted", and a comma', "two\nlines", "Қазақша ё"]


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


@pytest.fixture
def sent(desk: Desk, people: Town, tmp_path: Path) -> Ledger:
    """To the canary, who was refused, and to three others."""
    people.person(phone=CANARY, language="kk", consent=("warn",))
    people.people(3, channels=("phone",))
    ledger = Ledger(desk.register, tmp_path / "flight", people, channels=("sms",))
    ledger.run(
        lambda row: Refused(reason="twilio 21211: no such number") if row.contact == 1 else TAKEN, channel=SendingChannel.SMS
    )
    return ledger


def viewer(desk: Desk, language: str = "ru") -> Person:
    return desk.signed_in("Timur", Role.VIEWER, language)


def author(desk: Desk) -> Person:
    return desk.signed_in("Daniyar", Role.AUTHOR)


@pytest.mark.parametrize("typed", [CANARY, "8 701 555 01 99", "7(701)5550199", "whatsapp:+77015550199"])
async def test_an_address_in_any_spelling_finds_the_message(desk: Desk, sent: Ledger, typed: str) -> None:
    page = await viewer(desk).post(f"/campaigns/{sent.campaign}/deliveries", {"address": typed})
    said = read(page)
    assert "Что стало с сообщением для +7701***0199" in said
    assert "SMS отказано 21.11.2025 12:16 Такого номера нет." in said
    assert DIGITS not in page.text
    assert typed not in page.text


async def test_another_campaign_s_message_is_not_shown(desk: Desk, people: Town, sent: Ledger) -> None:
    other = people.campaign(state="done", started_at=NOW)
    said = read(await viewer(desk).post(f"/campaigns/{other}/deliveries", {"address": CANARY}))
    assert "+7701***0199 не было среди получателей этой рассылки." in said


async def test_somebody_nobody_knows_is_not_found(desk: Desk, sent: Ledger) -> None:
    page = await viewer(desk).post(f"/campaigns/{sent.campaign}/deliveries", {"address": "+77010009999"})
    assert "Человека с таким адресом в реестре нет." in read(page)
    assert "0009999" not in page.text


@pytest.mark.parametrize("typed", ["", "' OR 1=1 --", "<script>alert(1)</script>", "x" * 5_000, "\x00", "+" * 300])
async def test_what_is_no_address_is_said_at_the_field_and_not_repeated(desk: Desk, sent: Ledger, typed: str) -> None:
    page = await viewer(desk).post(f"/campaigns/{sent.campaign}/deliveries", {"address": typed})
    assert "Это не номер телефона и не Telegram ID." in read(page, status=422)
    assert 'aria-invalid="true"' in page.text
    assert "alert(1)" not in page.text


async def test_an_address_in_the_address_bar_is_not_looked_up(desk: Desk, sent: Ledger) -> None:
    page = await viewer(desk).get(f"/campaigns/{sent.campaign}/deliveries?address={DIGITS}")
    assert DIGITS not in page.text.replace(f"?address={DIGITS}", "")
    assert "Что стало" not in read(page)


async def test_the_canary_stands_in_no_page_and_no_log(
    desk: Desk, sent: Ledger, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    daniyar, here = author(desk), f"/campaigns/{sent.campaign}"
    answers = [
        await daniyar.post(f"{here}/deliveries", {"address": CANARY}),
        *[await daniyar.get(f"{here}/{page}") for page in ("progress", "unknown", "effect", "deliveries", "deliveries.csv")],
        await daniyar.get("/unsubscribes"),
    ]
    said = capsys.readouterr()
    kept = [row["detail"] for row in desk.register.execute("SELECT detail FROM audit")]
    ours = [record.getMessage() for record in caplog.records]
    for text in [*(answer.text for answer in answers), said.out, said.err, *kept, *ours]:
        assert DIGITS not in text
    assert all(answer.status_code == 200 for answer in answers)


async def test_the_table_goes_through_csv_and_back(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(len(HOSTILE), channels=("phone",))
    ledger = Ledger(desk.register, tmp_path / "flight", people, channels=("sms",))
    ledger.run(lambda row: Refused(reason=HOSTILE[row.contact - 1]), channel=SendingChannel.SMS)
    answer = await author(desk).get(f"/campaigns/{ledger.campaign}/deliveries.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="deliveries-T')
    header, *rows = csv.reader(io.StringIO(answer.content.decode(), newline=""))
    assert tuple(header) == deliveries.COLUMNS
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [row[-1].removeprefix("'") for row in rows] == HOSTILE
    assert [row[1].removeprefix("'") for row in rows] == [f"+7701***{n:04d}" for n in range(1, len(HOSTILE) + 1)]


async def test_the_audit_trail_keeps_who_took_the_table(desk: Desk, sent: Ledger) -> None:
    await author(desk).get(f"/campaigns/{sent.campaign}/deliveries.csv")
    row = desk.register.execute("SELECT who, action, subject, detail FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert tuple(row)[:3] == ("Daniyar", "deliveries.export", f"campaign {sent.campaign}")
    assert json.loads(row["detail"]) == {"people": 4}


async def test_a_viewer_looks_one_person_up_and_takes_no_table(desk: Desk, sent: Ledger) -> None:
    timur, here = viewer(desk), f"/campaigns/{sent.campaign}/deliveries"
    assert "deliveries.csv" not in (await timur.get(here)).text
    assert (await timur.get(f"{here}.csv")).status_code == 403
    assert desk.register.execute("SELECT count(*) FROM audit WHERE action = 'deliveries.export'").fetchone()[0] == 0


async def test_whoever_was_forgotten_has_a_row_without_an_address(desk: Desk, sent: Ledger) -> None:
    contacts.forget(desk.register, normalise(Channel.PHONE, CANARY))
    answer = await author(desk).get(f"/campaigns/{sent.campaign}/deliveries.csv")
    assert "\r\n1,,sms,kk,refused," in answer.text


async def test_a_campaign_that_has_not_begun_has_an_empty_table(desk: Desk, people: Town) -> None:
    answer = await author(desk).get(f"/campaigns/{people.campaign()}/deliveries.csv")
    assert answer.text.split() == [",".join(deliveries.COLUMNS)]


Between = Callable[[int], Awaitable[None]]


async def streamed(desk: Desk, path: str, between: Between, *, leaves_after: int = 1_000) -> list[bytes]:
    """The pieces as a server gets them; `between` runs after each. The browser goes away after so many."""
    cookies = "; ".join(f"{name}={value}" for name, value in author(desk).client.cookies.items())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8002"), (b"cookie", cookies.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8002),
    }
    pieces: list[bytes] = []
    asked, gone = False, asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body" and message.get("body"):
            pieces.append(message["body"])
            await between(len(pieces))
            if len(pieces) >= leaves_after:
                gone.set()

    await desk.app(scope, receive, send)
    return pieces


@pytest.fixture
def many(desk: Desk, people: Town) -> int:
    """A campaign to 7,000 people."""
    campaign = people.campaign(state="done", started_at=NOW)
    with database.transaction(desk.register, durable=False):
        rows = [(campaign, contact) for contact in range(1, 7_001)]
        desk.register.executemany("INSERT INTO delivery VALUES (?, ?, 1, 2, 60)", rows)
    return campaign


async def test_the_table_comes_in_pieces_between_which_everybody_works(desk: Desk, many: int) -> None:
    free: list[bool] = []

    async def others_work(n: int) -> None:
        free.append(database.scrub(desk.register))  # False while anybody reads
        with database.transaction(desk.register):
            desk.register.execute("UPDATE campaign SET spent = ? WHERE id = ?", [n, many])

    pieces = await streamed(desk, f"/campaigns/{many}/deliveries.csv", others_work)
    assert [piece.count(b"\n") for piece in pieces] == [1, 2_000, 2_000, 2_000, 1_000]
    assert free == [True] * 5
    assert [row[0] for row in csv.reader(io.StringIO(b"".join(pieces).decode()))][1:] == [str(n) for n in range(1, 7_001)]


async def test_whoever_goes_away_in_the_middle_leaves_no_connection_behind(desk: Desk, many: int) -> None:
    before = threading.active_count()

    async def nothing(n: int) -> None:
        """Only watches."""

    pieces = await streamed(desk, f"/campaigns/{many}/deliveries.csv", nothing, leaves_after=2)
    assert len(pieces) < 5
    async with asyncio.timeout(5):
        while threading.active_count() > before:  # noqa: ASYNC110 - a thread that ends tells no event
            await asyncio.sleep(0.01)
    assert database.scrub(desk.register)
