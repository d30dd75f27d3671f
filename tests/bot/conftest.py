"""The words as they ship, a real register in a file, a conversation with an ear that a test teaches."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation import Conversation
from broadcaster.database import Connection
from content import library
from content.library import Library
from tests.bot.people import Person, TaughtEar, new_register


@pytest.fixture(scope="session")
def words() -> Library:
    return library.load()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Connection]:
    register = new_register(tmp_path)
    yield register
    register.close()


@pytest.fixture
def ear() -> TaughtEar:
    return TaughtEar({})


@pytest.fixture
def conversation(words: Library, register: Connection, ear: TaughtEar) -> Conversation:
    return Conversation(library=words, ear=ear, register=register, chance=random.Random(7))


@pytest.fixture
def aigul(conversation: Conversation) -> Person:
    return Person(conversation)


@pytest.fixture
def timur(conversation: Conversation) -> Person:
    return Person(conversation, sender="+77017654321")
