"""A hall of volunteers for every test."""

import pytest

from broadcaster.database import Connection
from tests.bot.moderation.hall import Hall


@pytest.fixture
def hall(register: Connection) -> Hall:
    return Hall(register)
