import asyncio
import json
import logging
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from aiogram.types import Update
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.message import Door, Incoming
from bot.reception import Reception
from bot.telegram import LONGEST_BODY, PATH, PAUSES, Telegram, TokenRefused, incoming_of
from content import library
from content.language import Language
from tests.fakes import hostile
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.conversation import BUTTONS, Echo

PUBLIC = "https://bot.example.kz"
NOW = datetime(2026, 11, 21, 7, 15, tzinfo=UTC)
WORDS = library.load()
GOOD = {
    "update_id": 10_000_000,
    "message": {
        "message_id": 5,
        "date": 1_800_000_000,
        "chat": {"id": 700_000_001, "type": "private", "first_name": "Айгуль"},
        "from": {"id": 700_000_001, "is_bot": False, "first_name": "Айгуль", "language_code": "kk"},
        "text": "Это мошенники?",
        "entities": [{"type": "text_link", "offset": 0, "length": 3, "url": "https://kaspl.kz/"}],
        "reply_markup": {"inline_keyboard": [[{"text": "Ашу", "url": "https://kaspi-bonus.top/"}]]},
    },
}
FILE = {"file_id": "f", "file_unique_id": "f"}


class Time:
    """Runs only when somebody sleeps: nobody waits in a test, and whoever does not wait is caught."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0.001)


@dataclass
class Town:
    """Aigul, Telegram, and our bot behind it."""

    api: BotApi
    aigul: Person
    echo: Echo
    time: Time
    start: Callable[..., Any]
    client: httpx.AsyncClient
    app: Starlette

    async def polls(self) -> Telegram:
        door: Telegram = await self.start(public_url="")
        return door

    async def has_a_webhook(self) -> Telegram:
        door: Telegram = await self.start(public_url=PUBLIC)
        return door

    @property
    def secret(self) -> dict[str, str]:
        (webhook,) = self.api.asked("setWebhook")
        return {"X-Telegram-Bot-Api-Secret-Token": webhook["secret_token"]}

    async def posts(self, body: bytes | dict[str, Any], headers: dict[str, str] | None = None) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = self.secret if headers is None else headers
        return (await self.client.post(PATH, content=content, headers=signed)).status_code


@asynccontextmanager
async def the_town(**limits: Any) -> AsyncIterator[Town]:
    app, time, echo = Starlette(), Time(), Echo()
    reception = Reception(lambda: echo, WORDS)
    async with AsyncExitStack() as closing:
        client = await closing.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC))
        api = await closing.enter_async_context(BotApi(clock=time, outside=client, **limits).on_loopback())
        await reception.open()
        closing.callback(reception.close)

        async def start(public_url: str, *, to: str = "", token: str = TOKEN, room: int = 2_000, runs: bool = True) -> Telegram:
            door = Telegram(
                reception, token=token, api=to or api.url, public_url=public_url, clock=lambda: NOW, sleep=time.sleep, room=room
            )
            app.router.routes[:] = door.routes
            if not runs:
                return door
            running = asyncio.create_task(door.run())

            async def leave() -> None:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                await door.close()

            closing.push_async_callback(leave)
            if public_url:
                await running
            return door

        yield Town(api=api, aigul=api.person("Айгуль", language="kk"), echo=echo, time=time, start=start, client=client, app=app)
        assert api.broken_rules == []


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with the_town() as found:
        yield found


async def settled(town: Town, heard: int) -> None:
    async with asyncio.timeout(10):
        while len(town.echo.heard) < heard:  # noqa: ASYNC110 - the echo lives in another thread
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.02)


def logged_by_libraries(caplog: pytest.LogCaptureFixture) -> str:
    """Without the fake's own server, which is Telegram and may know the token."""
    return "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn"))


def read(**update: Any) -> Incoming | None:
    return incoming_of(Update.model_validate({"update_id": 7, **update}), now=NOW)


def message(**content: Any) -> dict[str, Any]:
    plain = {key: value for key, value in GOOD["message"].items() if key in ("message_id", "date", "chat", "from")}  # type: ignore[attr-defined]
    return {**plain, **content}


