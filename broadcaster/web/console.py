"""The ASGI application of `python -m broadcaster console`: its route list is the table of contents of the staff's desk.

It listens on the private side; whoever may open a route stands in broadcaster.web.desk.access.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from broadcaster import database, policy
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.settings import SenderSettings, file_of
from broadcaster.web import health
from broadcaster.web.desk import (
    access,
    audit_page,
    campaign,
    campaign_plots,
    delivery_export,
    delivery_search,
    effects,
    imports_page,
    invitation,
    listing,
    me,
    moving,
    own_password,
    people,
    premises,
    previewing,
    progress,
    refusals,
    signing_in,
    staff_page,
    suppression,
    suspect,
    suspects_list,
    templating,
    today,
    trying,
    unknown_messages,
    unsubscribes,
    uploading,
    writing,
)
from broadcaster.web.desk.guard import Guard
from broadcaster.web.desk.hashing import Hashing
from broadcaster.web.desk.import_queue import ImportQueue
from broadcaster.web.desk.live_counts import LiveCounts
from broadcaster.web.desk.office import SECTIONS, Office
from broadcaster.web.headers import HEADERS, SecurityHeaders
from broadcaster.web.metrics import Metrics
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
    words = words or library.load()
    uploads = file_of(settings.database).with_name(f"{file_of(settings.database).name}.uploads")
    queue = ImportQueue(opening, uploads, words=words, clock=clock or _now)
    kept, headcounts = Register(opening), Register(partial(_for_headcounts, opening))
    desk = Office(
        matrix=access.MATRIX,
        sections=SECTIONS,
        refusals=refusals.REFUSALS,
        root="",
        url=settings.console_url,
        secret=settings.secret,
        settings=settings,
        words=words,
        desk_words=said or desk_words.load(),
        policy=policy.load(),
        kept=kept,
        counting=Register(opening),
        headcounts=headcounts,
        live_counts=LiveCounts(kept, headcounts),
        hashing=Hashing(),
        templates=premises.make_templates(),
        uploads=uploads,
        imports=queue,
    )
    route = Guard(desk, clock=clock or _now).route
    metrics = Metrics("console")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await desk.kept.open()
        await desk.counting.open()
        await desk.headcounts.open()
        await asyncio.to_thread(queue.open)
        try:
            yield
        finally:
            await asyncio.to_thread(queue.close)
            await desk.live_counts.close()
            await desk.headcounts.close()
            await desk.counting.close()
            await desk.kept.close()
            await asyncio.to_thread(desk.hashing.close)

    app = Starlette(
        routes=[
            route("/", "today", today.show),
            route("/stop-everything", "stop-everything", today.stop_everything, methods=["POST"]),
            route("/resume-everything", "resume-everything", today.resume_everything, methods=["POST"]),
            route("/language", "language", premises.choose_language, methods=["POST"]),
            route("/campaigns/{id:int}", "campaign", campaign.show),
            *(
                route(f"/campaigns/{{id:int}}/{action}", f"campaign-{action}", moving.page_of(action), methods=["POST"])
                for action in moving.MOVES
            ),
            route("/campaigns/{id:int}/test", "campaign-test", trying.listed),
            route("/campaigns/{id:int}/test", "campaign-test", trying.ask, methods=["POST"]),
            route("/campaigns", "campaigns", listing.show),
            route("/campaigns/new", "campaign-new", writing.new),
            route("/campaigns/new", "campaign-new-send", writing.make, methods=["POST"]),
            route("/campaigns/live", "campaign-live", writing.live, methods=["POST"]),
            route("/campaigns/{id:int}/edit", "campaign-edit", writing.edit),
            route("/campaigns/{id:int}/edit", "campaign-edit-send", writing.change, methods=["POST"]),
            route("/campaigns/{id:int}/copy", "campaign-copy", writing.copy),
            route("/campaigns/{id:int}/template", "campaign-template", templating.save, methods=["POST"]),
            route("/templates", "templates", templating.show_all),
            route("/templates/{id:int}", "template", templating.show),
            route("/people", "people", people.show),
            route("/person", "person", people.find, methods=["GET", "POST"]),
            route("/person/stop", "person-stop", people.stop, methods=["POST"]),
            route("/person/erase", "person-erase", people.erase, methods=["POST"]),
            route("/suppression", "suppression", suppression.show, methods=["GET", "POST"]),
            route("/suppression/add", "suppression-add", suppression.add, methods=["POST"]),
            route("/people/import", "people-import", uploading.people, methods=["GET", "POST"]),
            route("/imports", "imports", imports_page.show),
            route("/imports/{id:int}", "import", imports_page.show_one),
            route("/imports/{id:int}/progress", "import-progress", imports_page.progress),
            route("/imports/{id:int}/errors", "import-errors", imports_page.errors),
            route("/suspects", "suspects", suspects_list.show, methods=["GET", "POST"]),
            route("/suspects/add", "suspect-add", suspects_list.add, methods=["POST"]),
            route("/suspects/import", "suspects-import", uploading.suspects, methods=["GET", "POST"]),
            route("/suspects/{id:int}", "suspect", suspect.show),
            route("/suspects/{id:int}/status", "suspect-status", suspect.change_status, methods=["POST"]),
            route("/suspects/{id:int}/snapshot", "snapshot-import", uploading.followers, methods=["POST"]),
            route("/audit", "audit", audit_page.show),
            route("/audit/check", "audit-check", audit_page.check, methods=["GET", "POST"]),
            route("/campaigns/{id:int}/preview", "campaign-preview", previewing.show),
            route("/campaigns/{id:int}/count", "campaign-count", previewing.count_again, methods=["POST"]),
            route("/campaigns/{id:int}/progress", "campaign-progress", progress.show),
            route("/campaigns/{id:int}/plots/{name}.svg", "campaign-plot", campaign_plots.show),
            route("/campaigns/{id:int}/effect", "campaign-effect", effects.show),
            route("/campaigns/{id:int}/unknown", "campaign-unknown", unknown_messages.show),
            route("/campaigns/{id:int}/unknown", "campaign-decide", unknown_messages.decide, methods=["POST"]),
            route("/campaigns/{id:int}/deliveries", "campaign-deliveries", delivery_search.show, methods=["GET", "POST"]),
            route("/campaigns/{id:int}/deliveries.csv", "campaign-export", delivery_export.send),
            route("/unsubscribes", "unsubscribes", unsubscribes.show),
            route("/unsubscribes/{name}.svg", "unsubscribes-plot", unsubscribes.plot),
            route("/effects", "effects", effects.every),
            route("/sign-in", "sign-in", signing_in.show),
            route("/sign-in", "sign-in-send", signing_in.send, methods=["POST"]),
            route("/sign-out", "sign-out", signing_in.sign_out, methods=["POST"]),
            route("/invitation/{token}", "invitation", invitation.show),
            route("/invitation/{token}", "invitation-send", invitation.send, methods=["POST"]),
            route("/staff", "staff", staff_page.show),
            route("/staff/add", "staff-add", staff_page.add, methods=["POST"]),
            route("/staff/{id:int}/role", "staff-role", staff_page.change_role, methods=["POST"]),
            route("/staff/{id:int}/invite", "staff-invite", staff_page.invite, methods=["POST"]),
            route("/staff/{id:int}/leave", "staff-leave", staff_page.leave, methods=["GET", "POST"]),
            route("/me", "me", me.show),
            route("/me/address", "me-address", me.address, methods=["POST"]),
            route("/me/password", "me-password", me.password, methods=["POST"]),
            route("/me/sign-out", "me-sign-out-everywhere", own_password.sign_out_everywhere, methods=["POST"]),
            Mount("/static", StaticFiles(directory=premises.STATIC), name="static"),
            *health.routes(desk.kept, metrics, secret=settings.secret.get_secret_value(), rules=desk.policy, clock=clock or _now),
        ],
        middleware=[
            Middleware(health.Counted, metrics=metrics),
            Middleware(SecurityHeaders, headers={**HEADERS, "Content-Security-Policy": CSP}, https=desk.https),
        ],
        exception_handlers={DatabaseUnavailable: _unavailable},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would send people to whatever host the request says it came to
    return app


def _for_headcounts(opening: Callable[[], Connection]) -> Connection:
    """It walks through the whole register: with SQLite's own 2 MB a page of an index is read over and over, in twice the time."""
    connection = opening()
    connection.execute("PRAGMA cache_size=-65536")
    return connection


def _unavailable(request: Request, error: Exception) -> Response:
    """Where no page of ours is asked for; pages say it themselves."""
    return PlainTextResponse("503: the database cannot be used now\n", status_code=503, headers={"Retry-After": "30"})


def _now() -> datetime:
    return datetime.now(UTC)
