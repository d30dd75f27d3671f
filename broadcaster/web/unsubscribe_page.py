"""/u/{token}: GET and HEAD show, POST acts. A link that is none of ours gets the same calm page, however it was made."""

import secrets
from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from broadcaster.database import DatabaseUnavailable
from broadcaster.links import BadLink
from broadcaster.web import bodies, unsubscribing
from broadcaster.web.pages import Pages
from broadcaster.web.register import Register
from broadcaster.web.unsubscribing import Action

log = structlog.get_logger()

LONGEST_BODY = 4 * 1024
LONGEST_NAME = 64
"""Of a form."""


class UnsubscribePage:
    """One per process."""

    def __init__(self, kept: Register, pages: Pages, *, clock: Callable[[], datetime]) -> None:
        self._register = kept
        self._pages = pages
        self._clock = clock

    async def show(self, request: Request) -> Response:
        try:
            shown = await self._register.ask(unsubscribing.show, request.path_params["token"])
        except BadLink:
            return self._plain("unsubscribe_bad_link", 404)
        except DatabaseUnavailable:
            return self._plain("unsubscribe_not_now", 503)
        return HTMLResponse(self._pages.standing(shown, token=request.path_params["token"], form=new_form()))

    async def act(self, request: Request) -> Response:
        form = dict(bodies.form(request, await bodies.read(request, longest=LONGEST_BODY), errors="strict"))
        try:
            action = Action(form.get("action", ""))
        except ValueError:
            raise bodies.Refused(400) from None
        name = form.get("form", "")[:LONGEST_NAME] or new_form()
        try:
            shown = await self._register.ask(
                unsubscribing.act, request.path_params["token"], action, form=name, now=self._clock()
            )
        except BadLink:
            return self._plain("unsubscribe_bad_link", 404)
        except DatabaseUnavailable:
            return self._plain("unsubscribe_not_now", 503)
        log.info("link.pressed", action=action.value, standing=shown.standing.value)
        return HTMLResponse(self._pages.standing(shown, token=request.path_params["token"], form=new_form(), done=action))

    def _plain(self, phrase: str, status: int) -> Response:
        return HTMLResponse(self._pages.plain(phrase), status_code=status)


def new_form() -> str:
    return secrets.token_urlsafe(9)
