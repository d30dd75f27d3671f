"""Every reason that the channels, the ledger and the sender can give has a sentence: new ones are found in their source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import broadcaster
from broadcaster.channels import twilio_codes
from broadcaster.web.desk import reasons
from content import desk_words
from content.language import Language

SAID = desk_words.load()
PACKAGE = Path(broadcaster.__file__).parent
SOURCES = [
    *sorted((PACKAGE / "channels").glob("*.py")),
    *(PACKAGE / f"{name}.py" for name in ("lane", "adoption", "leasing", "settling", "receipts")),
]
OUTCOMES = {"Refused", "TryLater", "Unknown", "_unreached", "_too_fast"}
STANDS_FOR = {
    "status": ("429", "500", "503", "403"),
    "reason": ("push 410",),
    "error.status": ("429", "500", "503"),
    "type(error).__name__": ("ReadTimeout",),
    "cause": ("ReadTimeout", "TimedOut"),
    "os.strerror(error.errno or 0)": ("No space left on device",),
    "how": ("not reached", "turned away on the way there"),
}
OF_TWILIO = [
    code for table in (twilio_codes._OPTED_OUT, twilio_codes._NOBODY_THERE, twilio_codes._NOT_THIS_ONE) for code in table
] + [*twilio_codes._TOO_FAST, *twilio_codes._OURS_TO_MEND, 0, 99_999]


def given() -> list[str]:
    """Literals of `reason=` and of a name `reason`, with their fields filled in; Twilio's codes have a test of their own."""
    found = {text for file in SOURCES if file.stem != "twilio_codes" for text in _in(ast.parse(file.read_text()))}
    sql = (PACKAGE / "leasing.sql").read_text()
    assert "'left the topic'" in sql
    return sorted(found | {"stopped", "left the topic", "not reachable any more", "frequency cap"})


def _in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OUTCOMES:
            for keyword in node.keywords:
                if keyword.arg == "reason":
                    yield from _texts(keyword.value)


def _texts(node: ast.AST) -> list[str]:
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr():
            texts = [""]
            for part in node.values:
                if isinstance(part, ast.Constant):
                    pieces: tuple[str, ...] = (str(part.value),)
                else:
                    assert isinstance(part, ast.FormattedValue)
                    pieces = STANDS_FOR[ast.unparse(part.value)]
                texts = [text + piece for text in texts for piece in pieces]
            return texts
        case ast.IfExp():
            return [*_texts(node.body), *_texts(node.orelse)]
        case ast.Name(id="reason"):
            return [f"{channel} {status}" for channel in ("push", "relay") for status in STANDS_FOR["status"]]
        case _:
            return []


def test_the_source_is_really_read() -> None:
    found = given()
    assert len(found) > 40
    assert {"telegram 403: blocked", "push 410: unsubscribed", "relay: gone", "twilio: not reached"} <= set(found)


@pytest.mark.parametrize("reason", given())
def test_every_reason_in_the_source_has_words(reason: str) -> None:
    for each in (reason, f"given up: {reason}"):
        assert reasons.key_of(each) != reasons.UNSAID
        assert all(SAID.knows(reasons.key_of(each), language) for language in Language)


@pytest.mark.parametrize("code", OF_TWILIO)
def test_every_code_of_twilio_has_words(code: int) -> None:
    key = reasons.key_of(twilio_codes.meaning(code).reason)
    assert key != reasons.UNSAID
    assert all(SAID.knows(key, language) for language in Language)


@pytest.mark.parametrize("reason", ["", "=cmd|' /C calc'!A0", "telegram", "twilio 1: something new", "<b>"])
def test_what_nobody_has_foreseen_is_said_to_be_so(reason: str) -> None:
    assert reasons.key_of(reason) == "reason_other"


@pytest.mark.parametrize(
    ("reason", "key", "fields"),
    [
        ("the budget is spent", "paused_budget", {}),
        (
            "canary: 4 of 20 messages failed on telegram",
            "paused_canary",
            {"failed": "4", "answered": "20", "channel": "telegram"},
        ),
        (
            "errors: 12.5% of 800 messages, more than 10%",
            "paused_errors",
            {"share": "12.5", "answered": "800", "limit": "10"},
        ),
        (
            "opt-outs: 2.1% of 900 people, more than 2%",
            "paused_opt_outs",
            {"share": "2.1", "answered": "900", "limit": "2"},
        ),
        ("20 answers in a row were lost on sms", "paused_lost", {"lost": "20", "channel": "sms"}),
        ("telegram is closed: set SAQBOL_TELEGRAM_TOKEN", "paused_closed", {"channel": "telegram"}),
        ("Saule wants to look at the link", "paused_other", {}),
        ("the_shop is closed: we wait until Monday", "paused_other", {}),
    ],
)
def test_a_pause_of_the_sender_is_told_in_words(reason: str, key: str, fields: dict[str, str]) -> None:
    pause = reasons.pause_of(reason)
    assert (pause.key, pause.fields) == (key, fields)
    for language in Language:
        assert SAID.say(pause.key, language, **pause.fields)
