from datetime import timedelta

import pytest

from broadcaster import audit, database, freeze, halt
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.freeze import NotStarted
from broadcaster.reach import NobodyToReach
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import POLICY, without_canary
from tests.broadcaster.town import Town, town

QUICK = without_canary()


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def deliveries(register: Connection, campaign: int) -> list[tuple[int, int, int]]:
    rows = register.execute("SELECT contact, route, state FROM delivery WHERE campaign = ? ORDER BY contact", [campaign])
    return [tuple(row) for row in rows]


def due(register: Connection, campaign: int) -> dict[ContactId, int]:
    rows = register.execute("SELECT contact, at FROM due WHERE campaign = ? AND tries = 0", [campaign])
    return {row["contact"]: row["at"] - int(NOW.timestamp()) for row in rows}


def waiting(register: Connection, campaign: int) -> set[ContactId]:
    return {row["contact"] for row in register.execute("SELECT contact FROM waiting WHERE campaign = ?", [campaign])}


def test_one_delivery_a_person_over_the_channel_order_in_their_language(register: Connection, people: Town) -> None:
    aigul = people.person(telegram="700000001", phone="+77010000001", language="kk", consent=("warn",))
    timur = people.person(phone="+77010000002", language="ru", consent=("warn",))
    people.person(phone="+77010000003", consent=("educate",))
    people.person(telegram="700000004", phone="+77010000004", consent=("warn",), stopped=("phone",))
    campaign = people.campaign(channels=("telegram", "sms"))
    assert freeze.freeze(register, campaign, now=NOW, policy=QUICK) == 2
    assert deliveries(register, campaign) == [(aigul, 0, 0), (timur, 13, 0)]
    row = register.execute("SELECT state, audience, started_at FROM campaign WHERE id = ?", [campaign]).fetchone()
    assert tuple(row) == ("sending", 2, database.instant(NOW))
    tallies = register.execute("SELECT route, state, n FROM tally WHERE campaign = ? ORDER BY route", [campaign])
    assert [tuple(tally) for tally in tallies] == [(0, 0, 1), (13, 0, 1)]
    assert audit.verify(register) is None


def test_who_joins_or_changes_later_does_not_change_the_audience(register: Connection, people: Town) -> None:
    """R17."""
    crowd = people.people(5, follows=("@pyramid_kz",))
    campaign = people.campaign(segment={"followers_of": "@pyramid_kz"})
    freeze.freeze(register, campaign, now=NOW, policy=QUICK)
    people.people(5, follows=("@pyramid_kz",))
    assert [contact for contact, _, _ in deliveries(register, campaign)] == crowd
    with pytest.raises(NotStarted):
        freeze.freeze(register, campaign, now=NOW, policy=QUICK)


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "sending", "paused", "done", "cancelled"])
def test_only_what_is_scheduled_starts(register: Connection, people: Town, state: str) -> None:
    people.people(3)
    campaign = people.campaign(state=state, started_at=NOW)
    with pytest.raises(NotStarted):
        freeze.freeze(register, campaign, now=NOW, policy=QUICK)
    assert deliveries(register, campaign) == []


def test_what_was_edited_after_its_approval_does_not_start(register: Connection, people: Town) -> None:
    """R17."""
    people.people(3)
    campaign = people.campaign()
    register.execute("UPDATE campaign SET content_hash = zeroblob(32) WHERE id = ?", [campaign])
    with pytest.raises(NotStarted):
        freeze.freeze(register, campaign, now=NOW, policy=QUICK)


def test_nothing_starts_before_its_time_or_while_everything_is_stopped(register: Connection, people: Town) -> None:
    people.people(3)
    campaign = people.campaign()
    with pytest.raises(NotStarted):
        freeze.freeze(register, campaign, now=NOW - timedelta(seconds=1), policy=QUICK)
    halt.stop_everything(register, who="Saule", now=NOW)
    with pytest.raises(NotStarted):
        freeze.freeze(register, campaign, now=NOW, policy=QUICK)
    halt.resume_everything(register, who="Saule", now=NOW)
    assert freeze.freeze(register, campaign, now=NOW, policy=QUICK) == 3


def test_nobody_to_reach_is_an_error_and_leaves_no_trace(register: Connection, people: Town) -> None:
    people.people(3, consent=())
    campaign = people.campaign()
    with pytest.raises(NobodyToReach):
        freeze.freeze(register, campaign, now=NOW, policy=QUICK)
    assert register.execute("SELECT state FROM campaign WHERE id = ?", [campaign]).fetchone()[0] == "scheduled"
    assert deliveries(register, campaign) == []


