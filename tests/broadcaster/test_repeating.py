"""B18: a campaign that repeats leaves its next one as a draft, once, whatever is killed or raced; nobody sends that by itself."""

import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster import audit, campaign_records, campaign_versions, campaigns, database, next_campaign, saved_templates
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_repeat import Repeat
from broadcaster.campaign_states import MoveNotAllowed, State
from broadcaster.campaigns import OwnCampaign
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.post import Post, send
from tests.broadcaster.test_campaigns import Office, actions, begin, content, office, scheduled
from tests.broadcaster.town import town

__all__ = ["office"]

ROOT = Path(__file__).parents[2]
LATER = NOW + timedelta(hours=2)
WEEKLY = {"every_weeks": 1, "until": "2026-06-30"}
AT = "2025-11-21 12:15"
"""NOW in Kazakhstan."""


def sending(connection: Connection, office: Office, **changes: Any) -> Campaign:
    campaign = scheduled(connection, office, **{"schedule": AT, "repeat": WEEKLY, **changes})
    assert begin(connection, campaign)
    return campaign_records.find(connection, campaign.id)


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KAZAKHSTAN)


def test_the_next_one_is_a_draft_of_the_same_author_weeks_later_at_the_same_hour(register: Connection, office: Office) -> None:
    ended = sending(register, office, repeat={"every_weeks": 2, "until": "2026-06-30"})
    assert campaign_records.next_of(register, ended.id) is None
    assert campaigns.finish(register, ended.id, now=LATER)
    made = campaign_records.next_of(register, ended.id)
    assert made is not None
    assert (made.state, made.author, made.follows) == (State.DRAFT, office.daniyar.id, ended.id)
    assert made.content == ended.content.model_copy(update={"schedule": "2025-12-05 12:15"})
    assert made.code != ended.code
    assert (made.submitted_by, made.approved_by, made.approved_hash, made.send_at) == (None, None, None, None)
    assert actions(register)[-2:] == ["finish by sender", "repeat by sender"]
    (row,) = register.execute("SELECT subject, detail FROM audit WHERE action = 'campaign.repeat'").fetchall()
    assert row["subject"] == f"campaign {made.id}"
    assert f'"follows":{ended.id}' in row["detail"]
    assert audit.verify(register) is None


def test_what_is_made_is_sent_by_no_sender(register: Connection, tmp_path: Path) -> None:
    people = town(register)
    people.people(3)
    first = people.campaign(schedule=AT, repeat=WEEKLY)
    post = Post()
    send(tmp_path, post)
    made = campaign_records.next_of(register, first)
    assert made is not None
    assert len(post.called) == 3
    weeks_later = Post()
    send(tmp_path, weeks_later, start=NOW + timedelta(weeks=3))
    assert weeks_later.called == []
    assert campaign_records.find(register, made.id).state is State.DRAFT


def test_its_author_cannot_approve_it_though_the_same_was_approved_before(register: Connection, office: Office) -> None:
    first = campaigns.create(register, content(schedule=AT, repeat=WEEKLY), by=office.yerzhan, now=NOW)
    first = campaigns.submit(register, first, by=office.yerzhan, now=NOW)
    first = campaigns.approve(register, first, by=office.saule, now=NOW)
    campaigns.schedule(register, first, by=office.saule, now=NOW)
    assert begin(register, first)
    campaigns.finish(register, first.id, now=LATER)
    made = campaign_records.next_of(register, first.id)
    assert made is not None
    with pytest.raises(MoveNotAllowed):
        campaigns.schedule(register, made, by=office.saule, now=LATER)
    submitted = campaigns.submit(register, made, by=office.yerzhan, now=LATER)
    with pytest.raises(OwnCampaign):
        campaigns.approve(register, submitted, by=office.yerzhan, now=LATER)
    assert campaigns.approve(register, submitted, by=office.saule, now=LATER).state is State.APPROVED


def test_an_approver_compares_it_with_what_was_approved_of_the_one_before(register: Connection, office: Office) -> None:
    ended = sending(register, office)
    campaigns.finish(register, ended.id, now=LATER)
    made = campaign_records.next_of(register, ended.id)
    assert made is not None
    before = campaign_versions.last_approved(register, made)
    assert before is not None
    assert before.content == ended.content


def test_the_series_goes_on_from_the_time_it_was_really_sent_where_none_was_wished(register: Connection, office: Office) -> None:
    ended = sending(register, office, schedule=None)
    campaigns.finish(register, ended.id, now=LATER)
    made = campaign_records.next_of(register, ended.id)
    assert made is not None
    assert made.content.schedule == "2025-11-28 12:15"


def test_none_is_made_of_a_campaign_that_does_not_repeat_or_was_the_last_or_was_cancelled(
    register: Connection, office: Office
) -> None:
    once = sending(register, office, repeat=None)
    last = sending(register, office, repeat={"every_weeks": 1, "until": "2025-11-27"})
    cancelled = sending(register, office)
    campaigns.cancel(register, cancelled, by=office.saule, now=LATER, reason="a mistake")
    assert [campaigns.finish(register, each.id, now=LATER) for each in (once, last, cancelled)] == [True, True, False]
    assert [campaign_records.next_of(register, each.id) for each in (once, last, cancelled)] == [None, None, None]


