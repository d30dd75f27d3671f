"""Composition root of the Cyberbot's process: python -m bot cyberbot. Closed where no token is set, which one line says."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.fresh_ear import open_fresh_ear
from bot.moderation.group_reports import GroupReports
from bot.moderation.volunteering import Volunteering
from bot.register import open_register
from bot.settings import Settings
from content import desk_words, library
from content.desk_words import DeskWords
from content.library import Library

if TYPE_CHECKING:
    from bot.moderation.group import Desk

log = structlog.get_logger()


async def run(settings: Settings) -> None:
    """Until it is cancelled. A closed one waits too: `honcho` stops everything when one process ends."""
    token = settings.cyberbot_token.get_secret_value()
    if not token:
        await _closed("set SAQBOL_CYBERBOT_TOKEN; @BotFather gives one")
    from bot.moderation.group import Cyberbot  # the library is loaded only where the door is open
    from bot.moderation.telegram_calls import TokenRefused

    words, answers = desk_words.load(), library.load()
    try:
        bot = Cyberbot(
            partial(_desk, settings, words, answers),
            token=token,
            api=settings.telegram_api,
            group=settings.cyberbot_group,
            clock=lambda: datetime.now(UTC),
        )
        try:
            await bot.run()
        finally:
            await bot.close()
    except TokenRefused as refused:
        await _closed(refused.__doc__)


def _desk(settings: Settings, words: DeskWords, answers: Library) -> "Desk":
    """In the thread that will use it."""
    from bot.moderation.group import Desk

    register = open_register(settings)
    ear = open_fresh_ear(settings.nlu_url, settings.nlu_token.get_secret_value())
    return Desk(volunteering=Volunteering(register, words, answers), reports=GroupReports(register, words, ear))


async def _closed(to_open: str | None) -> None:
    log.info("door.closed", door="cyberbot", to_open=to_open)
    await asyncio.Event().wait()
