"""What `./run` shows on a fresh machine: invented people and staff, a suspect with followers, campaigns in every stage.

Nobody in it can be written to (demo_people), and what is scheduled goes to paper.
"""

import json
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import yaml

from broadcaster import campaign_files, campaign_records, campaigns, contacts, demo_past, demo_people, demo_sign_in, staff
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.staff import Staff
from content.library import Library

_CAMPAIGNS = Path(str(resources.files("broadcaster"))) / "demo_campaigns.yaml"
_SEED = 20261129


def prepare(connection: Connection, words: Library, *, now: datetime) -> Campaign | None:
    """Only into a register that knows nobody: None where it was done before, and where real people or staff stand in it.

    Otherwise the first campaign, which is due now. Everything is done in the order of its time, as the audit trail tells it.
    """
    if contacts.last_id(connection) or staff.every(connection, now=now):
        return None
    chance = random.Random(_SEED)  # noqa: S311 — nobody has to be unable to guess it
    begun = _morning(now, -12)
    invented = {name: _joins(connection, name, now=begun) for name in demo_sign_in.PEOPLE}
    following = demo_people.load(connection, words, chance, now=begun)
    desk = _Desk(connection, daniyar=invented["Daniyar"], saule=invented["Saule"], contents=_contents(words))
    rehearsal = desk.writes("rehearsal", now=_morning(now, -11))
    warning = desk.schedules(desk.writes("sent", now=_morning(now, -10)), now=_morning(now, -10), at=_morning(now, -9))
    demo_past.warn(connection, warning, following, chance, now=now)
    desk.schedules(desk.writes("scheduled", now=_morning(now, -1)), now=_morning(now, -1), at=_morning(now, 3))
    desk.asks_again("approved", "changed", before=_morning(now, -1), now=now - timedelta(minutes=40))
    desk.writes("draft", now=now - timedelta(minutes=20))
    desk.schedules(rehearsal, now=now, at=now)
    return campaign_records.find(connection, rehearsal.id)


class _Desk:
    """Daniyar writes, Saule approves."""

    def __init__(self, connection: Connection, *, daniyar: Staff, saule: Staff, contents: Mapping[str, Content]) -> None:
        self._connection, self._daniyar, self._saule, self._contents = connection, daniyar, saule, contents

    def writes(self, name: str, *, now: datetime) -> Campaign:
        return campaigns.create(self._connection, self._contents[name], by=self._daniyar, now=now)

    def schedules(self, draft: Campaign, *, now: datetime, at: datetime) -> Campaign:
        approved = self._approve(draft, now=now)
        return campaigns.schedule(self._connection, approved, by=self._daniyar, now=now, at=at)

    def asks_again(self, name: str, changed: str, *, before: datetime, now: datetime) -> None:
        """Approved before and changed since: it waits for Saule, who sees the difference."""
        approved = self._approve(self.writes(name, now=before), now=before)
        edited = campaigns.edit(self._connection, approved, self._contents[changed], by=self._daniyar, now=now)
        campaigns.submit(self._connection, edited, by=self._daniyar, now=now)

    def _approve(self, draft: Campaign, *, now: datetime) -> Campaign:
        submitted = campaigns.submit(self._connection, draft, by=self._daniyar, now=now)
        return campaigns.approve(self._connection, submitted, by=self._saule, now=now)


def _joins(connection: Connection, name: str, *, now: datetime) -> Staff:
    member = staff.add(connection, name, demo_sign_in.PEOPLE[name], who="demo", now=now)
    demo_sign_in.enrol(connection, member, who="demo", now=now)
    return member


def _contents(words: Library) -> Mapping[str, Content]:
    """A campaign file each: JSON is YAML."""
    files = yaml.safe_load(_CAMPAIGNS.read_text(encoding="utf-8"))
    return {name: campaign_files.read(json.dumps(file).encode(), words) for name, file in files.items()}


def _morning(now: datetime, days: int) -> datetime:
    """Ten o'clock in Kazakhstan, so many days from today."""
    there = now.astimezone(KAZAKHSTAN).replace(hour=10, minute=0, second=0, microsecond=0)
    return (there + timedelta(days=days)).astimezone(now.tzinfo)
