"""Our sending against somebody else's Twilio: npm emulate (tests/tools) keeps the messages and posts signed receipts."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from broadcaster.addresses import Channel
from broadcaster.channels.outcome import Accepted
from broadcaster.channels.twilio import Found, Twilio
from broadcaster.ledger_codes import State
from tests.broadcaster.channels.letters import address, message
from tests.fakes.tools import needs, node
from tests.fakes.twilio_api import SID, TOKEN

EMULATE = "emulate/dist/index.js"
OUR_SMS, OUR_WHATSAPP = "+77270000001", "whatsapp:+77270000002"
AIGUL = address(Channel.PHONE, "+77011234567")

pytestmark = needs(EMULATE)


class Receipts(ThreadingHTTPServer):
    """Whoever stands at our public URL: notes (path, status, whether Twilio's own signature covers it)."""

    def __init__(self) -> None:
        self.came: list[tuple[str, str, bool]] = []
        super().__init__(("127.0.0.1", 0), _Noting)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Noting(BaseHTTPRequestHandler):
    server: Receipts

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode(), keep_blank_values=True))
        signed = RequestValidator(TOKEN).validate(self.server.url + self.path, form, self.headers["x-twilio-signature"])
        self.server.came.append((self.path, form["MessageStatus"], signed))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("emulator")
    numbers = [{"phone_number": OUR_SMS}, {"phone_number": OUR_WHATSAPP}]
    seed = {"twilio": {"account": {"sid": SID, "auth_token": TOKEN}, "phone_numbers": numbers}}
    (folder / "seed.json").write_text(json.dumps(seed))
    with node(EMULATE, ["--service", "twilio", "--port", "{port}", "--seed", "seed.json"], folder=folder) as url:
        yield url


@pytest.fixture
def receipts() -> Iterator[Receipts]:
    receipts = Receipts()
    thread = threading.Thread(target=receipts.serve_forever, daemon=True)
    thread.start()
    yield receipts
    receipts.shutdown()
    thread.join()
    receipts.server_close()


@pytest.fixture
async def twilio(emulator: str, receipts: Receipts) -> AsyncIterator[Twilio]:
    twilio = Twilio(
        account_sid=SID,
        auth_token=TOKEN,
        api=emulator,
        public_url=receipts.url,
        sms_from=OUR_SMS,
        whatsapp_from=OUR_WHATSAPP,
    )
    yield twilio
    await twilio.close()


async def test_an_sms_is_taken_its_receipts_name_the_delivery_and_reconciling_finds_it(
    emulator: str, twilio: Twilio, receipts: Receipts
) -> None:
    before = datetime.now(UTC)
    outcome = await twilio.send(message(AIGUL))
    assert isinstance(outcome, Accepted)
    assert await twilio.reconcile(AIGUL, code="K7M2", since=before) == Found(reference=outcome.reference, state=State.ACCEPTED)

    async with httpx.AsyncClient(base_url=emulator, auth=(SID, TOKEN)) as outside:
        form = {"MessageSid": outcome.reference, "Status": "delivered"}
        (await outside.post("/_twilio/simulate/message-status", data=form)).raise_for_status()
    found = await twilio.reconcile(AIGUL, code="K7M2", since=before)
    assert found == Found(reference=outcome.reference, state=State.DELIVERED)
    path = "/receipts/twilio/AAADAAAAKQabcdefghij"
    assert receipts.came == [(path, "queued", True), (path, "delivered", True)]


async def test_nothing_is_found_that_was_never_sent(twilio: Twilio) -> None:
    nobody = address(Channel.PHONE, "+77019999999")
    assert await twilio.reconcile(nobody, code="K7M2", since=datetime.now(UTC)) is None
