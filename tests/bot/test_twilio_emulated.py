"""The webhook against somebody else's Twilio: npm emulate (tests/tools), which signs by itself and posts over a real socket."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import app
from bot.message import Door
from bot.twilio import PATH
from tests.bot.instances import settings_in
from tests.fakes.conversation import Echo
from tests.fakes.serving import free_port, running

EMULATE = Path(__file__).parents[1] / "tools" / "node_modules" / "emulate" / "dist" / "index.js"
SID, TOKEN = "AC" + "0" * 32, "0123456789abcdef0123456789abcdef"
OUR_SMS, OUR_WHATSAPP, FORGED = "+77270000001", "whatsapp:+77270000002", "+77270000003"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is absent"),
    pytest.mark.skipif(not EMULATE.exists(), reason="tests/tools is not installed: npm ci --prefix tests/tools"),
]


class Witness:
    """Notes what our webhook answers, since the emulator keeps it to itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.statuses: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
            await send(message)

        await self.app(scope, receive, noted)


class Emulator:
    """What a person's telephone does to Twilio."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, auth=(SID, TOKEN), timeout=20)

    def carries(self, text: str, *, sender: str, to: str) -> None:
        form = {"From": sender, "To": to, "Body": text}
        self.client.post("/_twilio/simulate/inbound-message", data=form).raise_for_status()


@pytest.fixture(scope="module")
def echo() -> Echo:
    return Echo()


@pytest.fixture(scope="module")
def witness(echo: Echo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Witness, str]]:
    port = free_port()
    settings = settings_in(
        tmp_path_factory.mktemp("ours"),
        public_url=f"http://127.0.0.1:{port}",
        twilio_auth_token=TOKEN,
        twilio_account_sid=SID,
    )
    witness = Witness(app.build(settings, opening=lambda settings, words: echo))
    with running(witness, port) as url:
        yield witness, url


@pytest.fixture(scope="module")
def emulator(witness: tuple[Witness, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder = tmp_path_factory.mktemp("emulator")
    webhook = witness[1] + PATH
    numbers = [{"phone_number": number, "sms_url": webhook} for number in (OUR_SMS, OUR_WHATSAPP)]
    numbers.append({"phone_number": FORGED, "sms_url": webhook.replace("127.0.0.1", "localhost")})
    seed = folder / "seed.json"
    seed.write_text(json.dumps({"twilio": {"account": {"sid": SID, "auth_token": TOKEN}, "phone_numbers": numbers}}))
    port = free_port()
    command = ["node", str(EMULATE), "--service", "twilio", "--port", str(port), "--seed", str(seed)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        emulator = Emulator(f"http://127.0.0.1:{port}")
        _wait_for(emulator.client)
        yield emulator
        emulator.client.close()
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(client: httpx.Client) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            client.get("/")
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def test_an_sms_that_the_emulator_signs_is_answered(emulator: Emulator, witness: tuple[Witness, str], echo: Echo) -> None:
    emulator.carries("Сіздің шотыңыз бұғатталды, кодты айтыңыз", sender="+77011234567", to=OUR_SMS)
    heard = echo.heard[-1]
    assert (heard.door, heard.sender, heard.text) == (Door.SMS, "+77011234567", "Сіздің шотыңыз бұғатталды, кодты айтыңыз")
    assert witness[0].statuses[-1] == 200


def test_so_is_a_whatsapp_message_and_the_number_that_picks_a_button(emulator: Emulator, echo: Echo) -> None:
    emulator.carries("Сәлем 😀 & <b>", sender="whatsapp:+77011234567", to=OUR_WHATSAPP)
    emulator.carries("1", sender="whatsapp:+77011234567", to=OUR_WHATSAPP)
    assert [(heard.door, heard.text, heard.pressed) for heard in echo.heard[-2:]] == [
        (Door.WHATSAPP, "Сәлем 😀 & <b>", ""),
        (Door.WHATSAPP, "", "emergency"),
    ]


def test_a_signature_for_another_address_of_ours_is_refused(emulator: Emulator, witness: tuple[Witness, str], echo: Echo) -> None:
    heard = len(echo.heard)
    emulator.carries("Сәлем", sender="+77011234567", to=FORGED)
    assert witness[0].statuses[-1] == 403
    assert len(echo.heard) == heard
