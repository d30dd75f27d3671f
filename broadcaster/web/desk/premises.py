"""What all pages behind a sign-in of the staff work with, whatever they are about: the console's and the volunteers'.

How a page is made, what a refusal looks like, which cookies there are. `guard` stands before all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from broadcaster.web.desk import refusals
from broadcaster.web.desk.hashing import Hashing
from broadcaster.web.desk.matrix import Matrix
from broadcaster.web.desk.visit import Visit
from broadcaster.web.desk.words import in_language
from broadcaster.web.html import environment
from broadcaster.web.register import Register
from content.desk_words import DeskWords
from content.language import Language
from content.library import Library

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
SESSION = "desk"
VISITOR = "visitor"
LANGUAGE = "language"
NAMES = {Language.KK: "Қазақша", Language.RU: "Русский", Language.EN: "English"}
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One link of the frame: shown to whoever may open `route`. `says` is the key of its name; `waiting` stands beside it."""

    route: str
    path: str
    says: str
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """One per application. `root` is the folder its pages stand in, empty where it has the address for itself; `url` is how the
    staff reach it, empty where nobody set it. `kept` answers quickly. `uploads` is the private folder of files that come in."""

    matrix: Matrix
    sections: Sequence[Section]
    refusals: Mapping[type[Exception], tuple[int, str]]
    root: str
    url: str
    secret: SecretStr
    words: Library
    desk_words: DeskWords
    kept: Register
    hashing: Hashing
    templates: Environment
    uploads: Path | None = None

    async def page(self, visit: Visit, template: str, *, status: int = 200, **fields: object) -> Response:
        """A whole page with the frame around it."""
        stopped = await self.is_stopped() if visit.staff else False
        sections = await self.sections_for(visit)
        frame = {"names": NAMES, "stopped": stopped, "here": _here(visit.request), "sections": sections}
        return self.part(visit, template, status=status, **frame, **fields)

    def part(self, visit: Visit, template: str, *, status: int = 200, **fields: object) -> Response:
        """A piece of a page, for what is refreshed alone."""
        words = in_language(self.desk_words, visit.language)
        mine = partial(self.matrix.may, visit.staff.role) if visit.staff else _nothing
        about: Mapping[str, Any] = {"visit": visit, "language": visit.language, "may": mine, "q": partial(quote, safe="")}
        where = {"root": self.root, "home": self.home}
        html = self.templates.get_template(template).render({**words, **about, **where, **fields})
        return HTMLResponse(html.encode("utf-8", "replace"), status_code=status)

    async def is_stopped(self) -> bool:
        """Whether every page says in its frame that no campaign is sent now."""
        return False

    async def sections_for(self, visit: Visit) -> Sequence[Section]:
        """Beside what the matrix says of the role."""
        return self.sections

    async def refused(self, visit: Visit, key: str, *, status: int, detail: str = "") -> Response:
        """A calm page with one sentence; `detail` is the register's own line, in English, for whoever looks closer."""
        return await self.page(visit, "refused.html", status=status, key=key, detail=detail)

    async def refusal(self, visit: Visit, error: Exception) -> Response | None:
        """The page for a refusal of the register; None for a mistake of ours."""
        found = refusals.of(error, self.refusals)
        if found is None:
            return None
        status, key = found
        return await self.refused(visit, key, status=status, detail=str(error) if str(error) != (error.__doc__ or "") else "")

    def cookie(self, response: Response, name: str, value: str, *, lasts: timedelta | None = None) -> None:
        """Read by no script, sent to nobody but us. `lasts` None: until the browser is closed."""
        response.set_cookie(
            self.cookie_name(name),
            value,
            max_age=int(lasts.total_seconds()) if lasts else None,
            httponly=True,
            samesite="strict",
            secure=self.https,
        )

    def drop_cookie(self, response: Response, name: str) -> None:
        response.delete_cookie(self.cookie_name(name), httponly=True, samesite="strict", secure=self.https)

    def cookie_name(self, name: str) -> str:
        """With https a name that no other host of the domain can set."""
        return f"__Host-{name}" if self.https else name

    def local(self, address: str) -> str:
        """A path of ours or the first page: a form cannot send anybody elsewhere."""
        is_path = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
        return address if is_path and "\\" not in address else self.home

    @property
    def home(self) -> str:
        return self.root or "/"

    @property
    def https(self) -> bool:
        return self.url.startswith("https:")


async def choose_language(office: Premises, visit: Visit) -> Response:
    """POST /language: back to where it was pressed."""
    chosen = visit.form.get("language", "")
    response = RedirectResponse(office.local(visit.form.get("here", "")), status_code=303)
    if chosen in set(Language):
        office.cookie(response, LANGUAGE, chosen, lasts=_YEAR)
    return response


def make_templates(*more: Path) -> Environment:
    """`more`: folders with templates of an application's own."""
    return environment(*more, TEMPLATES)


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _nothing(route: str) -> bool:
    return False
