import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from broadcaster import addresses, consent, database, links
from broadcaster.addresses import Channel
from broadcaster.channels.twilio_receipts import Reader
from broadcaster.contacts import ContactId
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.ledger_codes import State
from broadcaster.web.group_commit import LARGEST, GroupCommit
from broadcaster.web.receiving import TwilioReceipts
from broadcaster.web.register import Register
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.conftest import ACCOUNT, PUBLIC_URL, TOKEN
from tests.broadcaster.web.test_receiving import AIGUL, reasons, sent, states, told


class Hostile(Exception):
    """What one of many raises."""


@pytest.fixture
async def kept(register: Connection, tmp_path: Path) -> AsyncIterator[Register]:
    register.execute("CREATE TABLE note (word TEXT UNIQUE)")
    kept = Register(partial(database.open, url_in(tmp_path), KEY))
    await kept.open()
    yield kept
    await kept.close()


def writing(word: str, *, then: Exception | None = None) -> Callable[[Connection], None]:
    def write(connection: Connection) -> None:
        connection.execute("INSERT INTO note VALUES (?)", [word])
        if then is not None:
            raise then

    return write


def notes(register: Connection) -> list[str]:
    return [row["word"] for row in register.execute("SELECT word FROM note ORDER BY rowid")]


async def test_whoever_was_answered_is_committed_in_the_order_they_came(kept: Register, register: Connection) -> None:
    group = GroupCommit(kept)
    many = [f"{number:04}" for number in range(3 * LARGEST)]
    await asyncio.gather(*(group.join(writing(word), durable=False) for word in many))
    assert notes(register) == many


async def test_a_hostile_one_leaves_nothing_and_its_neighbours_stay(kept: Register, register: Connection) -> None:
    group = GroupCommit(kept)
    works = [writing("Aigul"), writing("hostile", then=Hostile()), writing("Aigul"), writing("Saule")]
    answers = await asyncio.gather(*(group.join(work, durable=False) for work in works), return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), Hostile, sqlite3.IntegrityError, type(None)]
    assert notes(register) == ["Aigul", "Saule"]


async def test_a_database_that_fails_one_fails_all_and_keeps_nothing(kept: Register, register: Connection) -> None:
    group = GroupCommit(kept)
    works = [writing("Aigul"), writing("Daniyar", then=DatabaseUnavailable()), writing("Saule")]
    answers = await asyncio.gather(*(group.join(work, durable=False) for work in works), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseUnavailable] * 3
    assert notes(register) == []
    await group.join(writing("Saule"), durable=False)
    assert notes(register) == ["Saule"]


async def test_whoever_hangs_up_while_waiting_costs_the_others_nothing(kept: Register, register: Connection) -> None:
    group = GroupCommit(kept)
    leaving, staying = (asyncio.create_task(group.join(writing(word), durable=False)) for word in ("Daniyar", "Aigul"))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert "Aigul" in notes(register)


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def all_sent(register: Connection, people: Town, n: int) -> list[str]:
    return [sent(register, people, contact) for contact in people.people(n, channels=("phone",))]


async def test_concurrent_receipts_repeated_and_out_of_order_are_each_their_own(
    world: httpx.AsyncClient, register: Connection, people: Town
) -> None:
    names = all_sent(register, people, 60)
    statuses = ["delivered" if number % 3 else "undelivered" for number in range(60)]
    asked = [
        told(world, name, status, MessageSid=f"SM{number}", **({} if status == "delivered" else {"ErrorCode": "30003"}))
        for _ in range(3)
        for number, (name, status) in enumerate(zip(names, statuses, strict=True))
    ]
    early = [told(world, name, word) for name in names for word in ("queued", "sent")]
    assert set(await asyncio.gather(*early, *reversed(asked))) == {204}
    assert states(register) == [State[status.upper()] for status in statuses]
    references = {reference for reference, _ in reasons(register)}
    assert references == {f"SM{number}" for number in range(60)}


async def test_a_receipt_for_an_unknown_campaign_does_not_hurt_its_neighbours(
    world: httpx.AsyncClient, register: Connection, people: Town
) -> None:
    first, second = all_sent(register, people, 2)
    unknown = links.receipt_token(KEY, 900, ContactId(1))
    forged = first[:-1] + ("A" if first[-1] != "A" else "B")
    answers = await asyncio.gather(
        told(world, first, "delivered"),
        told(world, unknown, "delivered"),
        told(world, unknown, "undelivered", ErrorCode="21610"),
        told(world, forged, "delivered"),
        told(world, second, "delivered"),
    )
    assert tuple(answers) == (204, 404, 404, 404, 204)
    assert states(register) == [State.DELIVERED] * 2


async def test_a_locked_database_is_told_and_the_providers_next_try_counts(
    world: httpx.AsyncClient, register: Connection, people: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = all_sent(register, people, 3)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    await world.get("/readyz")  # it sets the connection's patience anew
    with database.transaction(register):
        refused = await asyncio.gather(*(told(world, name, "delivered") for name in names))
    assert refused == [503] * 3
    assert states(register) == [State.ACCEPTED] * 3
    assert await asyncio.gather(*(told(world, name, "delivered") for name in names)) == [204] * 3
    assert states(register) == [State.DELIVERED] * 3


async def test_r14_a_stop_told_in_a_receipt_waits_for_the_disk(register: Connection, people: Town, tmp_path: Path) -> None:
    """A receipt does not: nobody was promised anything."""
    name = sent(register, people, people.person(phone=AIGUL, consent=("warn",)))

    async def durability_of(status: str, **more: str) -> list[str]:
        said: list[str] = []
        kept = Register(partial(database.open, url_in(tmp_path), KEY))
        await kept.ask(lambda connection: connection.set_trace_callback(said.append))
        reader = Reader(public_url=PUBLIC_URL, auth_token=TOKEN, account_sid=ACCOUNT)
        door = TwilioReceipts(kept, reader, key=KEY, clock=lambda: NOW)
        app = Starlette(routes=[Route("/receipts/twilio/{id}", door.receive, methods=["POST"])])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://10.0.0.7:8001") as client:
            assert await told(client, name, status, **more) == 204
        await kept.close()
        return [word.partition("synchronous=")[2] for word in said if "synchronous=" in word]

    assert await durability_of("undelivered", ErrorCode="21610") == ["FULL"]
    assert consent.is_suppressed(register, addresses.normalise(Channel.PHONE, AIGUL))
    assert await durability_of("delivered") == ["NORMAL"]
