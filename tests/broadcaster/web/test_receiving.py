import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from broadcaster import addresses, consent, database, links, merging
from broadcaster.addresses import Channel
from broadcaster.channels import signatures
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.conftest import ACCOUNT, PARTNER_SECRET, PUBLIC_URL, TOKEN

AIGUL = "+77011234567"
SID = "SM0123456789abcdef0123456789abcdef"


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def aigul(people: Town) -> ContactId:
    return people.person(phone=AIGUL, telegram="700000001", consent=("warn",))


def sent(
    register: Connection,
    people: Town,
    contact: ContactId,
    *,
    state: State = State.ACCEPTED,
    by: SendingChannel = SendingChannel.SMS,
) -> str:
    """The signed name of a delivery."""
    campaign = people.campaign(state="sending", started_at=NOW - timedelta(hours=1))
    with database.transaction(register):
        row = [campaign, contact, route_of(by, Language.KK), state, 60]
        register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, ?)", row)
        register.execute("INSERT INTO tally VALUES (?, ?, ?, 1)", [campaign, row[2], state])
    return links.receipt_token(KEY, campaign, contact)


@pytest.fixture
def name(register: Connection, people: Town, aigul: ContactId) -> str:
    return sent(register, people, aigul)


def states(register: Connection) -> Sequence[State]:
    return [State(row["state"]) for row in register.execute("SELECT state FROM delivery ORDER BY campaign, contact")]


def reasons(register: Connection) -> Sequence[tuple[str, str]]:
    return [(row["reference"], row["reason"]) for row in register.execute("SELECT reference, reason FROM attempt")]


def fields(status: str, **more: str) -> dict[str, str]:
    return {"MessageSid": SID, "MessageStatus": status, "AccountSid": ACCOUNT, "To": AIGUL, "From": "Saqbol", **more}


def signature(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


async def told(world: httpx.AsyncClient, name: str, status: str, **more: str) -> int:
    form, path = fields(status, **more), f"/receipts/twilio/{name}"
    headers = {"x-twilio-signature": signature(PUBLIC_URL + path, form)}
    return (await world.post(path, data=form, headers=headers)).status_code


async def test_a_receipt_settles_its_delivery(world: httpx.AsyncClient, register: Connection, name: str) -> None:
    assert await told(world, name, "delivered") == 204
    assert states(register) == [State.DELIVERED]


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "accepted", "scheduled", "", "new-word"])
async def test_a_message_on_its_way_is_no_news(world: httpx.AsyncClient, register: Connection, name: str, status: str) -> None:
    assert await told(world, name, status) == 204
    assert states(register) == [State.ACCEPTED]


async def test_r9_receipts_in_any_order_and_number_end_the_same(
    world: httpx.AsyncClient, register: Connection, people: Town
) -> None:
    chance = random.Random(9)
    names = [sent(register, people, contact) for contact in people.people(20, channels=("phone",))]
    course = ["queued", "sent", "undelivered", "delivered", "sent"]
    for name in names:
        for status in chance.sample(course * 2, k=10):
            assert await told(world, name, status) == 204
    assert states(register) == [State.DELIVERED] * 20
    assert {row["n"] for row in register.execute("SELECT n FROM tally WHERE state = ?", [State.DELIVERED])} == {1}
    assert not register.execute("SELECT 1 FROM tally WHERE state <> ? AND n <> 0", [State.DELIVERED]).fetchall()


@pytest.mark.parametrize("both", [False, True])
async def test_a_receipt_finds_the_message_of_somebody_who_is_one_with_another_now(
    world: httpx.AsyncClient, register: Connection, people: Town, both: bool
) -> None:
    """`both`: each of the two got a message of this campaign."""
    phone, chat = addresses.normalise(Channel.PHONE, AIGUL), addresses.normalise(Channel.TELEGRAM, "700000001")
    name = sent(register, people, people.person(phone=AIGUL, consent=("warn",)))
    other = people.person(telegram="700000001", consent=("warn",))
    if both:
        with database.transaction(register):
            register.execute("INSERT INTO delivery SELECT campaign, ?, 1, state, second FROM delivery", [other])
    with database.transaction(register):
        merging.unite(register, [phone, chat], who="Daniyar", now=NOW)
    assert await told(world, name, "delivered") == 204
    assert states(register) == [State.DELIVERED, State.ACCEPTED][: both + 1]


