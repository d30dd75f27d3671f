"""What `./run` puts before the demo's volunteers: once, and never among real people."""

from datetime import timedelta

import pytest

from bot.moderation import demo, queue
from broadcaster import audit, staff
from broadcaster import demo as demo_of_the_desk
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from content import library
from tests.bot.people import NOON
from tests.broadcaster.conftest import hasher  # noqa: F401

WORDS = library.load()


pytestmark = pytest.mark.usefixtures("hasher")


def test_something_waits_for_a_volunteer_and_for_a_senior(register: Connection) -> None:
    demo_of_the_desk.prepare(register, WORDS, now=NOON)
    assert demo.prepare(register, now=NOON) == 9
    waiting = queue.waiting(register)
    assert (waiting.open, waiting.senior) == (7, 1)
    task = queue.next_task(register, staff.find(register, "Timur"), now=NOON)
    assert task is not None
    assert task.sightings > 1
    assert audit.verify(register) is None


def test_it_is_prepared_once(register: Connection) -> None:
    demo_of_the_desk.prepare(register, WORDS, now=NOON)
    demo.prepare(register, now=NOON)
    assert demo.prepare(register, now=NOON + timedelta(days=1)) == 0


def test_it_does_not_stand_among_real_people(register: Connection) -> None:
    demo_of_the_desk.prepare(register, WORDS, now=NOON)
    staff.add(register, "Marat", Role.MODERATOR, who="shell", now=NOON)
    assert demo.prepare(register, now=NOON) == 0
    assert queue.waiting(register).open == 0
