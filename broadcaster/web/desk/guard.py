"""What stands before every page of the staff: who is it, may they, was the form sent from a page of ours. Fails closed.

1. The session's cookie names a member of the staff, or nobody.  2. The matrix names the roles of the route.  3. A POST comes from
our own origin and carries the token that only our pages know.  4. A refusal of the register becomes a calm page.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar
from urllib.parse import quote

import structlog
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from broadcaster import sessions
from broadcaster.database import DatabaseUnavailable
from broadcaster.staff import Staff
from broadcaster.web import bodies, uploads
from broadcaster.web.desk.premises import LANGUAGE, SESSION, VISITOR, Premises
from broadcaster.web.desk.visit import Visit
from broadcaster.web.same_origin import comes_from_our_page
from broadcaster.web.uploads import Upload
from content.language import Language

log = structlog.get_logger()

P = TypeVar("P", bound=Premises)

Page: TypeAlias = Callable[[P, Visit], Awaitable[Response]]
LONGEST_FORM = 256 * 1024
"""Three texts of a campaign with every character escaped."""

HIGHEST_ID = 2**63 - 1
"""SQLite knows no higher number."""

_UNREAD = {403: "refused_foreign_form", 413: "refused_too_long", 507: "refused_disk_full"}


class Guard(Generic[P]):
    """Makes the routes of one application; none is made without it. Their paths are given without its root."""

    def __init__(self, office: P, *, clock: Callable[[], datetime]) -> None:
        self._office = office
        self._clock = clock
        self._secret = office.secret.get_secret_value().encode()

    def route(self, path: str, name: str, page: Page[P], *, methods: Sequence[str] = ("GET",)) -> Route:
        async def answer(request: Request) -> Response:
            try:
                return await self._answer(request, name, page)
            except DatabaseUnavailable:  # without it nobody knows who asks, and the frame of a page cannot be filled either
                nobody = self._visit(request, name, staff=None, csrf="")
                return await self._office.refused(nobody, "refused_not_now", status=503)

        return Route(f"{self._office.root}{path}" if path != "/" else self._office.home, answer, name=name, methods=list(methods))

    async def _answer(self, request: Request, name: str, page: Page[P]) -> Response:
        token = request.cookies.get(self._office.cookie_name(SESSION), "")
        staff = await self._office.kept.ask(sessions.find, token, now=self._clock()) if token else None
        visitor = request.cookies.get(self._office.cookie_name(VISITOR), "")
        fresh = "" if staff or visitor else secrets.token_urlsafe(18)
        visit = self._visit(request, name, staff=staff, csrf=self._csrf(token if staff else visitor or fresh))
        response = await self._checked(visit, name, page)
        response.headers.setdefault("Cache-Control", "no-store")  # whatever stands around this application
        if fresh:
            self._office.cookie(response, VISITOR, fresh)
        return response

    def _visit(self, request: Request, name: str, *, staff: Staff | None, csrf: str) -> Visit:
        return Visit(
            request=request,
            route=name,
            staff=staff,
            language=self._language(request),
            csrf=csrf,
            form=ImmutableMultiDict(),
            now=self._clock(),
        )

    async def _checked(self, visit: Visit, name: str, page: Page[P]) -> Response:
        if name not in self._office.matrix.open:
            if visit.staff is None:
                return self._to_sign_in(visit.request)
            if not self._office.matrix.may(visit.staff.role, name):
                return await self._office.refused(visit, "refused_not_yours", status=403)
        if any(isinstance(each, int) and each > HIGHEST_ID for each in visit.request.path_params.values()):
            return await self._office.refused(visit, "refused_not_there", status=404)
        if visit.request.method == "POST":
            if not comes_from_our_page(visit.request, self._office.url):
                return await self._office.refused(visit, "refused_foreign_form", status=403)
            try:
                form, upload = await self._sent(visit, name)
            except bodies.Refused as refused:
                key = _UNREAD.get(refused.status, "refused_unreadable")
                return await self._office.refused(visit, key, status=refused.status)
            visit = replace(visit, form=form, upload=upload)
        try:
            return await page(self._office, visit)
        except Exception as error:
            refusal = await self._office.refusal(visit, error)
            if refusal is None:
                log.exception("page.failed", route=name)
                return await self._office.refused(visit, "refused_mistake", status=500)
            return refusal
        finally:
            if visit.upload is not None:
                visit.upload.file.unlink(missing_ok=True)

    async def _sent(self, visit: Visit, name: str) -> tuple[uploads.Fields, Upload | None]:
        """With our token, or Refused(403)."""

        def is_ours(form: uploads.Fields) -> bool:
            return hmac.compare_digest(form.get("csrf", "").encode("utf-8", "surrogatepass"), visit.csrf.encode())

        uploaded = self._office.uploads
        if uploaded and name in self._office.matrix.takes_file and bodies.kind(visit.request) == "multipart/form-data":
            return await uploads.receive(visit.request, uploaded, allows=is_ours)
        form = await _form(visit.request)
        if not is_ours(form):
            raise bodies.Refused(403)
        return form, None

    def _to_sign_in(self, request: Request) -> Response:
        back = request.url.path if request.method in ("GET", "HEAD") else self._office.home
        return RedirectResponse(f"{self._office.root}/sign-in?next={quote(back, safe='')}", status_code=303)

    def _csrf(self, of: str) -> str:
        return hmac.digest(self._secret, f"csrf:{of}".encode("utf-8", "surrogatepass"), "sha256").hex()

    def _language(self, request: Request) -> Language:
        chosen = request.cookies.get(self._office.cookie_name(LANGUAGE), "")
        if chosen in set(Language):
            return Language(chosen)
        for tag in request.headers.get("accept-language", "").split(","):
            if (code := tag.strip()[:2].lower()) in set(Language):
                return Language(code)
        return Language.KK


async def _form(request: Request) -> ImmutableMultiDict[str, str]:
    body = await bodies.read(request, longest=LONGEST_FORM)
    return ImmutableMultiDict(bodies.form(request, body, errors="strict"))
