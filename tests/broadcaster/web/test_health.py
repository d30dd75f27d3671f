"""/healthz, /readyz and /metrics of the public application, with a clock that is turned by hand."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from broadcaster import consent, database, halt, links, policy
from broadcaster.addresses import Address
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from broadcaster.web import health, public
from broadcaster.web.readiness import TOO_OLD, WRITES_EVERY, Readiness
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW
from tests.broadcaster.shell import shell_in
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.conftest import WORDS, settings_in
from tests.broadcaster.web.test_receiving import sent, told

RULES = policy.load()
SATURDAY = timedelta(days=1)
CANARY = "+77019998877"


@dataclass
class Watched:
    """`now` is what the application takes for the time."""

    client: httpx.AsyncClient
    password: str
    now: datetime = NOW

    async def ready(self) -> tuple[int, str]:
        answer = await self.client.get("/readyz")
        return answer.status_code, answer.text

    async def metrics(self) -> str:
        answer = await self.client.get("/metrics", headers={"Authorization": f"Bearer {self.password}"})
        assert answer.status_code == 200
        return answer.text

    async def figures(self) -> dict[tuple[str, ...], float]:
        """Name and label values → value."""
        found = text_string_to_metric_families(await self.metrics())
        return {(each.name, *each.labels.values()): each.value for family in found for each in family.samples}


@asynccontextmanager
async def watched_in(folder: Path) -> AsyncIterator[Watched]:
    settings = settings_in(folder)
    app = public.build(settings, words=WORDS, clock=lambda: reached.now)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client,
    ):
        reached = Watched(client, health.metrics_password(settings.secret.get_secret_value()))
        yield reached


@pytest.fixture
async def watched(register: Connection, tmp_path: Path) -> AsyncIterator[Watched]:
    async with watched_in(tmp_path) as watched:
        yield watched


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def waiting(register: Connection, people: Town, *, by: SendingChannel = SendingChannel.TELEGRAM) -> int:
    """A campaign under way, in which one person's message is due."""
    (contact,) = people.people(1)
    campaign = people.campaign(state="sending", started_at=NOW, channels=[by])
    with database.transaction(register):
        row = [campaign, contact, route_of(by, Language.RU), State.WAITING, 0]
        register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, ?)", row)
        register.execute("INSERT INTO tally VALUES (?, ?, ?, 1)", [campaign, row[2], State.WAITING])
        register.execute("INSERT INTO due VALUES (?, ?, ?, ?, 0)", [campaign, by.code, int(NOW.timestamp()), contact])
    return campaign


def batch_taken(register: Connection, campaign: int, at: datetime, *, by: SendingChannel = SendingChannel.TELEGRAM) -> None:
    with database.transaction(register):
        row = [campaign, by.code, database.instant(at)]
        register.execute("INSERT INTO lease VALUES (NULL, ?, ?, 'due', 1, 1, 'record', 'boot', ?, 0)", row)


async def test_all_is_well_in_a_line_for_each_check(watched: Watched) -> None:
    code, text = await watched.ready()
    assert code == 200
    assert text.splitlines() == [
        "ready",
        "ok database: takes writes",
        "ok migrations: all applied",
        "ok queue: nothing is due",
        "ok sender: no batch in hand, so none can be seen",
    ]


async def test_red_while_another_process_holds_the_database(watched: Watched, register: Connection) -> None:
    with database.transaction(register):
        code, text = await watched.ready()
    assert (code, "NOT OK database: the database cannot be used: another process" in text) == (503, True)
    assert (await watched.ready())[0] == 200


def test_red_where_the_file_may_only_be_read(register: Connection, tmp_path: Path) -> None:
    only_read = sqlite3.connect(f"file:{tmp_path / 'saqbol.db'}?mode=ro", uri=True, isolation_level=None, factory=Connection)
    only_read.row_factory = sqlite3.Row
    database_check, *others = Readiness(RULES).look(only_read, now=NOW)
    assert str(database_check).startswith("NOT OK database: the database cannot be used: it may only be read")
    assert all(each.good for each in others)
    only_read.close()


