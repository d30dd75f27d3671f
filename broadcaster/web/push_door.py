"""POST /subscribe/push, …/stop and …/moved: what subscribe.js and the service worker tell us of their browser, as JSON.

Only from a page of ours. Nothing that stands in a subscription is ever fetched here; the sender alone posts to it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

import structlog
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from broadcaster.channels.push_subscription import Subscription
from broadcaster.consent import Origin
from broadcaster.web import bodies, browsers, choices, same_origin
from broadcaster.web.register import Register
from content.library import Library

log = structlog.get_logger()

LONGEST_BODY = 8 * 1024

_Press = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
"""Names one press of a button, so that a request sent twice acts once."""


class _Subscribed(BaseModel):
    subscription: Subscription
    topics: Annotated[list[str], Field(min_length=1, max_length=100)]
    region: str
    language: str
    press: _Press


class _Stopped(BaseModel):
    subscription: Subscription
    press: _Press


class _Moved(BaseModel):
    old: Subscription
    new: Subscription
    press: _Press


Said = TypeVar("Said", bound=BaseModel)


class PushDoor:
    """One per process. `public_url`: where our pages stand."""

    def __init__(self, kept: Register, words: Library, *, public_url: str, clock: Callable[[], datetime]) -> None:
        self._register = kept
        self._words = words
        self._public_url = public_url
        self._clock = clock

    async def subscribe(self, request: Request) -> Response:
        said = await self._read(request, _Subscribed)
        chosen = choices.read(self._words, topics=said.topics, region=said.region, language=said.language)
        await self._register.ask(browsers.subscribe, said.subscription, chosen, self._origin(said.press))
        log.info("browser.subscribed", topics=len(chosen.topics))
        return Response(status_code=204)

    async def stop(self, request: Request) -> Response:
        said = await self._read(request, _Stopped)
        await self._register.ask(browsers.stop, said.subscription, self._origin(said.press))
        log.info("browser.stopped")
        return Response(status_code=204)

    async def move(self, request: Request) -> Response:
        said = await self._read(request, _Moved)
        await self._register.ask(browsers.move, said.old, said.new, self._origin(said.press))
        log.info("browser.moved")
        return Response(status_code=204)

    def _origin(self, press: str) -> Origin:
        return Origin(door=browsers.DOOR, message_id=press, at=self._clock())

    async def _read(self, request: Request, kind: type[Said]) -> Said:
        if not same_origin.comes_from_our_page(request, self._public_url):
            raise bodies.Refused(403)
        given, _, _ = request.headers.get("content-type", "").partition(";")
        if given.strip().lower() != "application/json":
            raise bodies.Refused(415)
        body = await bodies.read(request, longest=LONGEST_BODY)
        try:
            return kind.model_validate_json(body)
        except ValidationError:
            raise bodies.Refused(400) from None
