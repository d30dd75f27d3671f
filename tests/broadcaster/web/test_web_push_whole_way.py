"""From the page to the browser: subscribed through the page, sent to by the real sender over somebody else's push service."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from broadcaster import audience, campaign_records
from broadcaster.channels import vapid
from broadcaster.channels.webpush import WebPush
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.channels.browsers import SERVICE, ToLoopback
from tests.broadcaster.conftest import KEY
from tests.broadcaster.post import sender, states
from tests.broadcaster.town import town
from tests.broadcaster.web.conftest import PUBLIC_URL, reached, settings_in
from tests.fakes.tools import needs, node

pytestmark = needs(SERVICE)
PUSH = SendingChannel.PUSH


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    with node(SERVICE, ["{port}"], folder=tmp_path) as url:
        yield url


async def send(folder: Path, service: str) -> None:
    push = WebPush(key=KEY, contact=PUBLIC_URL, clock=lambda: datetime.now(UTC), transport=ToLoopback(service))
    await asyncio.wait_for(sender(folder, {PUSH: push}).run(until_idle=True), timeout=60)


async def test_a_browser_of_the_page_gets_the_text_and_is_dead_once_it_has_gone(
    register: Connection, tmp_path: Path, service: str
) -> None:
    people = town(register)
    async with httpx.AsyncClient(base_url=service) as browser, reached(settings_in(tmp_path)) as page:
        key = vapid.application_server_key(KEY)
        assert key in (await page.get("/subscribe")).text
        asked = await browser.post("/subscribe", json={"userVisibleOnly": "true", "applicationServerKey": key})
        made = asked.raise_for_status().json()["data"]
        endpoint = f"https://push.example{httpx.URL(made['endpoint']).path}"
        said = {
            "subscription": {"endpoint": endpoint, "expirationTime": None, "keys": made["keys"]},
            "topics": ["financial-pyramid"],
            "region": "",
            "language": "ru",
            "press": "press-001",
        }
        assert (await page.post("/subscribe/push", json=said)).status_code == 204

        first = people.campaign(channels=("push",), text={"kk": "Сақ болыңыз!", "ru": "Будьте осторожны!"})
        await send(tmp_path, service)
        assert states(register, first) == {"accepted": 1}
        asked = await browser.post("/get-notifications", json={"clientHash": made["clientHash"]})
        (came,) = [json.loads(each) for each in asked.json()["data"]["messages"]]
        assert came["text"].startswith("Будьте осторожны!")
        assert came["language"] == "ru"
        stop = came["stop"].removeprefix(PUBLIC_URL)
        assert (await page.get(stop)).status_code == 200, "the link in the notification opens our page"

        await browser.post(f"/expire-subscription/{made['clientHash']}")
        second = people.campaign(channels=("push",))
        await send(tmp_path, service)
        assert states(register, second) == {"refused": 1}
        assert register.execute("SELECT count(*) FROM address WHERE dead_at IS NULL").fetchone()[0] == 0
        third = campaign_records.find(register, people.campaign(channels=("push",)))
        assert audience.reached(register, third.content).audience == 0
