import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from broadcaster.addresses import Channel
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.channels.relay import GATHERING_SECONDS, LARGEST_BATCH, Relay
from broadcaster.channels.relay_protocol import Partner
from broadcaster.channels.signatures import BadSecret
from content.language import Language
from tests.broadcaster.channels.letters import address, message
from tests.broadcaster.channels.test_signatures import OTHER, SECRET

TEXTS = {Language.KK: "Бұл пирамида. Код K7M2.", Language.RU: "Это пирамида. Код K7M2."}
PARTNERS = {"kaspi": Partner(url="https://kaspi.example/saqbol", secret=SECRET)}


def client(pseudonym: str, **changes: Any) -> Message:
    """Of a partner's, whom only the partner can write to."""
    to = address(Channel.RELAY, f"kaspi/{pseudonym}")
    return message(to, **{"receipt_id": f"receipt-{pseudonym}", "texts": TEXTS} | changes)


class Bank:
    """A partner that keeps to the protocol: what it has relayed, each message once, and what it answers next."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.relayed: list[str] = []
        self.refuses: dict[str, str] = {}
        self.faults: list[Callable[[], httpx.Response]] = []
        self.loses_answers = 0
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.faults:
            return self.faults.pop(0)()
        taken = [each["id"] for each in self.batch(-1)["messages"] if each["id"] not in self.refuses]
        self.relayed += [id for id in taken if id not in self.relayed]
        if self.loses_answers:
            self.loses_answers -= 1
            raise httpx.ReadError("the answer got lost")
        return httpx.Response(200, json={"refused": self.refuses})

    def batch(self, number: int) -> Mapping[str, Any]:
        """What came in this request, when the specification's own library accepts the signature."""
        request = self.requests[number]
        batch: Mapping[str, Any] = Webhook(SECRET).verify(request.content, dict(request.headers))
        return batch

    async def gets(self, *messages: Message, partners: Mapping[str, Partner] = PARTNERS) -> list[Outcome]:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            await asyncio.sleep(0)

        relay = Relay(partners, clock=lambda: datetime.now(UTC), sleep=sleep, transport=httpx.MockTransport(self))
        outcomes = await asyncio.gather(*map(relay.send, messages))
        await relay.close()
        return outcomes


async def test_messages_of_a_campaign_go_in_one_signed_batch_with_both_texts() -> None:
    bank = Bank()
    outcomes = await bank.gets(client("b17"), client("a4", language=Language.RU))
    assert bank.batch(0) == {
        "campaign": "K7M2",
        "texts": {"kk": "Бұл пирамида. Код K7M2.", "ru": "Это пирамида. Код K7M2."},
        "messages": [
            {"id": "receipt-a4", "to": "a4", "language": "ru"},
            {"id": "receipt-b17", "to": "b17", "language": "kk"},
        ],
    }
    (request,) = bank.requests
    assert outcomes == [Accepted(reference=request.headers["webhook-id"])] * 2
    assert str(request.url) == "https://kaspi.example/saqbol"
    assert bank.slept == [GATHERING_SECONDS]


async def test_each_partner_and_campaign_has_its_own_batch() -> None:
    bank = Bank()
    partners = PARTNERS | {"halyk": Partner(url="https://halyk.example/warn", secret=OTHER)}
    halyks = message(address(Channel.RELAY, "halyk/b17"), texts=TEXTS)
    bank.faults = [lambda: httpx.Response(204)] * 3
    outcomes = await bank.gets(client("b17"), client("b17", campaign=4, code="B3XP"), halyks, partners=partners)
    assert sorted(request.url.host for request in bank.requests) == ["halyk.example", "kaspi.example", "kaspi.example"]
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)


async def test_a_full_batch_waits_for_nobody() -> None:
    bank = Bank()
    outcomes = await bank.gets(*(client(f"c{number}") for number in range(2 * LARGEST_BATCH + 1)))
    assert sorted(len(bank.batch(number)["messages"]) for number in range(3)) == [1, LARGEST_BATCH, LARGEST_BATCH]
    assert len(bank.relayed) == 2 * LARGEST_BATCH + 1
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)


async def test_the_partner_refuses_by_message() -> None:
    bank = Bank()
    bank.refuses = {"receipt-a": "opted-out", "receipt-b": "gone", "receipt-c": "no app", "receipt-z": "nobody asked"}
    outcomes = await bank.gets(*map(client, "abcd"))
    assert outcomes == [
        Refused(reason="relay: opted out", suppress=True),
        Refused(reason="relay: gone", dead=True, next_channel=True),
        Refused(reason="relay: refused", next_channel=True),
        Accepted(reference=bank.requests[0].headers["webhook-id"]),
    ]


