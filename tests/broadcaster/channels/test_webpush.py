import base64
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.addresses import Address, Channel
from broadcaster.channels import vapid
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.channels.webpush import WebPush
from tests.broadcaster.channels.browsers import SERVICE, Browser, ToLoopback, base64url
from tests.broadcaster.channels.letters import TEXT, address, message
from tests.broadcaster.conftest import KEY, NOW
from tests.fakes.tools import needs, node

USELESS = Refused(reason="push: no usable subscription", dead=True, next_channel=True)


def answer(status: int, *, headers: dict[str, str] | None = None, text: str = "") -> httpx.Response:
    async def body() -> AsyncIterator[bytes]:
        yield text.encode()

    return httpx.Response(status, headers=headers, content=body())


def of(subscription: dict[str, Any]) -> Address:
    return address(Channel.PUSH, json.dumps(subscription))


async def posted(
    to: Address, service: Callable[[httpx.Request], httpx.Response] = lambda request: answer(201), **changes: Any
) -> Outcome:
    push = WebPush(key=KEY, contact="https://saqbol.example", clock=lambda: NOW, transport=httpx.MockTransport(service))
    try:
        return await push.send(message(to, **changes))
    finally:
        await push.close()


async def test_only_the_browser_can_read_what_the_push_service_carries() -> None:
    browser, requests = Browser(), []

    def service(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answer(201)

    assert await posted(of(browser.subscription()), service) == Accepted()
    (request,) = requests
    link = "https://saqbol.example/u/AAADAAAAKQabcdefghij"
    assert browser.reads(request.content) == {"text": TEXT, "language": "kk", "code": "K7M2", "stop": link}
    assert TEXT.encode() not in request.content
    assert (request.headers["ttl"], request.headers["topic"]) == ("86400", "K7M2")


async def test_the_signature_is_for_this_push_service_and_ends_within_a_day() -> None:
    tokens = []

    def service(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["authorization"])
        return answer(201)

    await posted(of(Browser().subscription("https://push.example:443/abc")), service)
    scheme, parameters = tokens[0].split(" ", 1)
    named = dict(parameter.split("=", 1) for parameter in parameters.split(","))
    claims = json.loads(base64.urlsafe_b64decode(named["t"].split(".")[1] + "=="))
    expires = int((NOW + timedelta(hours=12)).timestamp())
    assert scheme == "vapid"
    assert named["k"] == vapid.application_server_key(KEY)
    assert claims == {"aud": "https://push.example", "exp": expires, "sub": "https://saqbol.example"}


@pytest.mark.parametrize("length", [600, 1_900, 2_000, 2_500])
async def test_the_limit_of_4096_encrypted_bytes_is_held_by_us(length: int) -> None:
    bodies = []

    def service(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return answer(201)

    outcome = await posted(of(Browser().subscription()), service, text="ұ" * length)
    if 2 * length > 3_850:
        assert (outcome, bodies) == (Refused(reason="push: text is too long", next_channel=True), [])
    else:
        assert outcome == Accepted()
        assert len(bodies[0]) <= 4_096


@pytest.mark.parametrize(
    ("status", "headers", "meant"),
    [
        (200, {}, Accepted()),
        (202, {}, Accepted()),
        (404, {}, Refused(reason="push 404: unsubscribed", dead=True, next_channel=True)),
        (410, {}, Refused(reason="push 410: unsubscribed", dead=True, next_channel=True)),
        (400, {}, Refused(reason="push 400", next_channel=True)),
        (403, {}, Refused(reason="push 403", next_channel=True)),
        (413, {}, Refused(reason="push: text is too long", next_channel=True)),
        (302, {"location": "http://127.0.0.1/"}, Refused(reason="push 302", next_channel=True)),
        (429, {"retry-after": "7"}, TryLater(reason="push 429", seconds=7)),
        (429, {"retry-after": "Fri, 21 Nov 2025 07:16:00 GMT"}, TryLater(reason="push 429")),
        (429, {}, TryLater(reason="push 429")),
        (503, {"retry-after": "7"}, TryLater(reason="push 503", seconds=7)),
        (503, {}, Unknown(reason="push 503")),
        (500, {}, Unknown(reason="push 500")),
    ],
)
async def test_an_answer_of_the_push_service_means_this_to_us(status: int, headers: dict[str, str], meant: Outcome) -> None:
    asked = []

    def service(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return answer(status, headers=headers)

    assert await posted(of(Browser().subscription()), service) == meant
    assert asked == ["https://push.example/abc"]


async def test_a_strangers_endpoint_holds_nobody_else_up() -> None:
    hostile = {"retry-after": "999999999"}
    assert await posted(of(Browser().subscription()), lambda request: answer(429, headers=hostile)) == TryLater(
        reason="push 429", seconds=3_600
    )


async def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 1_024

    assert await posted(of(Browser().subscription()), lambda request: httpx.Response(201, content=endless())) == Accepted()
    assert read < 20


async def test_an_answer_that_breaks_off_has_said_enough_in_its_first_line() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"cre"
        raise httpx.ReadError("no")

    assert await posted(of(Browser().subscription()), lambda request: httpx.Response(201, content=broken())) == Accepted()


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_what_never_reached_the_service_waits(error: type[httpx.TransportError]) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error("no")

    assert await posted(of(Browser().subscription()), broken) == TryLater(reason="push: not reached", seconds=60)


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError])
async def test_r3_a_lost_answer_is_unknown(error: type[httpx.TransportError]) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error("no")

    assert await posted(of(Browser().subscription()), broken) == Unknown(reason=f"push: {error.__name__}")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/abc",
        "https://127.0.0.1/abc",
        "https://[::1]/abc",
        "https://2130706433/abc",
        "https://0x7f.1/abc",
        "https://localhost/abc",
        "https://push.example:8443/abc",
        "https://somebody@push.example/abc",
        "https://push.example\\@127.0.0.1/abc",
        "https://push.example/a\nb",
        "https://push.example/a b",
        "https://push.example/\u0436",
        "https://push.example/" + "a" * 1_800,
        "file:///etc/passwd",
        "",
    ],
)
async def test_nothing_is_posted_to_what_is_no_push_service(endpoint: str) -> None:
    asked = []

    def service(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer(201)

    assert await posted(of(Browser().subscription(endpoint)), service) == USELESS
    assert asked == []


async def test_a_bare_endpoint_cannot_be_written_to() -> None:
    assert await posted(address(Channel.PUSH, "https://push.example/abc")) == USELESS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=90),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["endpoint", "keys", "p256dh", "auth"]), inner),
    max_leaves=8,
)


