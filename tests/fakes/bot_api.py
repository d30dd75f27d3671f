"""A strict fake of Telegram's Bot API over real HTTP, held to the published description; any library may speak to it.

It refuses what Telegram refuses, and parameters the description does not know, which Telegram would pass over in silence.
`broken_rules` lists every call that did not keep to the description; a test ends by looking at it.
"""

import asyncio
import json
import socket
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.fakes.bot_api_methods import METHODS, SENDING, Refused, World
from tests.fakes.bot_api_people import Group, Person
from tests.fakes.bot_api_schema import specification

TOKEN = "7000000001:AAFakeTokenOfTheStrictFakeForTests0_-x"  # shaped as @BotFather's are


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`status=None`: the connection breaks in the middle of the answer."""

    method: str
    after_effect: bool
    status: int | None
    retry_after: int | None = None


class _Broken(Response):
    """Promises more than it sends; the server then hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b'{"ok":true,"res', "more_body": True})


class Pace:
    """30 messages a second in all and one a second for a chat, as Telegram's FAQ says; `early` counts who did not wait."""

    def __init__(self, clock: Callable[[], float], *, in_all: int, per_chat: float, burst: int) -> None:
        self._clock = clock
        self._in_all = in_all
        self._gap = 1 / per_chat
        self._burst = burst
        self._sent: deque[float] = deque()
        self._chats: dict[Any, float] = {}
        self._not_before: dict[Any, float] = {}
        self.early = 0

    def admit(self, chat: Any) -> None:
        """Raises Refused(429) with the whole seconds to wait."""
        now = self._clock()
        if now < self._not_before.get(chat, now):
            self.early += 1
        while self._sent and now - self._sent[0] >= 1:
            self._sent.popleft()
        free_at = max(self._chats.get(chat, now), now)  # each message moves it on by a gap; a burst may run ahead of it
        wait = free_at - now - (self._burst - 1) * self._gap
        if len(self._sent) >= self._in_all:
            wait = max(wait, 1 - (now - self._sent[0]))
        if wait > 1e-9:
            seconds = max(1, -int(-wait // 1))
            self._not_before[chat] = now + seconds
            raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self._sent.append(now)
        self._chats[chat] = free_at + self._gap


class BotApi:
    """One bot's Telegram. `outside` is the client that delivers webhooks: into an app of ours, or over the network."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        clock: Callable[[], float] = time.monotonic,
        in_all: int = 30,
        per_chat: float = 1,
        burst: int = 1,
        outside: httpx.AsyncClient | None = None,
    ) -> None:
        self.schema = specification()
        self.token = token
        self.pace = Pace(clock, in_all=in_all, per_chat=per_chat, burst=burst)
        self.world = World(self.schema, outside=outside)
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.broken_rules: list[str] = []
        self.url = ""
        self._faults: list[Fault] = []
        routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/photos/{file_id}.jpg", self._file),
        ]
        self.app = Starlette(routes=routes, exception_handlers={404: _not_found})

    def person(self, name: str, *, language: str | None = None, is_bot: bool = False) -> Person:
        person = Person(
            id=700_000_001 + len(self.world.people), name=name, push=self.world.push, language=language, is_bot=is_bot
        )
        self.world.people[person.id] = person
        return person

    def group(self, title: str, *, type: str = "supergroup") -> Group:
        group = Group(id=-1_000_000_000_001 - len(self.world.groups), title=title, type=type)
        self.world.groups[group.id] = group
        return group

    def fails(
        self, method: str, *, after_effect: bool, status: int | None = None, retry_after: int | None = None, times: int = 1
    ) -> None:
        """The next calls of `method`; without a status the connection breaks."""
        self._faults += [Fault(method=method, after_effect=after_effect, status=status, retry_after=retry_after)] * times

    def asked(self, method: str) -> list[Mapping[str, Any]]:
        """Parameters of every call of this method so far."""
        return [parameters for name, parameters in self.calls if name == method]

    @asynccontextmanager
    async def on_loopback(self) -> AsyncIterator["BotApi"]:
        """Serves on a free port of 127.0.0.1; `url` is the base to give to a library."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(self.app, log_config=None, access_log=False, lifespan="off", ws="none"))
        serving = asyncio.create_task(server._serve([listening]))  # serve() would take the signals of the test run
        try:
            yield self
        finally:
            await self.world.close()
            server.should_exit = True
            await serving

    async def _call(self, request: Request) -> Response:
        method = {name.lower(): name for name in self.schema.methods}.get(request.path_params["method"].lower())
        fault = next((each for each in self._faults if each.method == method), None)
        if fault:
            self._faults.remove(fault)
        if fault and not fault.after_effect:
            return _fault(fault)
        try:
            if request.path_params["token"] != self.token:
                raise Refused(401, "Unauthorized")
            if method is None:
                raise Refused(404, "Not Found: method not found")
            result = await self._played(method, await self._parameters(request, method))
        except Refused as refused:
            return JSONResponse(refused.as_json, status_code=refused.code)
        return _fault(fault) if fault else JSONResponse({"ok": True, "result": result})

    async def _file(self, request: Request) -> Response:
        data = self.world.files.get(request.path_params["file_id"])
        if request.path_params["token"] != self.token or data is None:
            return JSONResponse(Refused(404, "Not Found").as_json, status_code=404)
        return Response(data, media_type="application/octet-stream")

    async def _parameters(self, request: Request, method: str) -> dict[str, Any]:
        """Query, form, multipart or JSON: all four are allowed."""
        given: dict[str, Any] = dict(request.query_params)
        kind = request.headers.get("content-type", "")
        if kind.startswith("application/json"):
            with suppress(ValueError):
                given |= json.loads(await request.body() or b"{}")
        else:
            async with request.form() as form:
                for name, value in form.items():
                    given[name] = await _uploaded(value) if isinstance(value, UploadFile) else value
        attached = {name: given.pop(name) for name in [*given] if isinstance(given[name], dict) and "file_name" in given[name]}
        fields = {field["name"] for field in self.schema.methods[method].get("fields", ())}
        decoded = {name: self.schema.decoded(method, name, value) for name, value in given.items()}
        decoded |= {name: file for name, file in attached.items() if name in fields}
        for name, value in decoded.items():
            if isinstance(value, str) and value.startswith("attach://"):
                decoded[name] = attached.get(value.removeprefix("attach://"), value)
        return decoded

    async def _played(self, method: str, parameters: dict[str, Any]) -> Any:
        self.calls.append((method, parameters))
        if problem := self.schema.problem_with_call(method, parameters):
            self.broken_rules.append(f"{method}: {problem}")
            raise Refused(400, f"Bad Request: {problem}")
        if method not in METHODS:
            raise Refused(501, f"Not Implemented: the fake does not play {method}")
        if method in SENDING:
            self.world.chat(parameters["chat_id"])
            self.pace.admit(parameters["chat_id"])
        result = await METHODS[method](self.world, **parameters)
        # Updates were checked when they were pushed; a test may have put one there that no description knows yet.
        if method != "getUpdates" and (problem := self.schema.problem_with_result(method, result)):
            raise AssertionError(f"the fake's own {method} returned {problem}")
        return result


def _fault(fault: Fault) -> Response:
    if fault.status is None:
        return _Broken()
    refused = Refused(fault.status, "Bad Gateway", retry_after=fault.retry_after)
    return JSONResponse(refused.as_json, status_code=fault.status)


async def _uploaded(file: UploadFile) -> dict[str, Any]:
    return {"file_name": file.filename or "", "bytes": len(await file.read())}


async def _not_found(request: Request, error: Exception) -> Response:
    return JSONResponse(Refused(404, "Not Found").as_json, status_code=404)