async def test_a_question_is_answered_with_buttons(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Это мошенники?")

    (answer,) = await town.aigul.hears()

    assert answer.text == "Вы сказали: Это мошенники?"
    assert answer.labels == [button.label for row in BUTTONS for button in row]
    (heard,) = town.echo.heard
    assert heard.door is Door.TELEGRAM
    assert heard.sender == str(town.aigul.id)
    assert heard.language_hint is Language.KK


async def test_an_answer_is_plain_text_without_a_preview_whatever_the_scammer_wrote(town: Town) -> None:
    await town.polls()
    payload = '<a href="tg://user?id=1">банк</a> *жирный* [ссылка](https://evil.top) `код` __x__ &lt;'
    town.aigul.writes(payload)

    assert await town.aigul.hears_text() == f"Вы сказали: {payload}"
    (asked,) = town.api.asked("sendMessage")
    assert "parse_mode" not in asked
    assert asked["link_preview_options"] == {"is_disabled": True}


async def test_a_pressed_button_comes_as_its_data_and_its_spinner_stops_once(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Сәлем")
    await town.aigul.hears()
    town.aigul.presses("Срочная помощь")

    assert await town.aigul.hears_text() == "Вы сказали: emergency"
    assert town.echo.heard[-1].pressed == "emergency"
    assert len(town.api.asked("answerCallbackQuery")) == 1
    assert not town.api.world.open_queries


async def test_a_button_on_a_message_telegram_no_longer_has_is_answered_too(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Сәлем")
    await town.aigul.hears()
    town.aigul.presses_data("yes", on={"chat": town.aigul.as_chat, "message_id": 1, "date": 0})

    assert await town.aigul.hears_text() == "Вы сказали: yes"


async def test_a_press_too_old_to_acknowledge_is_answered_all_the_same(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Сәлем")
    await town.aigul.hears()
    town.api.fails("answerCallbackQuery", after_effect=False, status=400)
    town.aigul.presses("Иә")

    assert await town.aigul.hears_text() == "Вы сказали: yes"


async def test_a_forwarded_message_is_known_as_such(town: Town) -> None:
    await town.polls()
    town.aigul.forwards("Ваша карта заблокирована")
    await town.aigul.hears()

    assert town.echo.heard[0].forwarded


async def test_an_edited_message_is_a_new_question(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Просят код")
    await town.aigul.hears()
    town.aigul.edits("Просят код из SMS")

    assert await town.aigul.hears_text() == "Вы сказали: Просят код из SMS"
    first, second = town.echo.heard
    assert (first.edited, second.edited) == (False, True)
    assert first.message_id != second.message_id


async def test_voice_and_photo_are_named_and_a_caption_is_a_text(town: Town) -> None:
    await town.polls()
    town.aigul.sends_voice()
    town.aigul.sends_photo()
    town.aigul.sends_photo("Бұл алаяқ па?")
    await town.aigul.hears(3)

    assert [(heard.other, heard.text) for heard in town.echo.heard] == [("voice", ""), ("photo", ""), ("", "Бұл алаяқ па?")]


async def test_answers_come_in_the_order_of_the_questions_and_never_before_telegram_allows(town: Town) -> None:
    await town.polls()
    for number in range(12):
        town.aigul.writes(f"вопрос {number}")

    heard = await town.aigul.hears(12)

    assert [seen.text for seen in heard] == [f"Вы сказали: вопрос {number}" for number in range(12)]
    assert town.api.pace.early == 0
    assert town.time.slept


async def test_whom_telegram_mutes_for_an_hour_gets_no_stale_answer(town: Town) -> None:
    await town.polls()
    town.api.pace.admit(town.aigul.id)
    town.time.now -= 3_600
    with capture_logs() as logs:
        town.aigul.writes("раз")
        await settled(town, heard=1)
    town.time.now += 3_601
    town.aigul.writes("два")

    assert await town.aigul.hears_text() == "Вы сказали: два"
    assert "TelegramRetryAfter" in {line.get("reason") for line in logs}


async def test_one_person_who_must_wait_holds_nobody_up(town: Town) -> None:
    timur = town.api.person("Тимур")
    gate = asyncio.Event()

    async def until_timur_has_heard(seconds: float) -> None:
        await gate.wait()
        town.time.now += seconds

    town.time.sleep = until_timur_has_heard  # type: ignore[method-assign]
    await town.polls()
    town.aigul.writes("раз")
    town.aigul.writes("два")
    timur.writes("три")

    assert await timur.hears_text() == "Вы сказали: три"
    gate.set()
    assert [seen.text for seen in await town.aigul.hears(2)] == ["Вы сказали: раз", "Вы сказали: два"]


async def test_whoever_blocks_the_bot_has_said_stop_and_is_written_to_no_more(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Сәлем")
    await town.aigul.hears()
    town.aigul.blocks()
    await settled(town, heard=2)

    assert town.echo.heard[1].text == "/stop"
    assert town.echo.heard[1].sender == str(town.aigul.id)
    assert len(town.api.asked("sendMessage")) == 1


async def test_a_block_learned_from_a_403_is_a_stop_too(town: Town) -> None:
    await town.polls()
    town.aigul.forwards("Сәлем")
    town.aigul.blocks(notice=False)
    await settled(town, heard=2)

    assert [(heard.text, heard.forwarded) for heard in town.echo.heard] == [("Сәлем", True), ("/stop", False)]
    assert len({heard.message_id for heard in town.echo.heard}) == 2
    assert len(town.api.asked("sendMessage")) == 1


async def test_an_empty_reply_says_nothing(town: Town) -> None:
    await town.polls()
    town.echo.says = lambda incoming: "" if incoming.text == "тише" else "слышно"
    town.aigul.writes("тише")
    town.aigul.writes("громче")

    assert await town.aigul.hears_text() == "слышно"
    assert len(town.aigul.sees) == 1


async def test_a_failure_inside_becomes_the_calm_sentence_and_no_text_is_logged(town: Town) -> None:
    await town.polls()
    town.echo.raises = ValueError("тайна")
    with capture_logs() as logs:
        town.aigul.writes("тайна")
        assert await town.aigul.hears_text() == WORDS.phrase("sorry", Language.KK)
    assert "тайна" not in str(logs)


async def test_an_answer_that_is_too_long_is_cut_and_one_with_half_an_emoji_is_sent(town: Town) -> None:
    await town.polls()
    town.echo.says = lambda incoming: "🙂" * 5_000 if incoming.text == "long" else "до \ud83d после"
    town.aigul.writes("long")
    town.aigul.writes("half")

    long, half = await town.aigul.hears(2)
    assert long.text == "🙂" * 2_048
    assert half.text == "до ? после"


@pytest.mark.parametrize("status", [None, 502])
async def test_a_lost_answer_is_not_sent_blindly_twice(town: Town, status: int | None) -> None:
    await town.polls()
    town.api.fails("sendMessage", after_effect=True, status=status)
    town.aigul.writes("раз")
    await town.aigul.hears()
    town.time.now += 1
    town.aigul.writes("два")

    assert await town.aigul.hears_text() == "Вы сказали: два"
    assert [seen.text for seen in town.aigul.sees] == ["Вы сказали: раз", "Вы сказали: два"]


async def test_what_certainly_was_not_sent_is_tried_again_and_the_log_shows_neither_token_nor_text(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await town.has_a_webhook()
    with socket.socket() as unheard, capture_logs() as logs:
        unheard.bind(("127.0.0.1", 0))  # bound but not listening: every connection is refused
        door = await town.start(public_url=PUBLIC, to=f"http://127.0.0.1:{unheard.getsockname()[1]}", runs=False)
        assert await town.posts(GOOD) == 200
        async with asyncio.timeout(10):
            while not any(line["event"] == "update.failed" for line in logs):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        await door.close()

    assert town.time.slept == list(PAUSES)
    assert {"event": "update.failed", "reason": "TelegramNetworkError", "log_level": "error"} in logs
    everything = str(logs) + logged_by_libraries(caplog)
    for secret in (TOKEN, TOKEN.partition(":")[2], town.secret["X-Telegram-Bot-Api-Secret-Token"], "Это мошенники"):
        assert secret not in everything


@pytest.mark.parametrize(("after_effect", "status"), [(False, None), (True, None), (False, 502), (False, 404), (True, 413)])
async def test_no_network_error_puts_the_token_into_a_log(
    town: Town, caplog: pytest.LogCaptureFixture, after_effect: bool, status: int | None
) -> None:
    caplog.set_level(logging.DEBUG)
    for method in ("deleteWebhook", "getUpdates", "sendMessage"):
        town.api.fails(method, after_effect=after_effect, status=status)
    with capture_logs() as logs:
        await town.polls()
        town.aigul.writes("раз")
        await settled(town, heard=1)
        town.time.now += 2
        town.aigul.writes("два")
        await settled(town, heard=2)

    assert any(line["event"] == "telegram.not_reached" for line in logs)
    assert TOKEN.partition(":")[2] not in str(logs) + logged_by_libraries(caplog)


async def test_updates_nobody_can_read_do_not_stop_the_poller(town: Town) -> None:
    town.api.world.updates += [
        {"update_id": 101, "message": {"from": "the future"}},
        {"update_id": 102, "hologram": {"text": "тайна"}},
        {"update_id": 104},
    ]
    with capture_logs() as logs:
        await town.polls()
        town.aigul.writes("Слышно?")
        assert await town.aigul.hears_text() == "Вы сказали: Слышно?"
    assert "тайна" not in str(logs)


async def test_polling_takes_down_a_webhook_that_stood_before(town: Town) -> None:
    await town.has_a_webhook()
    await town.polls()
    async with asyncio.timeout(10):
        while town.api.world.webhook["url"]:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    town.aigul.writes("Слышно?")

    assert await town.aigul.hears_text() == "Вы сказали: Слышно?"
    assert town.api.world.delivered == []


async def test_two_pollers_lose_nothing_between_them(town: Town) -> None:
    await town.polls()
    await town.polls()
    for number in range(8):
        town.aigul.writes(f"{number}")

    wanted = {f"Вы сказали: {number}" for number in range(8)}
    async with asyncio.timeout(
        10
    ):  # what one took and had not confirmed comes to the other too; the register knows what was answered
        while {seen.text for seen in town.aigul.sees} != wanted:
            await town.aigul.hears()


@pytest.mark.parametrize("token", ["", "x", "123:", "123:with space", "abc:def"])
async def test_what_cannot_be_a_token_is_refused_without_repeating_it(town: Town, token: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        await town.start(public_url="", token=token)
    assert not str(refused.value)


@pytest.mark.parametrize("public_url", ["", PUBLIC])
async def test_a_token_that_telegram_does_not_know_is_refused(town: Town, public_url: str) -> None:
    reception = Reception(lambda: town.echo, WORDS)
    stranger = TOKEN.replace("AA", "BB")
    door = Telegram(reception, token=stranger, api=town.api.url, public_url=public_url, clock=lambda: NOW)
    with pytest.raises(TokenRefused) as refused:
        await door.run()
    assert stranger not in repr(refused.value)
    await door.close()


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


async def test_hidden_addresses_are_part_of_what_was_said() -> None:
    said = read(message=GOOD["message"])

    assert said is not None
    assert said.text == "Это мошенники?\nhttps://kaspl.kz/\nhttps://kaspi-bonus.top/"


async def test_an_address_that_can_be_read_already_is_not_repeated() -> None:
    link = {"type": "text_link", "offset": 0, "length": 5, "url": "https://kaspi.kz"}
    said = read(message=message(text="https://kaspi.kz ашыңыз", entities=[link, link]))

    assert said is not None
    assert said.text == "https://kaspi.kz ашыңыз"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}}, "sticker"),
        ({"video": {**FILE, "width": 1, "height": 1, "duration": 1}}, "video"),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, "video_note"),
        ({"document": FILE}, "document"),
        ({"audio": {**FILE, "duration": 1}}, "audio"),
        ({"location": {"latitude": 43.2, "longitude": 76.9}}, "location"),
        ({"contact": {"phone_number": "+77011234567", "first_name": "Асан"}}, "contact"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "dice"),
    ],
)
def test_a_kind_we_cannot_read_is_named(content: dict[str, Any], kind: str) -> None:
    said = read(message=message(**content))

    assert said is not None
    assert (said.other, said.text) == (kind, "")


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(text="x", chat={"id": -100, "type": "supergroup", "title": "Үй"})},
        {"message": message(text="x", chat={"id": -100, "type": "group", "title": "Үй"})},
        {"channel_post": message(text="x", chat={"id": -100, "type": "channel", "title": "Үй"})},
        {"message": message(text="x", **{"from": {"id": 9, "is_bot": True, "first_name": "Bot"}})},
        {"message": message(pinned_message=message(text="x"))},
        {"message": message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})},
        {"message": message(text="   ")},
        {"callback_query": {"id": "1", "from": {"id": 9, "is_bot": False, "first_name": "A"}, "chat_instance": "1", "data": "x"}},
        {"inline_query": {"id": "1", "from": {"id": 9, "is_bot": False, "first_name": "A"}, "query": "x", "offset": ""}},
        {},
    ],
    ids=str,
)
def test_what_no_person_said_to_us_in_private_is_ignored(update: dict[str, Any]) -> None:
    assert read(**update) is None


def test_a_button_pressed_in_a_group_is_ignored() -> None:
    group = {"message_id": 1, "date": 0, "chat": {"id": -100, "type": "supergroup", "title": "Үй"}}
    query = {
        "id": "1",
        "from": {"id": 9, "is_bot": False, "first_name": "A"},
        "chat_instance": "1",
        "data": "x",
        "message": group,
    }

    assert read(callback_query=query) is None


def test_the_payload_of_a_deep_link_stays_in_the_text() -> None:
    said = read(message=message(text="/start drill", entities=[{"type": "bot_command", "offset": 0, "length": 6}]))

    assert said is not None
    assert said.text == "/start drill"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        *(("kk", Language.KK), ("ru", Language.RU), ("ru-RU", Language.RU), ("en-GB", Language.EN), ("EN", Language.EN)),
        *(("uz", None), (None, None), ("", None)),
    ],
)
def test_the_language_of_a_persons_telegram_is_a_hint(code: str | None, language: Language | None) -> None:
    who = {"id": 9, "is_bot": False, "first_name": "A"} | ({} if code is None else {"language_code": code})
    said = read(message=message(text="x", **{"from": who}))

    assert said is not None
    assert said.language_hint is language
