"""What `./run` shows: once, through the same doors as staff, and to nobody who exists."""

from broadcaster import campaign_records, demo
from broadcaster.campaign_states import State
from broadcaster.database import Connection
from content import library
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import town

WORDS = library.load()
HIGHEST_TELEGRAM_ID = 2**40
"""Telegram promises 52 bits; those in use are far below."""


def test_the_demo_is_prepared_once(register: Connection) -> None:
    campaign = demo.prepare(register, WORDS, now=NOW)
    assert campaign is not None
    assert campaign.state is State.SCHEDULED
    assert campaign.approved_by not in (None, campaign.author)
    assert demo.prepare(register, WORDS, now=NOW) is None
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == demo.PEOPLE
    assert [each.id for each in campaign_records.every(register)] == [campaign.id]


def test_nobody_in_the_demo_can_be_written_to(register: Connection) -> None:
    campaign = demo.prepare(register, WORDS, now=NOW)
    assert campaign is not None
    assert campaign.content.rehearsal
    addresses = register.execute("SELECT channel, value FROM address").fetchall()
    assert {row["channel"] for row in addresses} == {"telegram"}
    assert min(int(row["value"]) for row in addresses) > HIGHEST_TELEGRAM_ID


def test_invented_people_never_stand_among_real_ones(register: Connection) -> None:
    town(register).people(1)
    assert demo.prepare(register, WORDS, now=NOW) is None
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 1
