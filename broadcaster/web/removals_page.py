"""/removals and /removals.json: what was taken off the register or closed, and how to appeal. Changes nothing."""

from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from broadcaster import removals
from broadcaster.database import DatabaseUnavailable
from broadcaster.web import page_language
from broadcaster.web.public_pages import PublicPages
from broadcaster.web.register import Register


class RemovalsPage:
    """One per process."""

    def __init__(self, kept: Register, pages: PublicPages) -> None:
        self._register = kept
        self._pages = pages

    async def show(self, request: Request) -> Response:
        language = page_language.chosen(request, page_language.asked(request))
        try:
            log = await self._register.ask(partial(removals.log, before=_before(request)))
        except DatabaseUnavailable:
            return HTMLResponse(self._pages.not_now(language), status_code=503)
        return HTMLResponse(self._pages.removals(log, language))

    async def as_json(self, request: Request) -> Response:
        log = await self._register.ask(partial(removals.log, before=_before(request)))
        listed = [
            {"kind": each.kind, "name": each.name, "suspected": each.scheme, "status": each.status, "at": each.at.isoformat()}
            for each in log.removals
        ]
        return JSONResponse({"removals": listed, "older": log.older, "unnamed": log.unnamed})


def _before(request: Request) -> int | None:
    """What is no number of ours is passed over."""
    typed = request.query_params.get("before", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 15 else None
