"""Telegram as the tests of its door see it: the strict fake, Aigul, and our bot behind them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from aiogram.types import Update
from starlette.applications import Starlette

from bot.message import Incoming
from bot.pictures.reading import Reader
from bot.reception import Reception
from bot.telegram import PATH, Telegram
from bot.telegram_updates import incoming_of
from content import library
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.conversation import Echo
from tests.fakes.sleeping import Time

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
                reception,
                Reader(),
                token=token,
                api=to or api.url,
                public_url=public_url,
                clock=lambda: NOW,
                sleep=time.sleep,
                room=room,
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
