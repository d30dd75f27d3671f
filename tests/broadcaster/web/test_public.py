from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.routing import Route

from broadcaster import database
from broadcaster.database import Connection, WrongAddressKey
from broadcaster.web import public
from broadcaster.web.headers import HEADERS
from tests.broadcaster.web.conftest import WORDS, reached, settings_in


def routes(folder: Path, **changed: object) -> set[tuple[str, str]]:
    app = public.build(settings_in(folder).model_copy(update=changed), words=WORDS)
    return {(route.path, method) for route in app.routes if isinstance(route, Route) for method in route.methods or ()}


PAGES = ("/", "/code", "/code/{code}", "/removals", "/removals.json", "/subscribe", "/u/{token}", "/u/{token}/choices")
FILES = ("/public/public.css", "/public/icon.svg", "/public/subscribe.js", "/push-worker.js")
SHOWN = {(path, method) for path in (*PAGES, *FILES, "/healthz", "/readyz", "/metrics") for method in ("GET", "HEAD")}
ACTING = ("/u/{token}", "/u/{token}/choices", "/subscribe/push", "/subscribe/push/stop", "/subscribe/push/moved")
ALWAYS = SHOWN | {(path, "POST") for path in ACTING}
TWILIO, RELAY = ("/receipts/twilio/{id}", "POST"), ("/receipts/relay", "POST")


def test_this_is_all_that_the_world_may_call(tmp_path: Path) -> None:
    assert routes(tmp_path) == ALWAYS | {TWILIO, RELAY}


def test_receipts_of_a_channel_that_is_closed_are_not_taken(tmp_path: Path) -> None:
    assert routes(tmp_path, partners={}) == ALWAYS | {TWILIO}
    assert routes(tmp_path, twilio_auth_token=SecretStr("")) == ALWAYS | {RELAY}
    assert routes(tmp_path, twilio_account_sid="") == ALWAYS | {RELAY}
    assert routes(tmp_path, public_url="") == ALWAYS | {RELAY}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/u/x", "/u/", "/receipts/relay"])
async def test_every_answer_has_the_headers(world: httpx.AsyncClient, path: str) -> None:
    answer = await world.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_r10_not_ready_while_the_database_takes_no_writes(world: httpx.AsyncClient, register: Connection) -> None:
    assert (await world.get("/readyz")).status_code == 200
    with database.transaction(register):
        answer = await world.get("/readyz")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert (await world.get("/healthz")).status_code == 200
    assert (await world.get("/readyz")).status_code == 200


async def test_another_databases_key_stops_it_at_the_start(register: Connection, tmp_path: Path) -> None:
    with pytest.raises(WrongAddressKey):
        async with reached(settings_in(tmp_path).model_copy(update={"address_key": SecretStr("ab" * 32)})):
            pass


async def test_an_address_with_a_slash_too_many_sends_nobody_to_the_host_of_the_request(world: httpx.AsyncClient) -> None:
    answer = await world.get("/subscribe/", headers={"Host": "evil.example"})
    assert answer.status_code == 404
    assert "evil.example" not in f"{answer.headers}{answer.text}"
