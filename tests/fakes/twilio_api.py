"""Twilio's Messages resource over real HTTP, for what no emulator does: refusals by code, 429, storms, answers that get lost.

`taken` is the truth about what went out, in order. `forms` is everything that was asked for.
"""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.bot_api import _Broken

SID, TOKEN = "AC" + "0" * 32, "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`status=None`: the connection breaks in the middle of the answer. `code=None`: no JSON of Twilio's comes with it."""

    after_effect: bool
    status: int | None
    code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def answer(self) -> Response:
        if self.status is None:
            return _Broken()
        if self.code is None:
            return Response("<html>", status_code=self.status, headers=self.headers)
        return _refusal(self.code, self.status, self.headers)


class TwilioApi:
    """One account. `now` stamps what is taken."""

    def __init__(self, *, now: datetime = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)) -> None:
        self.now = now
        self.url = ""
        self.forms: list[dict[str, str]] = []
        self.taken: list[dict[str, Any]] = []
        self.refuses: dict[str, int] = {}
        """Recipient → code."""
        self.born_failed: int | None = None
        """The code of messages that Twilio takes and gives up at once."""
        self.largest_page = 1_000
        self._faults: list[Fault] = []
        path = "/2010-04-01/Accounts/{account}/Messages.json"
        self.app = Starlette(routes=[Route(path, self._create, methods=["POST"]), Route(path, self._list, methods=["GET"])])

    def fails(self, *, after_effect: bool, status: int | None, code: int | None = None, **headers: str) -> None:
        """The next request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._faults.append(Fault(after_effect=after_effect, status=status, code=code, headers=named))

    @asynccontextmanager
    async def on_loopback(self) -> AsyncIterator["TwilioApi"]:
        """Serves on a free port of 127.0.0.1; `url` is the base to give to the library."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(self.app, log_config=None, access_log=False, lifespan="off", ws="none"))
        serving = asyncio.create_task(server._serve([listening]))  # serve() would take the signals of the test run
        try:
            yield self
        finally:
            server.should_exit = True
            await serving

    async def _create(self, request: Request) -> Response:
        async with request.form() as given:
            form = {name: str(value) for name, value in given.items()}
        self.forms.append(form)
        fault = self._faults.pop(0) if self._faults else None
        if fault and not fault.after_effect:
            return fault.answer
        if not _is_ours(request):
            return _refusal(20003, 401)
        if code := self.refuses.get(form["To"]):
            return _refusal(code, 400)
        message = self._message(form)
        self.taken.insert(0, message)
        return fault.answer if fault else JSONResponse(message, status_code=201)

    async def _list(self, request: Request) -> Response:
        if self._faults:
            return self._faults.pop(0).answer
        to, page = request.query_params["To"], int(request.query_params.get("Page", 0))
        size = min(int(request.query_params.get("PageSize", 50)), self.largest_page)
        found = [message for message in self.taken if message["to"] == to]
        here, more = found[page * size : (page + 1) * size], found[(page + 1) * size :]
        following = f"{request.url.path}?{request.url.include_query_params(Page=page + 1).query}" if more else None
        return JSONResponse({"messages": here, "next_page_uri": following, "page_size": size})

    def _message(self, form: Mapping[str, str]) -> dict[str, Any]:
        stamp = format_datetime(self.now)
        body = form.get("Body") or " ".join(json.loads(form.get("ContentVariables", "{}")).values())
        return {
            "account_sid": SID,
            "api_version": "2010-04-01",
            "body": body,
            "date_created": stamp,
            "date_sent": None,
            "date_updated": stamp,
            "direction": "outbound-api",
            "error_code": self.born_failed,
            "error_message": None,
            "from": form["From"],
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "2",
            "price": None,
            "price_unit": "USD",
            "sid": f"SM{len(self.taken):032x}",
            "status": "failed" if self.born_failed else "queued",
            "subresource_uris": {},
            "to": form["To"],
            "uri": "",
        }


def _is_ours(request: Request) -> bool:
    expected = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    return request.path_params["account"] == SID and request.headers.get("authorization") == f"Basic {expected}"


def _refusal(code: int, status: int, headers: Mapping[str, str] | None = None) -> Response:
    answer = {"code": code, "message": "+77011234567 is not well", "more_info": "https://www.twilio.com", "status": status}
    return JSONResponse(answer, status_code=status, headers=headers)
