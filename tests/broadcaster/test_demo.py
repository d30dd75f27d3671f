"""What `./run` shows: once, through the same doors as staff, and to nobody who exists."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import (
    attention,
    audit,
    campaign_records,
    campaign_versions,
    credentials,
    database,
    demo,
    demo_people,
    demo_sign_in,
    effect,
    leaving,
    opt_out_counts,
    report,
    staff,
)
from broadcaster.addresses import AddressKey
from broadcaster.campaign_states import Role, State
from broadcaster.database import Connection
from content import library
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import CountingHasher, sign_in
from tests.broadcaster.town import town

WORDS = library.load()
HIGHEST_TELEGRAM_ID = 2**40
"""Telegram promises 52 bits; those in use are far below."""


@pytest.fixture(autouse=True)
def _cheap(hasher: CountingHasher) -> None:
    """Nobody waits here for argon2."""


def test_the_demo_is_prepared_once(register: Connection) -> None:
    campaign = demo.prepare(register, WORDS, now=NOW)
    assert campaign is not None
    assert (campaign.id, campaign.state, campaign.send_at) == (1, State.SCHEDULED, NOW)
    assert campaign.approved_by not in (None, campaign.author)
    before = len(campaign_records.every(register))
    assert demo.prepare(register, WORDS, now=NOW) is None
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == demo_people.COUNT
    assert len(campaign_records.every(register)) == before


def test_something_waits_for_everybody_at_the_desk(register: Connection) -> None:
    demo.prepare(register, WORDS, now=NOW)
    states = Counter(each.state for each in campaign_records.every(register))
    assert states == {State.SCHEDULED: 2, State.DONE: 1, State.SUBMITTED: 1, State.DRAFT: 1}
    (waiting,) = attention.now(register).to_approve
    assert waiting.submitted_by == "Daniyar"
    before = campaign_versions.last_judged(register, campaign_records.find(register, waiting.id))
    assert before, "Saule has something to compare with"


def test_the_campaign_of_last_week_has_an_effect_and_people_who_left(register: Connection) -> None:
    demo.prepare(register, WORDS, now=NOW)
    (sent,) = (each for each in campaign_records.every(register) if each.state is State.DONE)
    measured = effect.measure(register, sent.id).next
    assert isinstance(measured, effect.Measure)
    assert measured.difference.low > 0, "more of the warned left, whatever chance did"
    (left,) = leaving.since_the_warning(register, sent)
    assert 0 < left.unfollowed < left.warned
    told = report.report_of(register, sent.id)
    assert told.unsubscribed == 10
    assert sum(told.counts.values()) == told.audience
    assert opt_out_counts.today(register, now=NOW) == 1


def test_the_demo_tells_its_story_in_order(register: Connection) -> None:
    demo.prepare(register, WORDS, now=NOW)
    moments = [row["at"] for row in register.execute("SELECT at FROM audit ORDER BY id")]
    assert moments == sorted(moments)
    assert audit.verify(register) is None


def test_nobody_in_the_demo_can_be_written_to(register: Connection) -> None:
    demo.prepare(register, WORDS, now=NOW)
    every = campaign_records.every(register)
    assert all(each.content.rehearsal for each in every if each.state is State.SCHEDULED)
    addresses = register.execute("SELECT channel, value FROM address").fetchall()
    assert {row["channel"] for row in addresses} == {"telegram"}
    assert min(int(row["value"]) for row in addresses) > HIGHEST_TELEGRAM_ID


def test_invented_people_never_stand_among_real_ones(register: Connection) -> None:
    town(register).people(1)
    assert demo.prepare(register, WORDS, now=NOW) is None
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 1


def test_the_demo_does_not_stand_among_real_staff(register: Connection) -> None:
    staff.add(register, "Marat", Role.ADMIN, who="shell", now=NOW)
    assert demo.prepare(register, WORDS, now=NOW) is None
    assert demo_sign_in.told(register, now=NOW) == []


def test_the_invented_staff_sign_in_with_what_is_told(register: Connection) -> None:
    demo.prepare(register, WORDS, now=NOW)
    told = demo_sign_in.told(register, now=NOW)
    assert [(each.name, each.role) for each in told] == [
        ("Daniyar", Role.AUTHOR),
        ("Saule", Role.APPROVER),
        ("Aliya", Role.ADMIN),
        ("Timur", Role.MODERATOR),
        ("Zhanar", Role.MODERATOR),
    ]
    for each in told:
        assert credentials.weakness(each.password, each.name) is None
        assert sign_in(register, each.name, each.password, each.code, now=NOW)
    assert audit.verify(register) is None


def test_another_register_has_other_passwords(register: Connection, tmp_path: Path) -> None:
    other = database.open(f"sqlite:///{tmp_path / 'other.db'}", AddressKey(bytes(range(1, 33))))
    database.migrate(other, "broadcaster", database.MIGRATIONS)
    passwords = set()
    for each in (register, other):
        demo.prepare(each, WORDS, now=NOW)
        passwords |= {told.password for told in demo_sign_in.told(each, now=NOW)}
    other.close()
    assert len(passwords) == 10


def test_whoever_chose_a_password_of_their_own_is_told_of_no_more(register: Connection) -> None:
    demo.prepare(register, WORDS, now=NOW)
    aliya = staff.find(register, "Aliya")
    own, secret = credentials.hash_of("a password of her own"), credentials.new_secret()
    with database.transaction(register):
        credentials.keep(register, aliya.id, password=own, secret=secret, step=0, now=NOW)
    assert [each.name for each in demo_sign_in.told(register, now=NOW + timedelta(minutes=1))] == [
        *("Daniyar", "Saule", "Timur", "Zhanar")
    ]
