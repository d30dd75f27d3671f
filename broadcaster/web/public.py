"""The ASGI application of `python -m broadcaster serve`: its route list is all that the world may call."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from broadcaster import database, policy
from broadcaster.addresses import AddressKey
from broadcaster.channels import relay_protocol, twilio_codes
from broadcaster.channels.relay_protocol import Partner
from broadcaster.database import DatabaseUnavailable
from broadcaster.settings import SenderSettings
from broadcaster.web import assets, bodies, health
from broadcaster.web.choices_page import ChoicesPage
from broadcaster.web.code_page import CodePage
from broadcaster.web.headers import HEADERS, SecurityHeaders
from broadcaster.web.metrics import Metrics
from broadcaster.web.pages import Pages
from broadcaster.web.plain_pages import PlainPages
from broadcaster.web.public_pages import PublicPages, base_of
from broadcaster.web.push_door import PushDoor
from broadcaster.web.receiving import RelayReceipts, TwilioReceipts
from broadcaster.web.register import Register
from broadcaster.web.removals_page import RemovalsPage
from broadcaster.web.unsubscribe_page import UnsubscribePage
from content import library
from content.library import Library


def build(settings: SenderSettings, *, words: Library | None = None, clock: Callable[[], datetime] | None = None) -> Starlette:
    """The register is opened when the application starts; run it without an access log, which would hold the links."""
    key = AddressKey.from_hex(settings.address_key.get_secret_value())
    kept = Register(partial(database.open, settings.database, key))
    now = clock or _now
    metrics = Metrics("public")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await kept.open()
        try:
            yield
        finally:
            await kept.close()

    app = Starlette(
        routes=[
            *_pages(settings, kept, words or library.load(), key, now),
            *_twilio(settings, kept, now),
            *_relay(settings, kept, now),
            *health.routes(kept, metrics, secret=settings.secret.get_secret_value(), rules=policy.load(), clock=now),
        ],
        exception_handlers={bodies.Refused: _not_read, DatabaseUnavailable: _unavailable},
        middleware=[
            Middleware(health.Counted, metrics=metrics),
            Middleware(SecurityHeaders, headers=HEADERS, https=settings.public_url.startswith("https:")),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would send people to whatever host the request says it came to
    return app


def _pages(
    settings: SenderSettings, kept: Register, words: Library, key: AddressKey, clock: Callable[[], datetime]
) -> Sequence[BaseRoute]:
    base = base_of(settings.public_url)
    calm = Pages(words, base=base)
    pages = PublicPages(words, settings, key, calm)
    stopping = UnsubscribePage(kept, calm, clock=clock)
    choosing = ChoicesPage(kept, pages, words, clock=clock)
    code, plain, removed = CodePage(kept, pages), PlainPages(pages), RemovalsPage(kept, pages)
    push = PushDoor(kept, words, public_url=settings.public_url, clock=clock)
    return (
        Route("/", plain.welcome),
        Route("/code", code.show),
        Route("/code/{code}", code.show),
        Route("/removals", removed.show),
        Route("/removals.json", removed.as_json),
        Route("/subscribe", plain.subscribe),
        Route("/subscribe/push", push.subscribe, methods=["POST"]),
        Route("/subscribe/push/stop", push.stop, methods=["POST"]),
        Route("/subscribe/push/moved", push.move, methods=["POST"]),
        Route("/u/{token}", stopping.show),
        Route("/u/{token}", stopping.act, methods=["POST"]),
        Route("/u/{token}/choices", choosing.show),
        Route("/u/{token}/choices", choosing.choose, methods=["POST"]),
        *assets.routes(words, key, base=base),
    )


def _twilio(settings: SenderSettings, kept: Register, clock: Callable[[], datetime]) -> Sequence[BaseRoute]:
    token = settings.twilio_auth_token.get_secret_value()
    if not token or not settings.twilio_account_sid or not settings.public_url:
        return ()
    from broadcaster.channels.twilio_receipts import Reader

    reader = Reader(public_url=settings.public_url, auth_token=token, account_sid=settings.twilio_account_sid)
    receipts = TwilioReceipts(kept, reader, key=AddressKey.from_hex(settings.address_key.get_secret_value()), clock=clock)
    return (Route(f"{twilio_codes.RECEIPT_PATH}/{{id}}", receipts.receive, methods=["POST"]),)


def _relay(settings: SenderSettings, kept: Register, clock: Callable[[], datetime]) -> Sequence[BaseRoute]:
    if not settings.partners:
        return ()
    partners = [Partner(url=each.url, secret=each.secret.get_secret_value()) for each in settings.partners.values()]
    receipts = RelayReceipts(kept, partners, clock=clock)
    return (Route(relay_protocol.RECEIPT_PATH, receipts.receive, methods=["POST"]),)


def _not_read(request: Request, refused: Exception) -> Response:
    status = refused.status if isinstance(refused, bodies.Refused) else 400
    return PlainTextResponse(f"{status}: not read\n", status_code=status)


def _unavailable(request: Request, error: Exception) -> Response:
    return PlainTextResponse("503: the database cannot be used now\n", status_code=503, headers={"Retry-After": "30"})


def _now() -> datetime:
    return datetime.now(UTC)
