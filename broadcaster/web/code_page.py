"""/code and /code/{code}: "is this warning really yours?" The full text that went out under a code, or that none did.

A known code brings our text, never a yes to the text it stands in: anybody can copy a code. What was typed is shown only where it
has the form of a code, so that nobody can put words of theirs on our page with a link.
"""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from broadcaster import campaign_codes, campaign_records
from broadcaster.campaign_records import Shown
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.web import page_language
from broadcaster.web.public_pages import PublicPages
from broadcaster.web.register import Register


class CodePage:
    """One per process."""

    def __init__(self, kept: Register, pages: PublicPages) -> None:
        self._register = kept
        self._pages = pages

    async def show(self, request: Request) -> Response:
        language = page_language.chosen(request, page_language.asked(request))
        typed = request.path_params.get("code") or request.query_params.get("code", "")
        codes = campaign_codes.found_in(typed, question=True) or campaign_codes.found_in("".join(typed.split()))
        try:
            shown = await self._register.ask(_sent_under, codes) if codes else None
        except DatabaseUnavailable:
            return HTMLResponse(self._pages.not_now(language), status_code=503)
        return HTMLResponse(self._pages.code(language, asked=bool(typed.strip()), code=next(iter(codes), ""), shown=shown))


def _sent_under(connection: Connection, codes: tuple[str, ...]) -> Shown | None:
    return next(filter(None, (campaign_records.by_code(connection, code) for code in codes)), None)
