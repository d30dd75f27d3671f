"""Composition root of the bot's process: builds everything once from the settings and returns the ASGI application.

Called by `python -m bot serve | poll`. A vendor's library is imported only when its door is open: aiogram costs 160 MiB.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.headers import HEADERS
from bot.message import Door
from bot.moderation.pages.desk import Desk
from bot.moderation.retraining import Workshop
from bot.moderation.teller import Teller, Voice
from bot.opening import open_conversation
from bot.pictures.reading import Reader
from bot.pictures.twilio_media import Media
from bot.reception import Answering, Reception
from bot.register import open_register, takes_writes
from bot.settings import Settings
from bot.webchat import Page
from broadcaster.addresses import Channel
from broadcaster.web.headers import SecurityHeaders
from content import library
from content.library import Library

if TYPE_CHECKING:
    from bot.telegram import Telegram

log = structlog.get_logger()

Opening = Callable[[Settings, Library], Answering]


def build(
    settings: Settings,
    *,
    opening: Opening = open_conversation,
    workshop: Workshop | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Starlette:
    """The web process: chat, volunteers' pages, webhooks of the open doors, health. `opening` runs in the thread that answers;
    new phrases are looked for in the `workshop`."""
    words = library.load()
    reception = Reception(partial(opening, settings, words), words)
    reader = Reader()
    telegram = _telegram(settings, reception, reader, public_url=settings.public_url)
    page = Page(settings, reception, reader, words, clock=clock or _now)
    desk = Desk(settings, words, workshop=workshop or Workshop(), clock=clock or _now)

    def alive(request: Request) -> PlainTextResponse:
        return PlainTextResponse("alive\n")

    async def ready(request: Request) -> PlainTextResponse:
        if reception.is_open and await run_in_threadpool(takes_writes, settings):
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready: the database takes no writes\n", status_code=503)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await reception.open()
        _spare_full_collections()
        telegrams = asyncio.create_task(_run(telegram))
        try:
            async with _telling(settings, telegram, words):
                yield
        finally:
            telegrams.cancel()
            with suppress(asyncio.CancelledError):
                await telegrams
            await desk.close()
            reception.close()

    return Starlette(
        routes=[
            Route("/", page.show),
            Route("/chat", page.back),
            Route("/chat", page.say, methods=["POST"]),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
            *desk.routes,
            *(telegram.routes if telegram else ()),
            *_twilio(settings, reception, reader, words),
            Route("/healthz", alive),
            Route("/readyz", ready),
        ],
        middleware=[Middleware(SecurityHeaders, headers=HEADERS, https=settings.public_url.startswith("https:"))],
        lifespan=lifespan,
    )


async def poll(settings: Settings, *, opening: Opening = open_conversation) -> None:
    """Telegram alone, until it is cancelled. A webhook that stood before is taken down."""
    words = library.load()
    reception = Reception(partial(opening, settings, words), words)
    await reception.open()
    telegram = _telegram(settings, reception, Reader(), public_url="")
    try:
        async with _telling(settings, telegram, words):
            await _run(telegram)
    finally:
        reception.close()


@asynccontextmanager
async def _telling(settings: Settings, telegram: "Telegram | None", words: Library) -> AsyncIterator[None]:
    """While it lasts, whoever waits for the volunteers' word is told it through the doors that can be spoken through first."""
    async with AsyncExitStack() as closing:
        voices: dict[Door, Voice] = {Door.TELEGRAM: telegram} if telegram else {}
        voices |= await closing.enter_async_context(_twilio_voices(settings, words))
        if not voices:
            yield
            return
        running = asyncio.create_task(Teller(partial(open_register, settings), voices, words, clock=_now).run())
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@asynccontextmanager
async def _twilio_voices(settings: Settings, words: Library) -> AsyncIterator[dict[Door, Voice]]:
    """Of what the settings name a number for."""
    token = settings.twilio_auth_token.get_secret_value()
    numbers = {Door.WHATSAPP: settings.whatsapp_from, Door.SMS: settings.sms_from}
    channels = {Door.WHATSAPP: Channel.WHATSAPP, Door.SMS: Channel.PHONE}
    open_doors = [door for door, number in numbers.items() if number]
    if not token or not settings.twilio_account_sid or not open_doors:
        yield {}
        return
    from bot import twilio
    from broadcaster.channels.twilio import Twilio

    provider = Twilio(
        account_sid=settings.twilio_account_sid,
        auth_token=token,
        api=settings.twilio_api,
        public_url="",
        sms_from=settings.sms_from,
        whatsapp_from=settings.whatsapp_from,
    )
    try:
        yield {door: twilio.Voice(provider, channels[door], words) for door in open_doors}
    finally:
        await provider.close()


async def _run(telegram: "Telegram | None") -> None:
    if telegram is None:
        return
    from bot.telegram import TokenRefused

    try:
        await telegram.run()
        await asyncio.Event().wait()  # the webhook stands; messages in hand are finished below
    except TokenRefused as refused:
        _say_closed("telegram", refused.__doc__)
    finally:
        await telegram.close()


def _telegram(settings: Settings, reception: Reception, reader: Reader, *, public_url: str) -> "Telegram | None":
    token = settings.telegram_token.get_secret_value()
    if not token:
        _say_closed("telegram", "set SAQBOL_TELEGRAM_TOKEN; @BotFather gives one")
        return None
    from bot.telegram import Telegram, TokenRefused

    try:
        return Telegram(reception, reader, token=token, api=settings.telegram_api, public_url=public_url, clock=_now)
    except TokenRefused as refused:
        _say_closed("telegram", refused.__doc__)
        return None


def _twilio(settings: Settings, reception: Reception, reader: Reader, words: Library) -> Sequence[BaseRoute]:
    token = settings.twilio_auth_token.get_secret_value()
    if not token or not settings.public_url:
        _say_closed("whatsapp and sms", "set SAQBOL_TWILIO_AUTH_TOKEN and SAQBOL_PUBLIC_URL")
        return ()
    from bot.twilio import Webhook

    webhook = Webhook(
        reception,
        reader,
        Media(api=settings.twilio_api, account_sid=settings.twilio_account_sid, auth_token=token),
        words,
        public_url=settings.public_url,
        auth_token=token,
        account_sid=settings.twilio_account_sid,
        clock=_now,
    )
    return (webhook.route,)


def _spare_full_collections() -> None:
    """Words, rules and model stay for ever, and what is remembered of people is hardly ever garbage in a ring: looking through
    all of it took 25-100 ms of everybody's time, four times a minute. Now once in some 100,000 messages; young rings go as ever.
    """
    gc.freeze()
    youngest, young, _ = gc.get_threshold()
    gc.set_threshold(youngest, young, 1_000)


def _say_closed(door: str, to_open: str | None) -> None:
    log.info("door.closed", door=door, to_open=to_open)


def _now() -> datetime:
    return datetime.now(UTC)