def test_a_campaign_that_ends_again_after_an_unknown_was_sent_again_leaves_no_second_one(
    register: Connection, office: Office
) -> None:
    ended = sending(register, office)
    campaigns.finish(register, ended.id, now=LATER)
    with database.transaction(register):
        register.execute("UPDATE campaign SET state = 'sending', ended_at = NULL WHERE id = ?", [ended.id])
    assert campaigns.finish(register, ended.id, now=LATER)
    assert count(register) == 2


def test_two_senders_that_end_it_at_once_leave_one(register: Connection, office: Office, tmp_path: Path) -> None:
    running = [sending(register, office) for _ in range(100)]
    together = threading.Barrier(2)
    ends: tuple[list[bool], list[bool]] = ([], [])

    def run(mine: list[bool]) -> None:
        connection = database.open(url_in(tmp_path), KEY)
        for each in running:
            together.wait(timeout=60)
            mine.append(campaigns.finish(connection, each.id, now=LATER))
        connection.close()

    threads = [threading.Thread(target=run, args=[each]) for each in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(first != second for first, second in zip(*ends, strict=True))
    assert count(register) == 200
    assert all(campaign_records.next_of(register, each.id) for each in running)
    assert audit.verify(register) is None


@pytest.mark.parametrize(
    "moment", ["UPDATE campaign SET state = 'done'", "INSERT INTO campaign (", "INSERT INTO audit", "COMMIT"]
)
def test_a_sender_killed_in_between_leaves_none_and_the_next_one_makes_it(
    register: Connection, office: Office, tmp_path: Path, moment: str
) -> None:
    """A real process, killed as it comes to that statement."""
    running = sending(register, office)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(running.id), moment], cwd=ROOT, env={"FOLDER": str(tmp_path)})
    assert killed.returncode == -signal.SIGKILL
    assert campaign_records.find(register, running.id).state is State.SENDING
    assert count(register) == 1
    assert campaigns.finish(register, running.id, now=LATER)
    assert not campaigns.finish(register, running.id, now=LATER)
    assert count(register) == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from broadcaster import campaigns, database
from tests.broadcaster.conftest import KEY, NOW, url_in
connection = database.open(url_in(Path(os.environ["FOLDER"])), KEY)
def watch(sql):
    if sql.lstrip().startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
connection.set_trace_callback(watch)
campaigns.finish(connection, int(sys.argv[1]), now=NOW)
"""


def test_a_next_one_is_refused_by_the_register_itself_where_there_is_one(register: Connection, office: Office) -> None:
    ended = sending(register, office)
    campaigns.finish(register, ended.id, now=LATER)
    with database.transaction(register):
        assert next_campaign.make(register, ended.id, who="sender", now=LATER) is None
    with pytest.raises(Exception, match=r"UNIQUE constraint failed: campaign\.follows"), database.transaction(register):
        campaign_records.insert(register, ended.content, author=ended.author, now=LATER, follows=ended.id)


def test_a_saved_template_does_not_repeat(register: Connection, office: Office) -> None:
    saved = saved_templates.save(register, "weekly", content(schedule=AT, repeat=WEEKLY), by=office.daniyar, now=NOW)
    assert saved_templates.load(register, saved.id) == content()


@pytest.mark.parametrize(
    ("weeks", "until", "now", "expected"),
    [
        (1, "2026-12-31", "2026-11-30 12:00", "2026-12-07 10:00"),
        (4, "2026-12-28", "2026-11-30 12:00", "2026-12-28 10:00"),
        (4, "2026-12-27", "2026-11-30 12:00", None),
        (1, "2026-12-31", "2026-12-07 10:00", "2026-12-14 10:00"),
        (1, "2026-12-31", "2026-12-20 09:00", "2026-12-21 10:00"),
        (1, "2026-12-31", "2026-12-30 09:00", None),
        (5, "2027-01-04", "2026-11-30 12:00", "2027-01-04 10:00"),
    ],
)
def test_those_that_passed_while_it_was_sent_are_left_out(weeks: int, until: str, now: str, expected: str | None) -> None:
    repeat = Repeat(every_weeks=weeks, until=date.fromisoformat(until))
    found = repeat.after(here("2026-11-30 10:00").astimezone(UTC), now=here(now))
    assert found == (here(expected) if expected else None)


def test_a_time_beyond_the_calendar_is_the_last_one() -> None:
    end = datetime(9999, 12, 31, 12, tzinfo=UTC)
    assert Repeat(every_weeks=52, until=date(2099, 12, 31)).after(end - timedelta(days=1), now=end) is None


def count(register: Connection) -> int:
    return int(register.execute("SELECT count(*) FROM campaign").fetchone()[0])