async def test_r3_a_lost_answer_is_asked_for_again_under_the_same_id_and_nobody_is_warned_twice() -> None:
    bank = Bank()
    bank.loses_answers = 2
    outcomes = await bank.gets(client("a"), client("b"))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len({request.headers["webhook-id"] for request in bank.requests}) == 1
    assert len(bank.requests) == 3
    assert sorted(bank.relayed) == ["receipt-a", "receipt-b"]
    assert bank.slept == [GATHERING_SECONDS, 1, 4]


async def test_an_answer_that_stays_lost_is_unknown() -> None:
    bank = Bank()
    bank.loses_answers = 9
    assert await bank.gets(client("a")) == [Unknown(reason="relay: ReadError")]
    assert len(bank.requests) == 4


async def test_to_be_turned_away_after_a_lost_answer_is_no_proof_that_nothing_was_sent() -> None:
    bank = Bank()
    bank.faults = [_lost, *([lambda: httpx.Response(429, headers={"retry-after": "7"})] * 3)]
    assert await bank.gets(client("a")) == [Unknown(reason="relay: ReadError")]


def _lost() -> httpx.Response:
    raise httpx.ReadError("no")


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (httpx.Response(204), Accepted),
        (httpx.Response(202, json={}), Accepted),
        (httpx.Response(200, json={"refused": {}, "more": 1}), Accepted),
        (httpx.Response(200, text="<html>"), Unknown),
        (httpx.Response(200, json={"refused": ["receipt-a"]}), Unknown),
        (httpx.Response(500), Unknown),
        (httpx.Response(503), Unknown),
    ],
)
async def test_only_an_answer_that_can_be_read_is_one(answer: httpx.Response, meant: type[Outcome]) -> None:
    bank = Bank()
    bank.faults = [lambda: answer] * 4
    (outcome,) = await bank.gets(client("a"))
    assert isinstance(outcome, meant)


@pytest.mark.parametrize(
    ("status", "headers", "meant"),
    [
        (429, {"retry-after": "7"}, TryLater(reason="relay 429", seconds=7, whole_bucket=True, too_fast=True)),
        (429, {}, TryLater(reason="relay 429", seconds=60, whole_bucket=True, too_fast=True)),
        (503, {"retry-after": "7"}, TryLater(reason="relay 503", seconds=7, whole_bucket=True)),
        (401, {}, TryLater(reason="relay 401", seconds=300, whole_bucket=True)),
        (302, {"location": "https://elsewhere.example"}, TryLater(reason="relay 302", seconds=300, whole_bucket=True)),
    ],
)
async def test_r4_a_partner_that_turns_us_away_took_nothing(status: int, headers: dict[str, str], meant: Outcome) -> None:
    bank = Bank()
    bank.faults = [lambda: httpx.Response(status, headers=headers)]
    assert await bank.gets(client("a"), client("b")) == [meant] * 2
    assert len(bank.requests) == 1


async def test_what_never_reached_the_partner_waits() -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    relay = Relay(PARTNERS, clock=lambda: datetime.now(UTC), sleep=_at_once, transport=httpx.MockTransport(unreachable))
    assert await relay.send(client("a")) == TryLater(reason="relay: not reached", seconds=60, whole_bucket=True)
    await relay.close()


async def _at_once(seconds: float) -> None:
    await asyncio.sleep(0)


async def test_nobody_stands_for_an_unknown_partner() -> None:
    stranger = message(address(Channel.RELAY, "nobank/b17"), texts=TEXTS)
    assert await Bank().gets(stranger) == [Refused(reason="relay: no such partner", next_channel=True)]


async def test_one_who_gives_up_waiting_takes_nobody_along() -> None:
    bank, held = Bank(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        await held.wait()

    relay = Relay(PARTNERS, clock=lambda: datetime.now(UTC), sleep=sleep, transport=httpx.MockTransport(bank))
    first, second = asyncio.create_task(relay.send(client("a"))), asyncio.create_task(relay.send(client("b")))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    held.set()
    assert isinstance(await second, Accepted)
    assert sorted(bank.relayed) == ["receipt-a", "receipt-b"]
    await relay.close()


async def test_closing_finishes_what_was_gathered() -> None:
    bank = Bank()
    relay = Relay(PARTNERS, clock=lambda: datetime.now(UTC), sleep=_at_once, transport=httpx.MockTransport(bank))
    sending = asyncio.create_task(relay.send(client("a")))
    await asyncio.sleep(0)
    await relay.close()
    assert isinstance(await sending, Accepted)


def test_a_partner_without_a_proper_secret_is_none() -> None:
    with pytest.raises(BadSecret):
        Partner(url="https://kaspi.example", secret="hunter2")