async def test_an_undelivered_message_keeps_its_reason(world: httpx.AsyncClient, register: Connection, name: str) -> None:
    assert await told(world, name, "undelivered", ErrorCode="30003") == 204
    assert states(register) == [State.UNDELIVERED]
    assert reasons(register) == [(SID, "twilio 30003: telephone not reached")]


@pytest.mark.parametrize("code", ["", "-1", "1e999", "٣", "9" * 50, "20429"])
async def test_a_code_nobody_knows_is_a_plain_failure(
    world: httpx.AsyncClient, register: Connection, name: str, code: str
) -> None:
    assert await told(world, name, "failed", ErrorCode=code) == 204
    assert states(register) == [State.UNDELIVERED]
    assert not consent.is_suppressed(register, addresses.normalise(Channel.PHONE, AIGUL))


@pytest.mark.parametrize("code", ["21610", "63014"])
async def test_r14_a_block_told_in_a_receipt_is_a_stop(
    world: httpx.AsyncClient, register: Connection, name: str, code: str
) -> None:
    for _ in range(2):
        assert await told(world, name, "undelivered", ErrorCode=code) == 204
    assert consent.is_suppressed(register, addresses.normalise(Channel.PHONE, AIGUL))
    assert consent.is_suppressed(register, addresses.normalise(Channel.TELEGRAM, "700000001"))
    assert [tuple(row) for row in register.execute("SELECT kind, door FROM consent_event")] == [("stop", "provider:twilio")]
    assert register.execute("SELECT count(*) FROM opt_out").fetchone()[0] == 1


async def test_a_number_that_is_none_is_marked_dead_and_silences_nobody(
    world: httpx.AsyncClient, register: Connection, name: str
) -> None:
    assert await told(world, name, "undelivered", ErrorCode="30005") == 204
    dead = register.execute("SELECT channel FROM address WHERE dead_at IS NOT NULL").fetchall()
    assert [row["channel"] for row in dead] == ["phone"]
    assert not consent.is_suppressed(register, addresses.normalise(Channel.PHONE, AIGUL))


async def test_w3_a_receipt_repeated_a_hundred_times_has_one_effect(
    world: httpx.AsyncClient, register: Connection, name: str
) -> None:
    await told(world, name, "delivered")
    before = list(register.iterdump())
    for _ in range(100):
        assert await told(world, name, "delivered") == 204
    assert list(register.iterdump()) == before


GOOD = fields("delivered")


def forgeries(name: str) -> dict[str, tuple[str, str | None]]:
    """What is wrong → body and signature."""
    path = f"/receipts/twilio/{name}"
    url, body = PUBLIC_URL + path, urlencode(GOOD)
    right = signature(url, GOOD)
    foreign = {**GOOD, "AccountSid": "AC1"}
    return {
        "no signature": (body, None),
        "empty signature": (body, ""),
        "signature is no ASCII": (body, "é" * 28),
        "another token": (body, signature(url, GOOD, "another token")),
        "another scheme": (body, signature(url.replace("https", "http"), GOOD)),
        "the address behind the proxy": (body, signature("http://10.0.0.7:8001" + path, GOOD)),
        "another delivery": (body, signature(url + "x", GOOD)),
        "changed field": (body.replace("delivered", "undelivered"), right),
        "repeated field": (body + "&MessageStatus=delivered", right),
        "added field": (body + "&More=1", right),
        "foreign account": (urlencode(foreign), signature(url, foreign)),
        "empty form": ("", signature(url, {})),
    }


@pytest.mark.parametrize("wrong", forgeries("x"))
async def test_w2_what_twilio_did_not_sign_for_this_address_is_not_read(
    world: httpx.AsyncClient, register: Connection, name: str, wrong: str
) -> None:
    before = list(register.iterdump())
    body, signed = forgeries(name)[wrong]
    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    if signed is not None:
        headers.append((b"x-twilio-signature", signed.encode("latin-1")))
    answer = await world.post(f"/receipts/twilio/{name}", content=body, headers=headers)
    assert answer.status_code == 403
    assert list(register.iterdump()) == before