def test_the_canary_is_a_share_but_never_fewer_than_the_least(register: Connection, people: Town) -> None:
    people.people(2_500)
    campaign = people.campaign()
    shape = POLICY.model_copy(update={"canary": POLICY.canary.model_copy(update={"share": 0.1, "at_least": 20})})
    freeze.freeze(register, campaign, now=NOW, policy=shape)
    first = due(register, campaign)
    assert 150 < len(first) < 350
    assert set(first.values()) == {0}
    another = people.campaign()
    freeze.freeze(register, another, now=NOW, policy=POLICY)
    second = due(register, another)
    assert len(second) >= 20
    assert first.keys() != second.keys()
    assert first.keys() & second.keys() != second.keys(), "each campaign draws anew"


def test_a_small_audience_is_its_own_canary(register: Connection, people: Town) -> None:
    crowd = people.people(7)
    campaign = people.campaign()
    freeze.freeze(register, campaign, now=NOW, policy=POLICY)
    assert sorted(due(register, campaign)) == crowd


def test_the_waiting_group_is_drawn_once_and_warned_hours_later(register: Connection, people: Town) -> None:
    people.people(1_000)
    campaign = people.campaign(control=0.3, control_hours=48)
    freeze.freeze(register, campaign, now=NOW, policy=QUICK)
    group = waiting(register, campaign)
    assert 200 < len(group) < 400
    assert due(register, campaign) == dict.fromkeys(group, 48 * 3600)
    assert register.execute("SELECT control_hours FROM campaign WHERE id = ?", [campaign]).fetchone()[0] == 48
    assert {contact for contact, _, state in deliveries(register, campaign) if state == 1} == group


def test_nobody_who_waits_counts_as_canary(register: Connection, people: Town) -> None:
    people.people(1_000)
    campaign = people.campaign(control=0.5)
    shape = POLICY.model_copy(update={"canary": POLICY.canary.model_copy(update={"share": 0.1, "at_least": 80})})
    freeze.freeze(register, campaign, now=NOW, policy=shape)
    group = waiting(register, campaign)
    assert 400 < len(group) < 600
    assert len(due(register, campaign).keys() - group) >= 80


def test_the_same_draw_again_gives_the_same_people(register: Connection, people: Town) -> None:
    """Stable over re-runs: what was rolled back draws as it did."""
    people.people(400)
    campaign = people.campaign(control=0.3)
    drawn = []
    for _ in range(2):
        freeze.freeze(register, campaign, now=NOW, policy=POLICY)
        drawn.append((waiting(register, campaign), due(register, campaign)))
        with database.transaction(register):
            for table in ("delivery", "due", "waiting", "tally"):
                register.execute(f"DELETE FROM {table} WHERE campaign = ?", [campaign])
            register.execute("UPDATE campaign SET state = 'scheduled' WHERE id = ?", [campaign])
    assert drawn[0] == drawn[1]


def test_many_followers_have_a_waiting_group_unless_it_is_an_emergency(register: Connection, people: Town) -> None:
    people.people(60, follows=("@pyramid_kz",))
    few = POLICY.model_copy(update={"control": POLICY.control.model_copy(update={"followers_over": 50, "share": 0.5})})
    segment = {"followers_of": "@pyramid_kz", "language": "ru"}
    campaigns = [
        people.campaign(segment=segment),
        people.campaign(segment=segment, control=0.0),
        people.campaign(segment=segment, emergency=True),
        people.campaign(segment={"everybody": True}),
    ]
    for campaign in campaigns:
        freeze.freeze(register, campaign, now=NOW, policy=few)
    sizes = [len(waiting(register, campaign)) for campaign in campaigns]
    assert 15 < sizes[0] < 45
    assert sizes[1:] == [0, 0, 0]
    campaign = people.campaign(segment=segment)
    freeze.freeze(register, campaign, now=NOW, policy=POLICY)
    assert waiting(register, campaign) == set(), "60 are not many"


def test_draws_are_even_and_of_canary_and_waiting_group_apart(register: Connection, people: Town) -> None:
    """A keyed draw that favoured some ids would bias the measured effect."""
    with database.transaction(register):
        register.execute(
            "INSERT INTO delivery WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 40000) "
            "SELECT 1, x, 0, 0, 0 FROM n"
        )
    counted = []
    for noun in ("waiting", "canary"):
        sql = f"SELECT contact FROM delivery WHERE {freeze._DRAW} < (1 << 29)"
        drawn = {row["contact"] for row in register.execute(sql, freeze._coefficients(register, 1, noun))}
        assert 0.24 < len(drawn) / 40_000 < 0.26
        for tenth in range(10):
            part = sum(1 for contact in drawn if contact % 10 == tenth)
            assert 0.22 < part / 4_000 < 0.28
        counted.append(drawn)
    assert 0.055 < len(counted[0] & counted[1]) / 40_000 < 0.07
