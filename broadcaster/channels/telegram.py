"""Telegram through python-telegram-bot, which must not be imported where no token is set: import this module only then.

The message carries a button that says STOP to the bot; the bot that answers it has the same token.
"""

import os
from collections.abc import Mapping

import httpx

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else reading `retry_after` is a deprecation warning
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from content.language import Language

STOP = "stop"
"""The data of the button: what `bot.conversation` takes for the word."""

CONNECTIONS = 64
"""As many as a lane may have in the air, so that nobody waits here after the last look at their STOP."""
UNREACHED_SECONDS = 10
TOKEN_REFUSED_SECONDS = 300

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Telegram:
    """`labels`: what the stop button says. `transport` stands in for the network."""

    def __init__(
        self, *, token: str, api: str, labels: Mapping[Language, str], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._request = HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            connect_timeout=5,
            read_timeout=30,  # a late answer is better than an unknown one
            write_timeout=10,
            pool_timeout=30,
            httpx_kwargs={"transport": transport} if transport else None,
        )
        self._bot = Bot(token, base_url=f"{api}/bot", request=self._request, get_updates_request=self._request)
        self._buttons = {
            language: InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=STOP)]])
            for language, label in labels.items()
        }

    async def send(self, message: Message) -> Outcome:
        try:
            sent = await self._bot.send_message(
                int(message.address.value),
                message.text,
                reply_markup=self._buttons[message.language],
                link_preview_options=_NO_PREVIEW,
            )
        except TelegramError as error:
            return outcome_of(error)
        return Accepted(reference=str(sent.message_id))

    async def close(self) -> None:
        await self._request.shutdown()


def outcome_of(error: TelegramError) -> Outcome:
    """A 5xx is no proof that nothing was sent, and Telegram cannot be asked: such a message stays for a person to decide."""
    said = error.message.casefold()
    match error:
        case RetryAfter():
            return _too_fast(error)
        case BadRequest() | Forbidden() if error.__cause__:
            return TryLater(reason="telegram: turned away on the way there", seconds=UNREACHED_SECONDS, whole_bucket=True)
        case Forbidden():
            return _forbidden(said)
        case BadRequest():
            gone = any(words in said for words in ("chat not found", "user not found", "peer_id_invalid", "chat_id_invalid"))
            return Refused(reason="telegram 400: chat not found" if gone else "telegram 400", dead=gone, next_channel=True)
        case ChatMigrated():
            return Refused(reason="telegram: a group, not a person", dead=True, next_channel=True)
        case InvalidToken() | Conflict():
            return TryLater(reason="telegram: token refused", seconds=TOKEN_REFUSED_SECONDS, whole_bucket=True)
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return TryLater(reason="telegram: not reached", seconds=UNREACHED_SECONDS, whole_bucket=True)
        case NetworkError() if said.startswith("too many requests"):
            return TryLater(reason="telegram 429", seconds=1, whole_bucket=True, too_fast=True)
        case _:
            cause = type(error.__cause__).__name__ if error.__cause__ else type(error).__name__
            return Unknown(reason=f"telegram: {cause}")


def _too_fast(error: RetryAfter) -> Outcome:
    wait = error.retry_after
    seconds = wait if isinstance(wait, int) else wait.total_seconds()
    return TryLater(reason="telegram 429", seconds=seconds, whole_bucket=True, too_fast=True)


def _forbidden(said: str) -> Outcome:
    """Only a block is a word of the person's; an account that is gone says nothing about their telephone."""
    if "blocked by the user" in said:
        return Refused(reason="telegram 403: blocked", suppress=True)
    if "deactivated" in said:
        return Refused(reason="telegram 403: account is gone", dead=True, next_channel=True)
    if "can't initiate conversation" in said or "can't send messages to bots" in said:
        return Refused(reason="telegram 403: never started", dead=True, next_channel=True)
    return Refused(reason="telegram 403", next_channel=True)