async def test_w1_hostile_bodies_never_make_a_5xx_and_the_next_good_one_counts(
    world: httpx.AsyncClient, register: Connection, name: str
) -> None:
    chance = random.Random(1)
    for number in range(300):
        body = chance.choice(
            [
                chance.randbytes(chance.randrange(200)),
                b"[" * 10_000,
                b"a=1e999&" * chance.randrange(300),
                b"a=%ed%a0%80",
                b"x" * 70_000,
                b"",
                b"&&&===;;;",
            ]
        )
        kind = chance.choice(["application/x-www-form-urlencoded", "application/json", "", "text/plain; charset=x"])
        path = chance.choice([f"/receipts/twilio/{name}", "/receipts/relay"])
        headers = {"content-type": kind, "x-twilio-signature": "x", "webhook-signature": "v1,x", "webhook-timestamp": "1"}
        answer = await world.post(path, content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (number, answer.status_code)
    assert await told(world, name, "delivered") == 204
    assert states(register) == [State.DELIVERED]


async def test_a_name_that_is_none_of_ours_is_not_found(world: httpx.AsyncClient, name: str) -> None:
    for wrong in (name[:-1] + ("A" if name[-1] != "A" else "B"), links.stop_token(KEY, 1, 1), "x"):
        assert await told(world, wrong, "delivered") == 404


async def test_a_receipt_waits_for_a_busy_database(world: httpx.AsyncClient, register: Connection, name: str) -> None:
    with database.transaction(register):
        telling = asyncio.create_task(told(world, name, "delivered"))
        await asyncio.sleep(1.5)
        assert not telling.done(), "as long as the audience of millions takes to be frozen"
    assert await telling == 204
    assert states(register) == [State.DELIVERED]


@pytest.fixture
def relayed(register: Connection, people: Town) -> Sequence[str]:
    clients = people.people(3, channels=("relay",), consent=())
    return [sent(register, people, client, by=SendingChannel.RELAY) for client in clients]


def batch(*told: tuple[str, str], at: datetime = NOW) -> bytes:
    return json.dumps({"receipts": [{"id": id, "status": status, "at": at.isoformat()} for id, status in told]}).encode()


async def relay(
    world: httpx.AsyncClient, body: bytes, *, now: datetime = NOW, secret: str = PARTNER_SECRET, id: str = "1"
) -> int:
    headers = signatures.signed(secret, id=id, body=body, now=now)
    return (await world.post("/receipts/relay", content=body, headers=headers)).status_code


async def test_a_partners_receipts_settle_what_it_passed_on(
    world: httpx.AsyncClient, register: Connection, relayed: Sequence[str]
) -> None:
    first, second, _ = relayed
    for _ in range(2):
        assert await relay(world, batch((first, "delivered"), ("none-of-ours", "delivered"), (second, "undelivered"))) == 204
    assert states(register) == [State.DELIVERED, State.UNDELIVERED, State.ACCEPTED]


@pytest.mark.parametrize(
    ("now", "secret"),
    [
        (NOW - timedelta(minutes=6), PARTNER_SECRET),
        (NOW + timedelta(minutes=6), PARTNER_SECRET),
        (NOW, "whsec_" + "B" * 40),
    ],
)
async def test_what_no_partner_signed_just_now_is_not_read(
    world: httpx.AsyncClient, register: Connection, relayed: Sequence[str], now: datetime, secret: str
) -> None:
    assert await relay(world, batch((relayed[0], "delivered")), now=now, secret=secret) == 403
    assert (await world.post("/receipts/relay", content=batch((relayed[0], "delivered")))).status_code == 403
    assert states(register) == [State.ACCEPTED] * 3


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"receipts": 1}', b'{"receipts": [{"id": 1}]}', b"[" * 5_000, b"\xff"])
async def test_a_partners_mistake_is_told_as_such(world: httpx.AsyncClient, body: bytes) -> None:
    assert await relay(world, body) == 400


async def test_a_batch_that_is_too_long_is_not_read_to_its_end(world: httpx.AsyncClient) -> None:
    assert await relay(world, b" " * (2 * 1024 * 1024 + 1)) == 413
