"""A ledger under test: a campaign that has started, batches whose outcomes the test says, and counts that must agree."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from broadcaster import journal, policy
from broadcaster.batches import Leased, Result
from broadcaster.channels.outcome import Accepted
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.freeze import freeze
from broadcaster.leasing import Lease, Request
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.policy import Hours, Policy, Weekday
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import Town

POLICY = policy.load()
TAKEN = Accepted()
LATER = NOW + timedelta(minutes=1)


def without_canary(shape: Policy = POLICY) -> Policy:
    return shape.model_copy(update={"canary": shape.canary.model_copy(update={"share": 0, "at_least": 0})})


def evenings_off(shape: Policy = POLICY) -> Policy:
    """Telegram from 9 to 21, every day: as shipped it has no hours."""
    hours = Hours(days=frozenset(Weekday), opens=9, closes=21, holidays=True)
    telegram = shape.channels[SendingChannel.TELEGRAM].model_copy(update={"hours": hours})
    return shape.model_copy(update={"channels": {**shape.channels, SendingChannel.TELEGRAM: telegram}})


QUICK = evenings_off(without_canary())
"""Everybody stands in the range."""


class Ledger:
    """`campaign` is frozen; `now` is what the caller says it is."""

    def __init__(
        self, connection: Connection, records: Path, people: Town, *, policy: Policy = QUICK, **campaign: object
    ) -> None:
        self.connection, self.records, self.policy = connection, records, policy
        records.mkdir(exist_ok=True)
        self.campaign = people.campaign(**campaign)  # type: ignore[arg-type]
        self.audience = freeze(connection, self.campaign, now=NOW, policy=policy)

    def request(self, channel: SendingChannel = SendingChannel.TELEGRAM, limit: int = 500) -> Request:
        return Request(campaign=self.campaign, channel=channel, limit=limit, units=1, records=self.records)

    def take(self, channel: SendingChannel = SendingChannel.TELEGRAM, limit: int = 500, *, now: datetime = LATER) -> Lease | None:
        return journal.take(self.connection, self.request(channel, limit), now=now, policy=self.policy)

    def taken(self, channel: SendingChannel = SendingChannel.TELEGRAM, limit: int = 500, *, now: datetime = LATER) -> Lease:
        lease = self.take(channel, limit, now=now)
        assert lease is not None, "nothing to lease"
        return lease

    def settle(self, lease: Lease, result: Result | Callable[[Leased], Result] = TAKEN, *, now: datetime = LATER) -> None:
        results = {contact: result(row) if callable(result) else result for contact, row in lease.rows.items()}
        journal.settle(self.connection, lease, results, now=now, policy=self.policy)

    def run(
        self,
        result: Result | Callable[[Leased], Result] = TAKEN,
        *,
        channel: SendingChannel = SendingChannel.TELEGRAM,
        limit: int = 500,
        now: datetime = LATER,
    ) -> list[ContactId]:
        """Until nothing is left for now; who was called, in order."""
        called: list[ContactId] = []
        while lease := self.take(channel, limit, now=now):
            called += lease.rows
            self.settle(lease, result, now=now)
        return called

    def states(self) -> dict[str, int]:
        """Word → people; the tallies must say the same."""
        rows = self.connection.execute("SELECT route, state FROM delivery WHERE campaign = ?", [self.campaign]).fetchall()
        counted = Counter((row["route"], row["state"]) for row in rows)
        kept = self.connection.execute("SELECT route, state, n FROM tally WHERE campaign = ? AND n <> 0", [self.campaign])
        assert counted == {(row["route"], row["state"]): row["n"] for row in kept}, "the tallies are wrong"
        return dict(Counter(State(row["state"]).word for row in rows))

    def state(self, contact: ContactId) -> State:
        asked = [self.campaign, contact]
        return State(
            self.connection.execute("SELECT state FROM delivery WHERE campaign = ? AND contact = ?", asked).fetchone()[0]
        )

    def reason(self, contact: ContactId) -> str:
        asked = [self.campaign, contact]
        row = self.connection.execute(
            "SELECT reason FROM attempt WHERE campaign = ? AND contact = ? ORDER BY second DESC", asked
        ).fetchone()
        return str(row["reason"]) if row else ""

    def campaign_state(self) -> tuple[str, str]:
        row = self.connection.execute("SELECT state, reason FROM campaign WHERE id = ?", [self.campaign]).fetchone()
        return row["state"], row["reason"] or ""
