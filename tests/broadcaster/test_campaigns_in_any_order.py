"""B1 and B2 over random orders of moves by random people, against a model that only knows the rules."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from broadcaster import audit, campaign_records, campaigns, database, staff
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import MoveNotAllowed, Role
from broadcaster.campaigns import MovedMeanwhile, NotAllowed, OwnCampaign, SecondApprovalMissing
from broadcaster.staff import Staff
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.test_campaigns import content

REFUSALS = (MoveNotAllowed, MovedMeanwhile, NotAllowed, OwnCampaign, SecondApprovalMissing)
PEOPLE = st.sampled_from(["daniyar", "aizhan", "saule", "marat", "yerzhan", "timur"])
ROLES = {
    "daniyar": Role.AUTHOR,
    "aizhan": Role.AUTHOR,
    "saule": Role.APPROVER,
    "marat": Role.APPROVER,
    "yerzhan": Role.ADMIN,
    "timur": Role.VIEWER,
}


@dataclass
class Eyes:
    """Who wrote, submitted and approved the text as it stands."""

    text: bytes = b""
    wrote: str = ""
    submitted: str = ""
    approved: list[str] = field(default_factory=list)
    emergency: bool = False


class Office(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.register = database.open(url_in(Path(self.folder.name)), KEY)
        database.migrate(self.register, "broadcaster", database.MIGRATIONS)
        self.people = {name: staff.add(self.register, name, role, who="setup", now=NOW) for name, role in ROLES.items()}
        draft = campaigns.create(self.register, content(), by=self.people["daniyar"], now=NOW)
        self.views = [draft]
        self.eyes = Eyes(text=draft.content_hash, wrote="daniyar")
        self.moves = 1

    def teardown(self) -> None:
        self.register.close()
        self.folder.cleanup()

    @property
    def stands(self) -> Campaign:
        return campaign_records.find(self.register, 1)

    def attempt(self, name: str, view: int, move: Callable[[Campaign, Staff], Campaign]) -> bool:
        """By somebody who may be looking at an old page."""
        before, seen = self.stands, self.views[-1 - view % len(self.views)]
        try:
            moved = move(seen, self.people[name])
        except REFUSALS:
            assert self.stands == before
            return False
        assert (seen.state, seen.content_hash) == (before.state, before.content_hash), "an old page moved it"
        self.views.append(moved)
        self.moves += 1
        return True

    @rule(name=PEOPLE, view=st.integers(0, 2), number=st.integers(0, 3), emergency=st.booleans())
    def edit(self, name: str, view: int, number: int, emergency: bool) -> None:
        new = content(name=f"n{number}", emergency=emergency)
        if self.attempt(name, view, lambda seen, by: campaigns.edit(self.register, seen, new, by=by, now=NOW)):
            self.eyes = Eyes(text=new.hash, wrote=name, emergency=emergency)

    @rule(name=PEOPLE, view=st.integers(0, 2))
    def submit(self, name: str, view: int) -> None:
        if self.attempt(name, view, lambda seen, by: campaigns.submit(self.register, seen, by=by, now=NOW)):
            self.eyes.submitted = name

    @rule(name=PEOPLE, view=st.integers(0, 2))
    def approve(self, name: str, view: int) -> None:
        if self.attempt(name, view, lambda seen, by: campaigns.approve(self.register, seen, by=by, now=NOW, reason="шұғыл")):
            assert name not in (self.eyes.wrote, self.eyes.submitted, *self.eyes.approved)
            self.eyes.approved.append(name)

    @rule(name=PEOPLE, view=st.integers(0, 2))
    def return_(self, name: str, view: int) -> None:
        if self.attempt(name, view, lambda seen, by: campaigns.return_(self.register, seen, by=by, now=NOW, reason="қате")):
            self.eyes.submitted, self.eyes.approved = "", []

    @rule(name=PEOPLE, view=st.integers(0, 2))
    def schedule(self, name: str, view: int) -> None:
        self.attempt(name, view, lambda seen, by: campaigns.schedule(self.register, seen, by=by, now=NOW))

    @rule(name=PEOPLE, view=st.integers(0, 2))
    def pause(self, name: str, view: int) -> None:
        self.attempt(name, view, lambda seen, by: campaigns.pause(self.register, seen, by=by, now=NOW, reason="күтеміз"))

    @rule(name=PEOPLE, view=st.integers(0, 2))
    def resume(self, name: str, view: int) -> None:
        self.attempt(name, view, lambda seen, by: campaigns.resume(self.register, seen, by=by, now=NOW))

    @precondition(lambda self: self.moves > 8)
    @rule(name=PEOPLE, view=st.integers(0, 2))
    def cancel(self, name: str, view: int) -> None:
        self.attempt(name, view, lambda seen, by: campaigns.cancel(self.register, seen, by=by, now=NOW, reason="қате"))

    @rule()
    def go_the_usual_way(self) -> None:
        self.submit("daniyar", 0)
        self.approve("saule", 0)
        self.approve("marat", 0)
        self.schedule("saule", 0)

    @rule()
    def begin(self) -> None:
        before = self.stands
        with database.transaction(self.register):
            begun = campaigns.begin(self.register, 1, now=NOW + timedelta(hours=1))
        if begun:
            assert before.state == "scheduled"
            assert before.approved_hash == before.content_hash == self.eyes.text
            assert len(set(self.eyes.approved)) == len(self.eyes.approved) == (2 if self.eyes.emergency else 1)
            self.moves += 1
            self.views.append(self.stands)

    @rule()
    def finish(self) -> None:
        if campaigns.finish(self.register, 1, now=NOW):
            self.moves += 1
            self.views.append(self.stands)

    @invariant()
    def every_move_has_its_row(self) -> None:
        assert self.register.execute("SELECT count(*) FROM audit WHERE subject = 'campaign 1'").fetchone()[0] == self.moves

    @invariant()
    def what_is_on_its_way_was_approved_as_it_stands(self) -> None:
        stands = self.stands
        assert stands.content_hash == stands.content.hash == self.eyes.text
        if stands.state in ("approved", "scheduled", "sending", "paused", "done"):
            assert stands.approved_hash == stands.content_hash
        if stands.state in ("draft", "submitted"):
            assert stands.approved_hash is None

    @invariant()
    def the_trail_is_whole(self) -> None:
        assert audit.verify(self.register) is None


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