async def test_red_while_a_migration_is_missing(watched: Watched, register: Connection) -> None:
    with database.transaction(register):
        register.execute("DELETE FROM _sqlite_migrations WHERE name = '0003_effect'")
    code, text = await watched.ready()
    assert (code, "NOT OK migrations: 0003_effect missing: run python -m bot migrate" in text) == (503, True)


def test_a_probe_every_second_writes_once_a_minute(register: Connection, tmp_path: Path) -> None:
    readiness, log = Readiness(RULES), tmp_path / "saqbol.db-wal"
    database.scrub(register)
    sizes = []
    for second in range(int(WRITES_EVERY.total_seconds()) + 1):
        assert readiness.look(register, now=NOW + timedelta(seconds=second))[0].good
        sizes.append(log.stat().st_size)
    assert sizes[0] > 0
    assert sizes[0] == sizes[-2] < sizes[-1]


async def test_red_when_the_queue_is_old_and_well_again_once_a_batch_is_taken(
    watched: Watched, register: Connection, people: Town
) -> None:
    campaign = waiting(register, people)
    assert (await watched.ready())[0] == 200
    watched.now += TOO_OLD
    assert (await watched.ready())[0] == 200
    watched.now += timedelta(seconds=1)
    code, text = await watched.ready()
    assert (code, "NOT OK queue: due and without a new batch: telegram for 301 s" in text) == (503, True)
    batch_taken(register, campaign, watched.now)
    code, text = await watched.ready()
    assert (code, "ok sender: took a batch 0 s ago" in text) == (200, True)


@pytest.mark.parametrize("quiet", ["paused", "kill switch", "night"])
async def test_what_must_not_leave_does_not_age(watched: Watched, register: Connection, people: Town, quiet: str) -> None:
    campaign = waiting(register, people, by=SendingChannel.SMS)
    if quiet == "night":
        watched.now += SATURDAY
    if quiet == "paused":
        with database.transaction(register):
            register.execute("UPDATE campaign SET state = 'paused', paused_from = 'sending' WHERE id = ?", [campaign])
    if quiet == "kill switch":
        halt.stop_everything(register, who="Saule", now=NOW)
    assert (await watched.ready())[0] == 200
    watched.now += 2 * TOO_OLD
    code, text = await watched.ready()
    assert (code, "ok queue: nothing is due" in text) == (200, True)


async def test_red_when_a_scheduled_campaign_is_not_begun(watched: Watched, people: Town) -> None:
    people.campaign(state="scheduled")
    watched.now += TOO_OLD + timedelta(seconds=1)
    code, text = await watched.ready()
    assert (code, "NOT OK queue: due and without a new batch: a scheduled campaign for 301 s" in text) == (503, True)


async def test_red_when_a_batch_stays_in_a_senders_hand(watched: Watched, register: Connection, people: Town) -> None:
    batch_taken(register, people.campaign(state="sending", started_at=NOW), NOW)
    watched.now += TOO_OLD + timedelta(seconds=1)
    code, text = await watched.ready()
    assert (code, "NOT OK sender: a batch has been in hand for 301 s" in text) == (503, True)


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer x"}, {"Authorization": "é"}, {"X-Forwarded-For": "127.0.0.1"}])
async def test_metrics_are_not_for_the_world(watched: Watched, given: dict[str, str]) -> None:
    answer = await watched.client.get("/metrics", headers=[(name.encode(), value.encode()) for name, value in given.items()])
    assert (answer.status_code, answer.text) == (404, "Not Found")


def test_the_password_of_the_metrics_is_told_to_whoever_may_read_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for shell in shell_in(tmp_path, monkeypatch, capsys):
        monkeypatch.setenv("SAQBOL_SECRET", "5" * 64)
        assert shell.does("metrics-password") == f"{health.metrics_password('5' * 64)}\n"
        assert health.metrics_password("5" * 64) != health.metrics_password("6" * 64)


