"""The Telegram door, through aiogram: Update -> Incoming, Reply -> plain text with an inline keyboard. Built by bot.app.

Without aiogram's dispatcher: it writes a whole update it does not know into a warning, its webhook answers 500 to hostile bodies,
and its poller waits for ever before one update it cannot read. Nothing here may log a text, or a URL: the token stands in it.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from weakref import WeakValueDictionary

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import Response as ApiResponse
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError, ClientError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.message import Door, Incoming, Reply, Unread
from bot.pictures import limits
from bot.pictures.reading import NotFetched, Reader
from bot.recent import Recent
from bot.reception import Reception
from bot.telegram_updates import incoming_of, picture_of
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.web import bodies

log = structlog.get_logger()

PATH = "/webhooks/telegram"
KINDS_OF_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LONGEST_BODY = 1024 * 1024
LONGEST_MESSAGE = 4_096
ROOM = 2_000
"""Updates in hand at once; past that Telegram is asked to come again."""
LONGEST_WAIT = 300
"""Seconds; an answer that Telegram would let through later than that helps nobody."""
LONG_POLL = 25
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds between attempts that certainly did not reach Telegram."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_HELD = (ApiResponse[Message], ApiResponse[bool])
"""pydantic forgets a generic class that nobody holds; aiogram would have it made anew for every answer."""


class TokenRefused(Exception):
    """SAQBOL_TELEGRAM_TOKEN is not a token that @BotFather gave, or no longer."""


class _RawUpdates(TelegramMethod[list[Any]]):
    """getUpdates whose result stays as it came, so that each update is read, or dropped, by itself."""

    __returning__: ClassVar[Any] = list[Any]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None = None
    timeout: int = LONG_POLL
    allowed_updates: Sequence[str] = KINDS_OF_UPDATES


class Telegram:
    """One per process. With a public URL it offers a webhook route, without one it polls; `run` does what is needed for either.

    An update is handled once. Whoever blocks the bot has said STOP.
    """

    def __init__(
        self,
        reception: Reception,
        reader: Reader,
        *,
        token: str,
        api: str,
        public_url: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        room: int = ROOM,
    ) -> None:
        """Raises TokenRefused for what cannot be a token."""
        self._reception = reception
        self._reader = reader
        self._public_url = public_url
        self._clock = clock
        self._sleep = sleep
        self._room = room
        self._secret = hmac.digest(token.encode(), b"saqbol telegram webhook", hashlib.sha256).hex()
        session = AiohttpSession(api=TelegramAPIServer.from_base(api))
        try:
            self._bot = Bot(token, session)
        except TokenValidationError:
            raise TokenRefused from None
        self._seen: Recent[int, bool] = Recent(room=50_000, keep=timedelta(hours=25))  # Telegram repeats for 24 hours
        self._in_hand: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def routes(self) -> Sequence[Route]:
        return (Route(PATH, self.receive, methods=["POST"]),) if self._public_url else ()

    async def run(self) -> None:
        """Returns once the webhook stands; polls until it is cancelled. Raises TokenRefused, and nothing else."""
        offset, failures = None, 0
        while True:
            try:
                if self._public_url:
                    await self._bot.set_webhook(
                        self._public_url + PATH, secret_token=self._secret, allowed_updates=list(KINDS_OF_UPDATES)
                    )
                    log.info("telegram.webhook_set")
                    return
                if offset is None:
                    await self._bot.delete_webhook()
                    offset = 0
                updates = await self._bot(_RawUpdates(offset=offset), request_timeout=LONG_POLL + 15)
                failures = 0
                for raw in updates:
                    while len(self._in_hand) >= self._room:
                        await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
                    self._take(raw)
                    offset = raw["update_id"] + 1
            except TelegramUnauthorizedError:
                raise TokenRefused from None
            except Exception as error:
                log.warning("telegram.not_reached", reason=type(error).__name__)
                await self._sleep(_pause_after(error, failures))
                failures += 1

    async def close(self) -> None:
        """Gives the messages in hand ten seconds, then hangs up."""
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=10)
            for task in late:
                task.cancel()
        await self._bot.session.close()

    async def receive(self, request: Request) -> Response:
        """403 without our secret, before anything is read; else 200 at once: what cannot be read is dropped, not repeated."""
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return Response(status_code=403)
        if len(self._in_hand) >= self._room:
            return Response(status_code=429)
        try:
            body = await bodies.read(request, longest=LONGEST_BODY)
        except bodies.Refused as refused:
            return Response(status_code=200 if refused.status == 413 else refused.status)
        try:
            self._take(json.loads(body))
        except (ValueError, RecursionError):
            log.warning("update.dropped", reason="no JSON")
        return Response(status_code=200)

    def _take(self, raw: object) -> None:
        now = self._clock()
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except Exception as error:  # whatever pydantic makes of a stranger's JSON; its message would quote the text
            log.warning("update.dropped", reason=type(error).__name__)
            return
        if self._seen.get(update.update_id, now=now):
            return
        self._seen.put(update.update_id, True, now=now)
        task = asyncio.create_task(self._handle(update, now))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    async def _handle(self, update: Update, now: datetime) -> None:
        try:
            if query := update.callback_query:
                await self._stop_the_spinner(query)
            incoming = incoming_of(update, now=now)
            if incoming and update.my_chat_member:
                await self._reception.reply_to(incoming)  # whoever blocked us hears nothing any more
            elif incoming:
                if picture := picture_of(update):
                    incoming = await self._reader.look_at(incoming, partial(self._fetch, *picture))
                await self._answer(incoming)
        except Exception as error:
            log.error("update.failed", reason=type(error).__name__)

    async def _fetch(self, file_id: str, size: int) -> bytes:
        """Raises Refused for what is too long, and NotFetched. No message of an error is kept: the token stands in the URL."""
        if size > limits.LONGEST:
            raise limits.Refused(Unread.TOO_LONG)
        data = bytearray()
        try:
            file = await self._bot.get_file(file_id)
            url = self._bot.session.api.file_url(self._bot.token, file.file_path or "")
            async with aclosing(self._bot.session.stream_content(url)) as chunks:
                async for chunk in chunks:
                    data += chunk
                    if len(data) > limits.LONGEST:
                        raise limits.Refused(Unread.TOO_LONG)
        except (AiogramError, ClientError, TimeoutError):
            raise NotFetched from None
        return bytes(data)

    async def _stop_the_spinner(self, query: CallbackQuery) -> None:
        try:
            await self._bot.answer_callback_query(query.id)
        except Exception as error:  # too old, or Telegram is slow: the answer itself still matters
            log.info("press.not_acknowledged", reason=type(error).__name__)

    async def _answer(self, incoming: Incoming) -> None:
        """One after the other for each person, so that answers come in the order of the questions."""
        turn = self._turns.setdefault(incoming.sender, asyncio.Lock())
        async with turn:
            reply = await self._reception.reply_to(incoming)
            if not reply.text.strip():
                return
            try:
                await self._send(incoming.sender, reply)
            except TelegramForbiddenError:
                await self._blocked(incoming.sender, f"{incoming.message_id}:blocked", incoming.received_at)

    async def tell(self, to: str, reply: Reply) -> Outcome:
        """What was promised to somebody earlier. Once: what may have arrived is Unknown."""
        try:
            await self._say(to, reply)
            return Accepted()
        except TelegramForbiddenError:
            now = self._clock()
            await self._blocked(to, f"{now.isoformat()}:blocked", now)
            return Refused(reason="telegram 403")
        except (TelegramBadRequest, TelegramNotFound) as error:
            return Refused(reason=f"telegram: {type(error).__name__}")
        except TelegramRetryAfter as error:
            return TryLater(reason="telegram 429", seconds=error.retry_after)
        except TelegramUnauthorizedError:
            return TryLater(reason="telegram: token refused", seconds=LONGEST_WAIT)
        except Exception as error:
            if isinstance(error.__cause__, ClientConnectorError):
                return TryLater(reason="telegram: not reached", seconds=PAUSES[-1])
            return Unknown(reason=f"telegram: {type(error).__name__}")

    async def _blocked(self, chat: str, message_id: str, now: datetime) -> None:
        stop = Incoming(door=Door.TELEGRAM, sender=chat, message_id=message_id, received_at=now, text="/stop")
        await self._reception.reply_to(stop)

    async def _say(self, chat: str, reply: Reply) -> None:
        await self._bot.send_message(
            int(chat), _sendable(reply.text), link_preview_options=_NO_PREVIEW, reply_markup=_keyboard(reply)
        )

    async def _send(self, chat: str, reply: Reply) -> None:
        """Tries again only what certainly was not sent: a lost answer may have arrived, and nobody wants it twice."""
        pauses = iter(PAUSES)
        while True:
            try:
                await self._say(chat, reply)
                return
            except TelegramRetryAfter as error:
                if error.retry_after > LONGEST_WAIT:
                    raise
                await self._sleep(error.retry_after)
            except TelegramNetworkError as error:
                pause = next(pauses, None)
                if pause is None or not isinstance(error.__cause__, ClientConnectorError):
                    raise
                await self._sleep(pause)


def _sendable(text: str) -> str:
    """No longer than a message may be, in UTF-16 units; half a surrogate pair, which no wire takes, becomes «?»."""
    return text.encode("utf-16-le", "replace")[: 2 * LONGEST_MESSAGE].decode("utf-16-le", "ignore")


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(text=each.label, callback_data=each.data) for each in row] for row in reply.buttons if row]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _pause_after(error: Exception, failures: int) -> float:
    if isinstance(error, TelegramRetryAfter):
        return error.retry_after
    return PAUSES[min(failures, len(PAUSES) - 1)]
