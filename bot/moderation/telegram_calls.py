"""The Cyberbot's calls to Telegram: plain texts, no previews, patient where Telegram asks for patience. Called by group.

Only what certainly was not sent is tried again. Nothing here may log a text, or a URL: the token stands in it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import httpx
import structlog

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else reading `retry_after` is a deprecation warning
from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram import ReplyParameters as ReplyTo
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.moderation.cards import Card

log = structlog.get_logger()
T = TypeVar("T")

LONG_POLL = 25
LONGEST_WAIT = 300
LONGEST_TOAST = 200
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class TokenRefused(Exception):
    """SAQBOL_CYBERBOT_TOKEN is not a token that @BotFather gave, or no longer."""


class Calls:
    """`bot` is the library's; its own reading of updates is not used."""

    def __init__(self, token: str, api: str, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Raises TokenRefused for what cannot be a token."""
        self._sleep = sleep
        self._one_at_a_time: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        request, polling = (
            HTTPXRequest(connection_pool_size=size, connect_timeout=5, read_timeout=30, write_timeout=10, pool_timeout=30)
            for size in (32, 2)
        )
        try:
            self.bot = Bot(token, base_url=f"{api}/bot", request=request, get_updates_request=polling)
        except InvalidToken:
            raise TokenRefused from None

    async def start(self) -> None:
        """Learns the bot's name; a webhook that stood before is taken down."""
        await self.bot.initialize()
        await self.bot.delete_webhook()

    async def close(self) -> None:
        await self.bot.shutdown()

    async def updates(self, offset: int) -> list[Any]:
        """As they came, so that each is read, or dropped, by itself: the library logs whole what it cannot read. It is spelled so
        that it hands them over unread."""
        asked = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": ["message", "callback_query"]}
        raw: Any = await self.bot.do_api_request("getupdates", api_kwargs=asked, read_timeout=LONG_POLL + 15)
        return list(raw)

    async def toast(self, query: CallbackQuery, text: str) -> None:
        try:
            await self.bot.answer_callback_query(query.id, text=text[:LONGEST_TOAST] or None)
        except TelegramError as error:  # too old, or Telegram is slow: what the press did stands
            log.info("press.not_acknowledged", reason=type(error).__name__)

    async def reply(self, message: Message, text: str) -> None:
        to = ReplyTo(message.message_id, allow_sending_without_reply=True)
        chat = message.chat.id
        await self._patiently(
            chat, lambda: self.bot.send_message(chat, text, reply_parameters=to, link_preview_options=_NO_PREVIEW)
        )

    async def send(self, chat: int, card: Card) -> Message:
        return await self._patiently(
            chat, lambda: self.bot.send_message(chat, card.text, reply_markup=_keyboard(card), link_preview_options=_NO_PREVIEW)
        )

    async def edit(self, chat: int, message: int, card: Card) -> bool:
        """False: that message can be edited no more."""
        try:
            await self._patiently(
                chat,
                lambda: self.bot.edit_message_text(
                    card.text, chat_id=chat, message_id=message, reply_markup=_keyboard(card), link_preview_options=_NO_PREVIEW
                ),
            )
        except BadRequest as error:
            return "not modified" in error.message.casefold()
        except (Forbidden, ChatMigrated):
            return False
        return True

    async def _patiently(self, chat: int, call: Callable[[], Awaitable[T]]) -> T:
        """Tries again only what certainly was not sent. While a chat waits as long as Telegram asks, all calls to it wait."""
        pauses = iter(PAUSES)
        async with self._one_at_a_time.setdefault(chat, asyncio.Lock()):
            while True:
                try:
                    return await call()
                except RetryAfter as error:
                    if seconds_of(error) > LONGEST_WAIT:
                        raise
                    await self._sleep(seconds_of(error))
                except TelegramError as error:
                    pause = next(pauses, None)
                    if pause is None or not isinstance(error.__cause__, _NOT_SENT):
                        raise
                    await self._sleep(pause)


def _keyboard(card: Card) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(each.label, callback_data=each.data) for each in row] for row in card.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def seconds_of(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
