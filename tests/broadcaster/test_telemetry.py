import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import telemetry
from broadcaster.telemetry import Redactor

BOT_TOKEN = "7712345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_"
CANARIES = [
    ("+77011234567", "+7701***4567"),
    ("8 701 123 45 67", "+7701***4567"),
    ("8 (701) 123-45-67", "+7701***4567"),
    ("whatsapp:+77011234567", "whatsapp:+7701***4567"),
    ("%2B77011234567", "%2B+7701***4567"),
    ("+44 7911 123456", "+4479***3456"),
    ("4400 4302 1234 5678", "***"),
    ("4400430212345678", "***"),
    ("880101300123", "***"),
    ("KZ86 125K ZT50 0410 0100", "***"),
    ("KZ86125KZT5004100100", "***"),
    (f"https://api.telegram.org/bot{BOT_TOKEN}/sendMessage", "https://api.telegram.org/bot***/sendMessage"),
    ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
    ("https://user:hunter2pass@example.org/", "https://user:***@example.org/"),
    ("ab" * 32, "***"),
    ("my-own-secret-value", "***"),
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Real logging into memory; what `configure` changes in the process is put back."""
    stream, hook, handlers, level = io.StringIO(), sys.excepthook, logging.root.handlers[:], logging.root.level
    telemetry.configure(json=True, secrets=["my-own-secret-value"], stream=stream)
    yield stream
    logging.captureWarnings(False)
    structlog.reset_defaults()
    sys.excepthook, logging.root.handlers[:] = hook, handlers
    logging.root.setLevel(level)


def last(stream: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return line


@pytest.mark.parametrize(("canary", "shown"), CANARIES)
def test_a_secret_or_a_number_is_masked_wherever_it_stands(log: io.StringIO, canary: str, shown: str) -> None:
    try:
        raise ValueError(f"cannot send to {canary}")
    except ValueError as error:
        structlog.get_logger("bot").error(
            f"message.failed {canary}",
            value=canary,
            nested={"deep": [canary, (canary,)], canary: 1},
            error=error,
            exc_info=True,
        )
    logging.getLogger("httpx").warning("HTTP Request: POST %s", canary)
    logging.getLogger("httpx").warning("with extra", extra={"where": canary})
    try:
        raise ValueError(canary)
    except ValueError:
        logging.getLogger("aiogram").exception("handler failed")
    assert log.getvalue().count(shown) >= 9
    assert canary.removeprefix("https://").removeprefix("whatsapp:").removeprefix("%2B") not in log.getvalue()
    assert BOT_TOKEN not in log.getvalue()


def test_texts_are_dropped_at_any_depth(log: io.StringIO) -> None:
    structlog.get_logger("bot").info(
        "message.answered", text="маған код керек", update={"message": {"Text": "код"}}, level_="scam"
    )
    assert "код" not in log.getvalue()
    assert last(log)["level_"] == "scam"
    assert last(log)["update"] == {"message": {}}


def test_addresses_are_masked_by_their_key_whatever_they_are(log: io.StringIO) -> None:
    structlog.get_logger("bot").info("message.answered", sender="f1d2", chat_id=12345, to="87011234567")
    assert (last(log)["sender"], last(log)["chat_id"], last(log)["to"]) == ("***", "***", "+7701***4567")


def test_what_is_harmless_stays_readable(log: io.StringIO) -> None:
    structlog.get_logger("bot").info(
        "campaign.finished", sent=1_390_000, seconds=0.123456789012, at="2025-11-21 07:15:00.123456", ok=True, scheme="task-job"
    )
    line = last(log)
    assert (line["event"], line["sent"], line["seconds"], line["ok"]) == ("campaign.finished", 1_390_000, 0.123456789012, True)
    assert (line["at"], line["scheme"], line["level"]) == ("2025-11-21 07:15:00.123456", "task-job", "info")
    assert line["timestamp"].startswith("20")


def test_whole_numbers_are_masked_as_values_too(log: io.StringIO) -> None:
    structlog.get_logger("bot").info("update.received", number=77011234567, nested=[77011234567])
    assert "77011234567" not in log.getvalue()


def test_warnings_of_libraries_are_logged_and_masked(log: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("deprecated for 87011234567", stacklevel=1)
    assert "+7701***4567" in log.getvalue()


def test_a_person_at_a_terminal_reads_plain_lines(log: io.StringIO) -> None:
    plain = io.StringIO()
    telemetry.configure(json=False, stream=plain)
    structlog.get_logger("bot").info("door.closed", phone="87011234567")
    assert "door.closed" in plain.getvalue()
    assert "+7701***4567" in plain.getvalue()
    assert not plain.getvalue().startswith("{")


def test_a_crash_report_holds_no_number() -> None:
    crash = "raise RuntimeError('no route to ' + '+7701' + '1234567')"
    script = f"from broadcaster import telemetry; telemetry.configure(json=True)\n{crash}"
    run = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert run.returncode == 1
    assert json.loads(run.stderr)["event"] == "process.crashed"
    assert "+7701***4567" in run.stderr
    assert "77011234567" not in run.stderr


@given(st.integers(7_000_000_000, 7_999_999_999), st.text(max_size=20), st.text(max_size=20))
def test_no_surroundings_save_a_number_from_the_mask(national: int, before: str, after: str) -> None:
    assert f"+7{national}" not in Redactor().line(f"{before}+7{national}{after}")


@given(st.recursive(st.none() | st.booleans() | st.text() | st.binary() | st.integers() | st.floats(), st.lists, max_leaves=5))
def test_anything_can_be_logged(value: object) -> None:
    assert "event" in Redactor()(None, "info", {"event": "thing.happened", "value": value})
