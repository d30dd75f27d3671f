"""/ and /subscribe: pages that ask the register nothing and change nothing. What subscribe.js tells us goes to `push_door`."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from broadcaster.web import page_language
from broadcaster.web.public_pages import PublicPages
from content.language import Language


class PlainPages:
    """One per process."""

    def __init__(self, pages: PublicPages) -> None:
        self._pages = pages

    async def welcome(self, request: Request) -> Response:
        return HTMLResponse(self._pages.welcome(_language(request)))

    async def subscribe(self, request: Request) -> Response:
        return HTMLResponse(self._pages.subscribe(_language(request)))


def _language(request: Request) -> Language:
    return page_language.chosen(request, page_language.asked(request))
