import asyncio
import gc
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot import app
from bot.settings import Settings
from tests.bot.instances import settings_in
from tests.fakes.conversation import Echo
from tests.fakes.serving import free_port

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:" + "A" * 35
PUBLIC = "https://bot.example.kz"
SECRETS = {"SAQBOL_ADDRESS_KEY": "1" * 64, "SAQBOL_SECRET": "2" * 64}


def built(settings: Settings) -> Starlette:
    return app.build(settings, opening=lambda settings, words: Echo())


def paths(application: Starlette) -> set[str]:
    """Without the volunteers' pages, which have tests of their own."""
    every = {getattr(route, "path", "") for route in application.routes}
    return {path for path in every if not path.startswith("/moderation")}


# Doors.


def test_a_closed_door_says_in_one_line_how_to_open_it(tmp_path: Path) -> None:
    with capture_logs() as logged:
        application = built(settings_in(tmp_path))
    closed = {line["door"]: line["to_open"] for line in logged if line["event"] == "door.closed"}
    assert closed.keys() == {"telegram", "whatsapp and sms"}
    assert "SAQBOL_TELEGRAM_TOKEN" in closed["telegram"]
    assert "SAQBOL_TWILIO_AUTH_TOKEN" in closed["whatsapp and sms"]
    assert len(logged) == 2
    assert paths(application) == {"/", "/chat", "/static", "/healthz", "/readyz"}


@pytest.mark.parametrize(
    ("given", "webhooks"),
    [
        ({"telegram_token": TOKEN}, set()),
        ({"telegram_token": TOKEN, "public_url": PUBLIC}, {"/webhooks/telegram"}),
        ({"twilio_auth_token": "a" * 32}, set()),
        ({"twilio_auth_token": "a" * 32, "public_url": f"{PUBLIC}/"}, {"/webhooks/twilio"}),
        ({"public_url": PUBLIC}, set()),
    ],
)
def test_a_webhook_stands_only_where_its_token_and_our_address_are_known(
    tmp_path: Path, given: dict[str, Any], webhooks: set[str]
) -> None:
    assert {path for path in paths(built(settings_in(tmp_path, **given))) if path.startswith("/webhooks")} == webhooks


def test_a_token_that_cannot_be_one_closes_the_door_and_nothing_else(tmp_path: Path) -> None:
    with capture_logs() as logged:
        application = built(settings_in(tmp_path, telegram_token="nonsense-from-nowhere", public_url=PUBLIC))
    assert "/webhooks/telegram" not in paths(application)
    assert "/chat" in paths(application)
    assert [line["to_open"] for line in logged if line["door"] == "telegram"] != []
    assert "nonsense" not in str(logged)


@pytest.mark.parametrize(
    "url", ["bot.example.kz", "ftp://bot.example.kz", "https://", "https://bot.example.kz/?a=1", "javascript:1"]
)
def test_a_public_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="SAQBOL_PUBLIC_URL looks like"):
        settings_in(tmp_path, public_url=url)


async def test_telegram_out_of_reach_keeps_no_other_door_shut(tmp_path: Path) -> None:
    application = built(settings_in(tmp_path, telegram_token=TOKEN, telegram_api="http://127.0.0.1:9"))
    with capture_logs() as logged:
        async with application.router.lifespan_context(application):
            await asyncio.sleep(0.5)
            assert await answers(application, "/") == 200
    assert "telegram.not_reached" in {line["event"] for line in logged}
    assert TOKEN not in str(logged)


# Health.


async def answers(application: Starlette, path: str) -> int:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://bot") as client:
        return (await client.get(path)).status_code


async def test_what_lives_as_long_as_the_process_is_not_searched_for_garbage(tmp_path: Path) -> None:
    thresholds = gc.get_threshold()
    try:
        async with built(settings_in(tmp_path)).router.lifespan_context(Starlette()):
            assert gc.get_freeze_count() > 10_000
            assert gc.get_threshold()[2] >= 1_000
            assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


