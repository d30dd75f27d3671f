"""Telegram's webhook: its secret, its repeats, and ten thousand hostile bodies."""

import asyncio
import json
import random
from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs

from bot.telegram import LONGEST_BODY, PATH
from tests.bot.telegram_town import (
    GOOD,
    PUBLIC,
    Town,
    settled,
    the_town,
)
from tests.fakes import hostile
from tests.fakes.bot_api import TOKEN


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with the_town() as found:
        yield found


async def test_a_webhook_is_set_with_a_secret_and_only_the_kinds_we_read(town: Town) -> None:
    await town.has_a_webhook()
    (asked,) = town.api.asked("setWebhook")

    assert asked["url"] == PUBLIC + PATH
    assert asked["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert len(asked["secret_token"]) == 64
    assert asked["secret_token"] not in TOKEN


async def test_a_question_through_the_webhook_is_answered(town: Town) -> None:
    await town.has_a_webhook()
    town.aigul.writes("Это мошенники?")
    await town.aigul.hears()
    town.aigul.presses("Жоқ")

    assert await town.aigul.hears_text() == "Вы сказали: no"
    assert [status for _, status in town.api.world.delivered] == [200, 200]


async def test_telegram_gets_its_200_before_the_answer_is_made(town: Town) -> None:
    await town.has_a_webhook()
    gate = asyncio.get_running_loop().create_future()
    town.echo.says = lambda incoming: asyncio.run_coroutine_threadsafe(_wait_for(gate), gate.get_loop()).result()

    assert await town.posts(GOOD) == 200
    assert not gate.done()
    gate.set_result("наконец")


async def _wait_for(gate: "asyncio.Future[str]") -> str:
    return await gate


async def test_an_update_that_comes_again_is_answered_once(town: Town) -> None:
    await town.has_a_webhook()
    town.aigul.has_started = True
    for _ in range(1_000):
        assert await town.posts(GOOD) == 200
    town.aigul.writes("Тағы бір сұрақ")

    _, answer = await town.aigul.hears(2)
    assert answer.text == "Вы сказали: Тағы бір сұрақ"
    assert len(town.echo.heard) == 2


async def test_an_update_that_our_server_missed_is_repeated_and_answered_once(town: Town) -> None:
    await town.has_a_webhook()
    town.app.router.routes[:], kept = [], town.app.router.routes[:]
    town.aigul.writes("Слышно?")
    await asyncio.sleep(0.06)
    town.app.router.routes[:] = kept

    assert await town.aigul.hears_text() == "Вы сказали: Слышно?"
    assert next(status for _, status in town.api.world.delivered) == 404
    assert len(town.echo.heard) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": "0" * 64},
        {"X-Telegram-Bot-Api-Secret-Token": TOKEN},
        {"Authorization": "Bearer x"},
    ],
)
async def test_without_our_secret_nothing_is_read(town: Town, headers: dict[str, str]) -> None:
    await town.has_a_webhook()

    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append("{")
        yield b"{"

    assert (await town.client.post(PATH, content=body(), headers=headers)).status_code == 403
    assert read == []
    assert await town.posts(GOOD, headers) == 403
    assert town.echo.heard == []


async def test_a_secret_that_is_not_ascii_is_a_wrong_one(town: Town) -> None:
    await town.has_a_webhook()
    request = town.client.build_request("POST", PATH, json=GOOD)
    request.headers = httpx.Headers([(b"x-telegram-bot-api-secret-token", b"\xd2\x9b\xff")])

    assert (await town.client.send(request)).status_code == 403


async def test_more_than_can_be_held_is_sent_away_to_come_again(town: Town) -> None:
    await town.has_a_webhook()
    door = await town.start(public_url=PUBLIC, room=0)
    (first, _) = town.api.asked("setWebhook")
    signed = {"X-Telegram-Bot-Api-Secret-Token": first["secret_token"]}

    assert await town.posts(GOOD, signed) == 429
    assert town.echo.heard == []
    await door.close()


async def test_a_poller_with_no_room_left_waits_and_loses_nothing(town: Town) -> None:
    for number in range(5):
        town.aigul.writes(f"{number}")
    await town.start(public_url="", room=1)

    assert [seen.text for seen in await town.aigul.hears(5)] == [f"Вы сказали: {number}" for number in range(5)]


async def test_ten_thousand_hostile_bodies_are_dropped_and_the_next_good_one_is_answered() -> None:
    async with the_town(in_all=10**9, per_chat=10**9) as town:
        await town.has_a_webhook()
        town.aigul.has_started = True
        signed = town.secret
        forged = {"X-Telegram-Bot-Api-Secret-Token": "f" * 64}
        with capture_logs() as logs:
            for number, body in enumerate(hostile.bodies(seed=2026, count=10_000, like=GOOD)):
                assert await town.posts(body.content, forged if number % 2 else {}) == 403, body.kind
            assert town.echo.heard == []
            for number, body in enumerate(hostile.bodies(seed=2027, count=10_000, like=GOOD)):
                assert await town.posts(body.content, signed) == 200, body.kind
                if number % 100 == 0:
                    await asyncio.sleep(0.01)
            await settled(town, heard=0)
        assert {line["reason"] for line in logs if line["event"] == "update.failed"} <= {
            "TelegramBadRequest",
            "TelegramForbiddenError",
        }
        assert len({heard.message_id for heard in town.echo.heard}) == len(town.echo.heard)

        town.echo.says = lambda incoming: "Слышно."
        town.aigul.writes("Слышно?")
        async with asyncio.timeout(10):
            while not town.aigul.sees or town.aigul.sees[-1].text != "Слышно.":  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        town.api.broken_rules.clear()  # a chat id made hostile is no chat id


async def test_any_update_the_description_allows_is_handled_or_ignored() -> None:
    chance = random.Random(2026)
    async with the_town(in_all=10**9, per_chat=10**9) as town:
        await town.has_a_webhook()
        with capture_logs() as logs:
            for number in range(2_000):
                update = town.api.schema.example("Update", chance, depth=3) | {"update_id": number}
                assert await town.posts(update) == 200, update
            await settled(town, heard=0)
        assert {line["reason"] for line in logs if line["event"] == "update.failed"} <= {"TelegramBadRequest"}
        town.api.broken_rules.clear()


async def test_a_body_beyond_the_limit_is_dropped(town: Town) -> None:
    await town.has_a_webhook()
    long = json.dumps({**GOOD, "padding": "x" * LONGEST_BODY}).encode()

    assert await town.posts(long) == 200
    assert town.echo.heard == []