async def test_requests_are_counted_by_template_and_class(watched: Watched, register: Connection, people: Town) -> None:
    name = sent(register, people, people.people(1, channels=("phone",))[0])
    for _ in range(2):
        await told(watched.client, name, "delivered")
    await watched.client.get(f"/u/{name}")
    await watched.client.get("/no/such/path")
    figures = await watched.figures()
    assert figures["saqbol_http_requests_total", "public", "/receipts/twilio/{id}", "2xx"] == 2
    assert figures["saqbol_http_requests_total", "public", "/u/{token}", "4xx"] == 1
    assert figures["saqbol_http_requests_total", "public", "none", "4xx"] == 1
    assert figures["saqbol_http_request_seconds_count", "public", "/receipts/twilio/{id}"] == 2


async def test_figures_of_the_register(watched: Watched, register: Connection, people: Town, aigul: Address) -> None:
    waiting(register, people)
    sent(register, people, people.people(1, channels=("phone",))[0], state=State.UNKNOWN)
    consent.stop(register, aigul, Origin(door="sms", message_id="yesterday", at=NOW - timedelta(days=1)))
    before = await watched.figures()
    consent.start(register, aigul, Origin(door="sms", message_id="1", at=NOW))
    consent.stop(register, aigul, Origin(door="sms", message_id="2", at=NOW))
    watched.now += timedelta(seconds=40)
    figures = await watched.figures()
    assert figures["saqbol_deliveries", "telegram", "waiting"] == 1
    assert figures["saqbol_deliveries", "sms", "unknown"] == 1
    assert figures["saqbol_campaigns", "sending"] == 2
    assert figures["saqbol_unknown_deliveries",] == 1
    assert (before["saqbol_queue_age_seconds", "telegram"], figures["saqbol_queue_age_seconds", "telegram"]) == (0, 40)
    assert (before["saqbol_addresses_stopped_today",], figures["saqbol_addresses_stopped_today",]) == (0, 1)
    assert (before["saqbol_suppression_last_id",], figures["saqbol_suppression_last_id",]) == (1, 3)
    assert figures["saqbol_register_readable",] == 1
    watched.now += timedelta(days=1)
    assert (await watched.figures())["saqbol_addresses_stopped_today",] == 0


async def test_the_kill_switch_shows_and_what_is_over_is_gone(watched: Watched, register: Connection, people: Town) -> None:
    campaign = waiting(register, people)
    assert (await watched.figures())["saqbol_kill_switch",] == 0
    halt.stop_everything(register, who="Saule", now=NOW)
    with database.transaction(register):
        register.execute("UPDATE campaign SET state = 'cancelled' WHERE id = ?", [campaign])
    figures = await watched.figures()
    assert figures["saqbol_kill_switch",] == 1
    assert not [each for each in figures if each[0] in ("saqbol_deliveries", "saqbol_queue_age_seconds")]


async def test_a_register_that_cannot_be_read_shows_no_old_figures(watched: Watched, register: Connection, people: Town) -> None:
    waiting(register, people)
    await watched.figures()
    with database.transaction(register):
        register.execute("ALTER TABLE tally RENAME TO gone")
    figures = await watched.figures()
    assert figures["saqbol_register_readable",] == 0
    assert not [each for each in figures if each[0] == "saqbol_deliveries"]


async def test_s14_no_address_no_text_and_no_token_in_readyz_or_metrics(
    watched: Watched, register: Connection, people: Town
) -> None:
    contact = people.person(phone=CANARY, telegram="719998877", consent=("warn",))
    name = sent(register, people, contact)
    token = links.stop_token(KEY, *links.read_receipt(KEY, name))
    for status, code in (("sent", ""), ("delivered", ""), ("undelivered", "21610"), ("failed", "30005")):
        await told(watched.client, name, status, To=CANARY, ErrorCode=code)
    for path in (f"/u/{token}", f"/u/{CANARY}", f"/{CANARY}", f"/code/{CANARY}", f"/receipts/twilio/{CANARY}", f"/?q={CANARY}"):
        await watched.client.get(path)
        await watched.client.post(path, data={"action": "everything", "form": CANARY, "text": CANARY})
    shown = await watched.metrics() + (await watched.ready())[1]
    for secret in ("9998877", token, name, "Будьте осторожны", "SM0123456789"):
        assert secret not in shown