async def test_it_is_ready_once_the_conversation_is_open_and_the_database_takes_writes(tmp_path: Path) -> None:
    application = built(settings_in(tmp_path))
    assert await answers(application, "/healthz") == 200
    assert await answers(application, "/readyz") == 503
    async with application.router.lifespan_context(application):
        assert await answers(application, "/readyz") == 200
        with sqlite3.connect(tmp_path / "saqbol.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            assert await answers(application, "/readyz") == 503
            assert await answers(application, "/healthz") == 200
            other.execute("ROLLBACK")
        other.close()
        assert await answers(application, "/readyz") == 200


# Commands, each in a process of its own.


def environment(folder: Path, **given: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SAQBOL_")}
    return {**ours, "SAQBOL_DATABASE": f"sqlite:///{folder / 'saqbol.db'}", "PYTHONPATH": str(ROOT), **given}


def run(folder: Path, *arguments: str, given: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        arguments, input=given, capture_output=True, cwd=folder, env=environment(folder, **settings), timeout=60, check=False
    )


def python(folder: Path, script: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return run(folder, sys.executable, "-c", script, given=given)


def command(folder: Path, *arguments: str, given: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    return run(folder, sys.executable, "-m", "bot", *arguments, given=given, **settings)


def test_help_names_every_command(tmp_path: Path) -> None:
    told = command(tmp_path, "--help").stdout.decode()
    for name in ("ask", "judge", "serve", "poll", "migrate"):
        assert name in told
        assert command(tmp_path, name, "--help").returncode == 0


def test_judge_answers_each_line_in_order_and_goes_on_after_a_bad_one(tmp_path: Path) -> None:
    lines = [
        '{"text": "Назовите код из SMS"}'.encode(),
        b"not JSON",
        b'{"text": 5}',
        b'{"text": "\xff\xfe"}',
        rb'{"text": "\ud800 lone \u0000"}',
        b"",
        b'{"text": "' + b"a" * 120_000 + b'"}',
        b'{"text": "hello\rworld"}',
        '{"text": "Сәлеметсіз бе\u2028 қалайсыз"}'.encode(),
    ]
    judged = command(tmp_path, "judge", given=b"\n".join(lines) + b"\n")
    assert judged.returncode == 0, judged.stderr.decode()
    verdicts = [json.loads(line) for line in judged.stdout.split(b"\n")[:-1]]
    assert ["error" in verdict for verdict in verdicts] == [False, True, True, False, False, True, False, True, False]
    assert {verdict["level"] for verdict in verdicts if "level" in verdict} <= {"scam", "doubtful", "no_signs", "not_understood"}
    assert list(tmp_path.iterdir()) == [], "judging leaves nothing behind"


def test_judge_gives_each_verdict_at_once(tmp_path: Path) -> None:
    """A program that asks, waits for the answer and asks again must not wait for ever; here it is a minute."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "judge"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path),
    ) as process:
        assert process.stdin
        assert process.stdout
        patience = threading.Timer(60, process.kill)
        patience.start()
        for _ in range(3):
            process.stdin.write(b'{"text": "hello"}\n')
            process.stdin.flush()
            assert b"level" in process.stdout.readline()
        patience.cancel()
        process.stdin.close()


def test_judge_ends_quietly_when_nobody_reads_on(tmp_path: Path) -> None:
    script = f'yes \'{{"text": "hello"}}\' | head -2000 | {sys.executable} -m bot judge | head -1'
    ended = run(tmp_path, "bash", "-c", script)
    assert ended.stdout.count(b"\n") == 1
    assert ended.stderr == b""


FOREIGN = (
    *("aiogram", "twilio", "starlette", "uvicorn", "pydantic_settings", "sqlite_utils"),
    *("bot.app", "bot.settings", "bot.conversation", "bot.register"),
)


def test_judge_imports_neither_doors_nor_settings(tmp_path: Path) -> None:
    script = (
        "import sys; from bot.__main__ import main; code = main(['judge']);"
        f"print([name for name in {FOREIGN} if name in sys.modules], code, file=sys.stderr)"
    )
    ran = python(tmp_path, script, given=b'{"text": "hello"}\n')
    assert ran.stderr.decode().splitlines()[-1] == "[] 0"


def test_a_closed_door_costs_no_import(tmp_path: Path) -> None:
    script = (
        "import sys; from bot import app; from bot.settings import Settings; app.build(Settings());"
        "print([name for name in ('aiogram', 'twilio', 'bot.telegram', 'bot.twilio') if name in sys.modules])"
    )
    ran = python(tmp_path, script)
    assert ran.stdout.decode().splitlines()[-1] == "[]"


def test_migrate_makes_the_database_once(tmp_path: Path) -> None:
    first, second = command(tmp_path, "migrate"), command(tmp_path, "migrate")
    assert first.stdout.startswith(b"applied: ")
    assert second.stdout == b"nothing to apply\n"
    assert (first.returncode, second.returncode) == (0, 0)


def test_ask_answers_on_a_fresh_machine(tmp_path: Path) -> None:
    asked = command(tmp_path, "ask", "Здравствуйте, это служба безопасности банка, назовите код из SMS")
    assert asked.returncode == 0, asked.stderr.decode()
    assert len(asked.stdout.decode().strip()) > 50


def test_ask_without_a_text_is_a_conversation(tmp_path: Path) -> None:
    asked = command(tmp_path, "ask", given="Здравствуйте\n\nРахмет\n".encode())
    assert asked.returncode == 0, asked.stderr.decode()
    assert len(asked.stdout.decode().strip()) > 50


@pytest.mark.parametrize("name", ["serve", "ask"])
def test_an_old_database_is_not_changed_without_being_asked(tmp_path: Path, name: str) -> None:
    command(tmp_path, "migrate")
    with sqlite3.connect(tmp_path / "saqbol.db") as database:
        database.execute("DELETE FROM _sqlite_migrations WHERE migration_set = 'broadcaster'")
    database.close()
    refused = command(tmp_path, name, *(["text"] if name == "ask" else []))
    assert refused.returncode == 2
    assert refused.stderr.decode().splitlines() == ["The database is older than this program: run python -m bot migrate."]


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"SAQBOL_PORT": "eighty"}, "SAQBOL_PORT: "),
        ({"SAQBOL_PUBLIC_URL": "bot.example.kz"}, "SAQBOL_PUBLIC_URL looks like https://bot.example.kz"),
        ({"SAQBOL_DATABASE": "postgres://x"}, "SAQBOL_DATABASE looks like sqlite:///saqbol.db"),
        (
            {"SAQBOL_DATABASE": "sqlite:////nowhere/at/all.db", **SECRETS},
            "/nowhere/at/all.db",
        ),
    ],
)
def test_what_is_wrong_with_the_settings_is_said_by_name_without_a_traceback(
    tmp_path: Path, settings: dict[str, str], line: str
) -> None:
    refused = command(tmp_path, "migrate", given=b"", **settings)
    assert refused.returncode == 2
    assert line in refused.stderr.decode()
    assert b"Traceback" not in refused.stderr


def test_poll_without_a_token_says_where_to_get_one(tmp_path: Path) -> None:
    refused = command(tmp_path, "poll")
    assert refused.returncode == 2
    assert b"SAQBOL_TELEGRAM_TOKEN" in refused.stderr


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            cwd=folder,
            env=environment(folder, SAQBOL_PORT=str(port), **settings),
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


def test_from_start_to_the_first_answered_question(tmp_path: Path) -> None:
    """The whole journey with the real conversation and model, and a clean end."""
    command(tmp_path, "migrate")
    started = time.monotonic()
    with serving(tmp_path, SAQBOL_DEMO="1") as (url, process):
        while True:
            try:
                page = httpx.post(f"{url}/chat", data={"text": "Здравствуйте, назовите код из SMS 4821"}, timeout=10)
                break
            except httpx.TransportError:
                assert process.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() - started < 120, "it never answers"
                time.sleep(0.05)
        assert page.status_code == 200
        assert 'class="turn bot"' in page.text
        process.terminate()
        process.wait(timeout=20)
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert "4821" not in log, "texts are never logged"
    assert log.count("door.closed") == 2
