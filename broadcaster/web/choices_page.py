"""/u/{token}/choices: topics, region, language of the person of a stop link. GET shows, POST changes; the link is the proof."""

from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from broadcaster.database import DatabaseUnavailable
from broadcaster.links import BadLink
from broadcaster.web import bodies, choices, choosing, page_language
from broadcaster.web.choosing import Chosen
from broadcaster.web.public_pages import PublicPages
from broadcaster.web.register import Register
from broadcaster.web.unsubscribe_page import LONGEST_BODY, LONGEST_NAME, new_form
from content.language import Language
from content.library import Library

log = structlog.get_logger()


class ChoicesPage:
    """One per process."""

    def __init__(self, kept: Register, pages: PublicPages, words: Library, *, clock: Callable[[], datetime]) -> None:
        self._register = kept
        self._pages = pages
        self._words = words
        self._clock = clock

    async def show(self, request: Request) -> Response:
        try:
            chosen = await self._register.ask(choosing.show, request.path_params["token"])
        except BadLink:
            return self._bad_link()
        except DatabaseUnavailable:
            return self._not_now(request)
        return self._page(request, chosen, language=page_language.chosen(request, chosen.language), saved=False)

    async def choose(self, request: Request) -> Response:
        fields = bodies.form(request, await bodies.read(request, longest=LONGEST_BODY), errors="strict")
        form = dict(fields)
        wanted = choices.read(
            self._words,
            topics=[value for name, value in fields if name == "topics"],
            region=form.get("region", ""),
            language=form.get("language", ""),
        )
        name = form.get("form", "")[:LONGEST_NAME] or new_form()
        try:
            chosen = await self._register.ask(choosing.choose, request.path_params["token"], wanted, form=name, now=self._clock())
        except BadLink:
            return self._bad_link()
        except DatabaseUnavailable:
            return self._not_now(request)
        log.info("choices.saved", topics=len(chosen.topics))
        return self._page(request, chosen, language=chosen.language, saved=chosen.open)

    def _page(self, request: Request, chosen: Chosen, *, language: Language, saved: bool) -> Response:
        token = request.path_params["token"]
        return HTMLResponse(self._pages.choices(chosen, language=language, token=token, form=new_form(), saved=saved))

    def _bad_link(self) -> Response:
        return HTMLResponse(self._pages.bad_link(), status_code=404)

    def _not_now(self, request: Request) -> Response:
        return HTMLResponse(self._pages.not_now(page_language.asked(request)), status_code=503)
