"""The volunteers' pages inside the bot's own application, over the hall's register, as signed-in staff reach them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import app
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from tests.bot.instances import settings_in
from tests.bot.moderation.hall import Hall
from tests.broadcaster.conftest import hasher  # noqa: F401
from tests.broadcaster.web.desk.conftest import Desk, Person
from tests.fakes.conversation import Echo

KEY = (b"k" * 32).hex()
SOMEWHERE = "/moderation/accuracy"
"""A page with a form of ours that takes no case."""


class Rooms(Desk):
    """`hall` is who and what there is; its clock is the pages' clock."""

    hall: Hall

    def signed_in(self, name: str, role: Role, language: str = "ru") -> Person:
        self.now = self.hall.now
        return super().signed_in(name, role, language)

    def volunteer(self, name: str, language: str = "ru") -> Person:
        return self.signed_in(name, Role.MODERATOR, language)


@pytest.fixture
async def rooms(hall: Hall, register: Connection, tmp_path: Path) -> AsyncIterator[Rooms]:
    application = app.build(
        settings_in(tmp_path, address_key=KEY), opening=lambda settings, words: Echo(), clock=lambda: hall.now
    )
    made = Rooms(application, register)
    made.hall, made.now = hall, hall.now
    async with application.router.lifespan_context(application):
        yield made
        await made.close()
