"""The ASGI application of `python -m broadcaster console`: its route list is the table of contents of the staff's desk.

It listens on the private side; whoever may open a route stands in broadcaster.web.desk.access.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from broadcaster import database, policy
from broadcaster.addresses import AddressKey
from broadcaster.settings import SenderSettings
from broadcaster.web.desk import office, previewing, progress, today
from broadcaster.web.desk.guard import Guard
from broadcaster.web.desk.office import Office
from broadcaster.web.headers import HEADERS, SecurityHeaders
from broadcaster.web.register import Register
from content import desk_words, library
from content.desk_words import DeskWords
from content.library import Library

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def build(
    settings: SenderSettings,
    *,
    words: Library | None = None,
    said: DeskWords | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Starlette:
    """The register is opened when the application starts."""
    opening = partial(database.open, settings.database, AddressKey.from_hex(settings.address_key.get_secret_value()))
    desk = Office(
        settings=settings,
        words=words or library.load(),
        desk_words=said or desk_words.load(),
        policy=policy.load(),
        kept=Register(opening),
        counting=Register(opening),
        templates=office.make_templates(),
    )
    route = Guard(desk, clock=clock or _now).route

    def alive(request: Request) -> PlainTextResponse:
        return PlainTextResponse("alive\n")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await desk.kept.open()
        await desk.counting.open()
        try:
            yield
        finally:
            await desk.counting.close()
            await desk.kept.close()

    return Starlette(
        routes=[
            route("/", "today", today.show),
            route("/language", "language", office.choose_language, methods=["POST"]),
            route("/campaigns/{id:int}/preview", "campaign-preview", previewing.show),
            route("/campaigns/{id:int}/progress", "campaign-progress", progress.show),
            Mount("/static", StaticFiles(directory=office.STATIC), name="static"),
            Route("/healthz", alive, name="healthz"),
        ],
        middleware=[
            Middleware(SecurityHeaders, headers={**HEADERS, "Content-Security-Policy": CSP}, https=desk.https),
        ],
        lifespan=lifespan,
    )


def _now() -> datetime:
    return datetime.now(UTC)