@given(subscription=JSON)
async def test_whatever_a_page_gives_as_its_subscription_is_no_crash(subscription: object) -> None:
    assert await posted(Address(Channel.PUSH, json.dumps(subscription))) == USELESS


@given(p256dh=st.text(max_size=90), auth=st.text(max_size=30))
async def test_nor_are_keys_that_are_none(p256dh: str, auth: str) -> None:
    subscription = {"endpoint": "https://push.example/abc", "keys": {"p256dh": p256dh, "auth": auth}}
    assert await posted(Address(Channel.PUSH, json.dumps(subscription))) == USELESS


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("push")
    with node(SERVICE, ["{port}"], folder=folder) as url:
        yield url


@needs(SERVICE)[0]
@needs(SERVICE)[1]
async def test_somebody_elses_push_service_checks_our_signature_decrypts_and_expires(service: str) -> None:
    push = WebPush(key=KEY, contact="https://saqbol.example", clock=lambda: datetime.now(UTC), transport=ToLoopback(service))
    async with httpx.AsyncClient(base_url=service) as browser:

        async def subscribed(key: str) -> tuple[Address, str]:
            asked = await browser.post("/subscribe", json={"userVisibleOnly": "true", "applicationServerKey": key})
            made = asked.raise_for_status().json()["data"]
            endpoint = f"https://push.example{httpx.URL(made['endpoint']).path}"
            return of({"endpoint": endpoint, "keys": made["keys"]}), made["clientHash"]

        to, name = await subscribed(vapid.application_server_key(KEY))
        foreign = ec.generate_private_key(ec.SECP256R1()).public_key()
        to_others, _ = await subscribed(base64url(foreign.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))
        assert await push.send(message(to)) == Accepted()
        came = (await browser.post("/get-notifications", json={"clientHash": name})).json()["data"]["messages"]
        assert [json.loads(each)["text"] for each in came] == [TEXT]
        assert await push.send(message(to_others)) == Refused(reason="push 400", next_channel=True)
        await browser.post(f"/expire-subscription/{name}")
        assert await push.send(message(to)) == Refused(reason="push 410: unsubscribed", dead=True, next_channel=True)
    await push.close()
