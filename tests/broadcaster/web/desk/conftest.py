"""The console over a real register in a file, as signed-in staff reach it.

async def test_…(desk: Desk) -> None:
    daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
    page = await daniyar.get("/")
    answer = await daniyar.post("/campaigns/1/submit", {})      # with the token a form of ours would carry
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from broadcaster import sessions, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection, transaction
from broadcaster.staff import Staff, UnknownStaff
from broadcaster.web import console
from content import desk_words
from tests.broadcaster.conftest import NOW
from tests.broadcaster.web.conftest import WORDS, settings_in

SAID = desk_words.load()
ADDRESS = "http://127.0.0.1:8002"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')

Fields = Mapping[str, str | Sequence[str]]


class Desk:
    """`now` may be moved: the console's clock reads it."""

    def __init__(self, app: Starlette, register: Connection) -> None:
        self.app = app
        self.register = register
        self.now = NOW
        self._clients: list[httpx.AsyncClient] = []

    def clock(self) -> datetime:
        return self.now

    def stranger(self, language: str = "ru") -> "Person":
        return Person(self._client(language))

    def signed_in(self, name: str, role: Role, language: str = "ru") -> "Person":
        """Somebody of the staff, added when there is nobody of that name, with a session."""
        try:
            member = staff.find(self.register, name)
        except UnknownStaff:
            member = staff.add(self.register, name, role, who="test", now=self.now)
        client = self._client(language)
        with transaction(self.register):
            client.cookies.set("desk", sessions.begin(self.register, member.id, now=self.now))
        return Person(client, member)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()

    def _client(self, language: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app)
        client = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"accept-language": language})
        self._clients.append(client)
        return client


class Person:
    """Somebody at the desk, with a browser of their own. `staff` is None for a stranger."""

    def __init__(self, client: httpx.AsyncClient, member: Staff | None = None) -> None:
        self.client = client
        self._staff = member

    @property
    def staff(self) -> Staff:
        assert self._staff is not None
        return self._staff

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def post(self, path: str, fields: Fields, *, sent_from: str = "/") -> httpx.Response:
        """As a form on `sent_from` would be sent: with the token that stands in it."""
        return await self.client.post(path, data={"csrf": await self.token(sent_from), **fields})

    async def token(self, page: str = "/") -> str:
        shown = await self.client.get(page, follow_redirects=True)
        found = _TOKEN.search(shown.text)
        assert found, f"no form on {page}: {shown.status_code}"
        return found[1]


@pytest.fixture
async def desk(register: Connection, tmp_path: Path) -> AsyncIterator[Desk]:
    later: list[Desk] = []
    app = console.build(settings_in(tmp_path), words=WORDS, said=SAID, clock=lambda: later[0].now)
    later.append(Desk(app, register))
    async with app.router.lifespan_context(app):
        yield later[0]
        await later[0].close()
