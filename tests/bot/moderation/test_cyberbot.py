"""python -m bot cyberbot: closed without a token, with one line that says how to open it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.moderation import cyberbot
from bot.settings import Settings
from tests.fakes.bot_api import TOKEN, BotApi


def settings(folder: Path, **given: Any) -> Settings:
    values: dict[str, Any] = {
        "_env_file": None,
        "address_key": "11" * 32,
        "secret": "22" * 32,
        "database": f"sqlite:///{folder / 'saqbol.db'}",
    }
    return Settings(**values, **given)


@pytest.mark.parametrize("token", ["", "no token", "7000000001:AAAnotherBotsTokenThatTelegramDoesNotKnow0x"])
async def test_a_door_without_a_good_token_is_closed_and_says_so_once(tmp_path: Path, token: str) -> None:
    async with BotApi().on_loopback() as api:
        with capture_logs() as logs:
            running = asyncio.create_task(cyberbot.run(settings(tmp_path, cyberbot_token=token, telegram_api=api.url)))
            async with asyncio.timeout(30):
                while not logs:  # noqa: ASYNC110 - the log has no event to wait for
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert not running.done()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert [(each["event"], each["door"], "SAQBOL_CYBERBOT_TOKEN" in each["to_open"]) for each in logs] == [
        ("door.closed", "cyberbot", True)
    ]


async def test_with_a_token_it_answers(tmp_path: Path) -> None:
    async with BotApi().on_loopback() as api:
        aigul = api.person("Айгуль", language="kk")
        running = asyncio.create_task(cyberbot.run(settings(tmp_path, cyberbot_token=TOKEN, telegram_api=api.url)))
        aigul.writes("Сәлем")
        assert str(aigul.id) in await aigul.hears_text()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert api.broken_rules == []
