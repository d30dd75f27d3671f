"""Leases, answers, kills, power cuts, adoptions, receipts, STOPs, merges, erasures, pauses and decisions in any order: nobody is
lost, nobody is written to twice unless a person said so, nobody after their STOP, and every kept count is what a scan counts.

The provider of this test keeps its own list of what it took: that is the truth the ledger is held against.
"""

import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from broadcaster import addresses, adoption, consent, contacts, database, journal, merging, receipts
from broadcaster.addresses import Address, Channel
from broadcaster.batches import Result, Unsent
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.consent import Origin
from broadcaster.contacts import ContactId
from broadcaster.last_look import LastLook
from broadcaster.leasing import Lease
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.merging import BeingWrittenTo
from broadcaster.receipts import CampaignCancelled, Choice, Status
from tests.broadcaster.conftest import KEY, url_in
from tests.broadcaster.kept_counts import agree_with_scans
from tests.broadcaster.ledger import LATER, POLICY, Ledger
from tests.broadcaster.town import town

CHANNELS = (SendingChannel.TELEGRAM, SendingChannel.SMS)
PEOPLE = 30
PAIRS = 6
"""People whom the register knows twice, by Telegram and by telephone, until an import says that they are one."""

ANSWERS: tuple[tuple[Outcome, bool], ...] = (
    (Accepted(reference="SM1"), True),
    (Accepted(), True),
    (Refused(reason="no chat", dead=True, next_channel=True), False),
    (Refused(reason="no", next_channel=True), False),
    (Refused(reason="bad"), False),
    (Refused(reason="blocked", suppress=True), False),
    (TryLater(reason="busy", seconds=5), False),
    (TryLater(reason="429", seconds=5, whole_bucket=True), False),
    (Unknown(reason="lost"), True),
    (Unknown(reason="lost"), False),
)
"""What the provider says, and whether the message goes out."""


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp())
    connection = database.open(url_in(folder), KEY)
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    connection.close()
    return folder / "saqbol.db"


class Sending(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp())
        shutil.copy(_migrated(), self._folder / "saqbol.db")
        self._connection = database.open(url_in(self._folder), KEY)
        self._looking = database.open(url_in(self._folder), KEY)
        self._town = town(self._connection)
        self._people = self._town.people(PEOPLE, channels=("telegram", "phone"))
        self._by_telegram = self._town.people(PAIRS, channels=("telegram",))
        self._by_phone = self._town.people(PAIRS, channels=("phone",))
        self._look = LastLook(self._looking)
        shape = POLICY.model_copy(update={"canary": POLICY.canary.model_copy(update={"share": 0.1, "at_least": 3})})
        names = [channel.value for channel in CHANNELS]
        asked = {"channels": names, "control": 0.1, "control_hours": 2}
        self._ledger = Ledger(self._connection, self._folder / "flight", self._town, policy=shape, **asked)
        self._now = LATER
        self._took: Counter[ContactId] = Counter()
        self._requeued: Counter[ContactId] = Counter()
        self._stopped: set[ContactId] = set()
        self._leases: list[tuple[Lease, dict[ContactId, Result]]] = []

    def teardown(self) -> None:
        self._end()
        self._connection.close()
        self._looking.close()
        shutil.rmtree(self._folder)

    @rule(channel=st.sampled_from(CHANNELS), limit=st.integers(1, 12))
    def take(self, channel: SendingChannel, limit: int) -> None:
        lease = self._ledger.take(channel, limit, now=self._now)
        if lease is not None:
            assert not self._stopped & lease.rows.keys(), "leased after a STOP"
            in_work = {contact for other, _ in self._leases for contact in other.rows}
            assert not in_work & lease.rows.keys(), "leased twice"
            self._leases.append((lease, {}))

    @rule(data=st.data(), answers=st.lists(st.sampled_from(ANSWERS), max_size=12))
    def send(self, data: st.DataObject, answers: list[tuple[Outcome, bool]]) -> None:
        if self._leases:
            lease, results = data.draw(st.sampled_from(self._leases))
            waiting = [contact for contact in lease.rows if contact not in results]
            for contact, (outcome, goes_out) in zip(waiting, answers, strict=False):
                self._send_one(lease, results, contact, outcome, goes_out)

    def _send_one(
        self, lease: Lease, results: dict[ContactId, Result], contact: ContactId, outcome: Outcome, goes_out: bool
    ) -> None:
        lease.record.call(contact)
        hashed = lease.rows[contact].hash
        assert hashed is not None
        if look := self._look.at(self._ledger.campaign, contact, hashed):
            lease.record.call_off(contact)
            results[contact] = look
            return
        assert contact not in self._stopped, "sent after a STOP"
        self._took[contact] += goes_out
        lease.record.answer(contact, outcome)
        results[contact] = outcome

    @rule(data=st.data(), then=st.booleans())
    def settle(self, data: st.DataObject, then: bool) -> None:
        if self._leases:
            lease, results = self._leases.pop(data.draw(st.integers(0, len(self._leases) - 1)))
            whole = {**dict.fromkeys(lease.rows, Unsent.RELEASED), **results}
            request = self._ledger.request(lease.batch.channel, 5) if then else None
            following = journal.settle(self._connection, lease, whole, request, now=self._now, policy=self._ledger.policy)
            if following is not None:
                self._leases.append((following, {}))

    @rule(data=st.data(), in_the_air=st.integers(0, 3), goes_out=st.booleans())
    def kill(self, data: st.DataObject, in_the_air: int, goes_out: bool) -> None:
        if self._leases:
            lease, results = self._leases.pop(data.draw(st.integers(0, len(self._leases) - 1)))
            waiting = [contact for contact in lease.rows if contact not in results and contact not in self._stopped]
            for contact in waiting[:in_the_air]:
                lease.record.call(contact)
                self._took[contact] += goes_out
            lease.record.let_go()

    @rule()
    def cut_the_power(self) -> None:
        for lease, _ in self._leases:
            lease.record.let_go()
        self._leases.clear()
        self._connection.execute("UPDATE lease SET boot = 'before'")

    @rule()
    def adopt(self) -> None:
        adoption.adopt(self._connection, self._ledger.records, now=self._now, policy=self._ledger.policy)

    @rule(data=st.data(), status=st.sampled_from(Status))
    def receive(self, data: st.DataObject, status: Status) -> None:
        took = sorted(self._took.keys())
        if took:
            contact = data.draw(st.sampled_from(took))
            if self._took[contact]:
                reason = "unreachable" if status is Status.UNDELIVERED else ""
                receipts.apply(
                    self._connection, self._ledger.campaign, contact, status, self._now, reference="SM1", reason=reason
                )

    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        contact = data.draw(st.sampled_from(self._people))
        origin = Origin(door="sms", message_id=f"{contact} {self._now}", at=self._now)
        consent.stop(self._connection, self._address(contact, Channel.PHONE), origin)
        self._stopped.add(contact)

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, PAIRS - 1))
        both = (self._address(self._by_telegram[place], Channel.TELEGRAM), self._address(self._by_phone[place], Channel.PHONE))
        try:
            with database.transaction(self._connection):
                merging.unite(self._connection, both, who="Daniyar", now=self._now)
        except BeingWrittenTo:
            pass

    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        contact = data.draw(st.sampled_from(self._by_phone))
        contacts.forget(self._connection, self._address(contact, Channel.PHONE))

    @rule(data=st.data(), choice=st.sampled_from(Choice))
    def decide(self, data: st.DataObject, choice: Choice) -> None:
        unknown = receipts.unknowns(self._connection, self._ledger.campaign)
        if unknown:
            contact = data.draw(st.sampled_from(unknown)).contact
            try:
                receipts.decide(self._connection, self._ledger.campaign, contact, choice, who="Saule", now=self._now)
            except CampaignCancelled:
                return
            self._requeued[contact] += choice is Choice.REQUEUE

    @rule(state=st.sampled_from(["paused", "cancelled", "sending"]))
    def stand_still_or_go_on(self, state: str) -> None:
        self._connection.execute("UPDATE campaign SET state = ?", [state])

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes: int) -> None:
        self._now += timedelta(minutes=minutes)

    @invariant()
    def nobody_is_written_to_twice(self) -> None:
        for contact, times in self._took.items():
            assert times <= 1 + self._requeued[contact], "doubled"

    @invariant()
    def everybody_is_somewhere(self) -> None:
        assert sum(self._ledger.states().values()) == PEOPLE + 2 * PAIRS

    @invariant()
    def every_kept_count_is_what_a_scan_counts(self) -> None:
        assert agree_with_scans(self._connection)

    def _address(self, contact: ContactId, channel: Channel) -> Address:
        """As the town made it."""
        return addresses.normalise(channel, f"{'+7701' if channel is Channel.PHONE else '90'}{contact:07d}")

    def _end(self) -> None:
        """All senders die, the campaign goes on and ends: then each person's state must be what happened to them."""
        for held, _ in self._leases:
            held.record.let_go()
        self._connection.execute("UPDATE campaign SET state = 'sending'")
        self.adopt()
        for _ in range(80):  # over the weekend, when no SMS goes out
            self._now += timedelta(hours=1)
            for channel in CHANNELS:
                while lease := self._ledger.take(channel, now=self._now):
                    results: dict[ContactId, Result] = {}
                    for contact in lease.rows:
                        self._send_one(lease, results, contact, Accepted(), True)
                    journal.settle(self._connection, lease, results, now=self._now, policy=self._ledger.policy)
            self._connection.execute("UPDATE campaign SET state = 'sending'")
        assert journal.is_finished(self._connection, self._ledger.campaign)
        self.nobody_is_written_to_twice()
        reserved = {row["contact"]: row["n"] for row in self._connection.execute(_RECENT)}
        for contact in self._people:
            state = self._ledger.state(contact)
            if state in (State.ACCEPTED, State.DELIVERED):
                assert self._took[contact], "lost: nobody sent it"
            if state in (State.REFUSED, State.SUPPRESSED) and not self._requeued[contact]:
                assert not self._took[contact], "it was sent"
            if not self._took[contact]:
                assert state in (State.REFUSED, State.SUPPRESSED, State.UNKNOWN, State.CLOSED), "lost"
            assert reserved.get(contact, 0) <= 1 + self._requeued[contact]
        assert not list(self._ledger.records.iterdir())


_RECENT = "SELECT contact, sum(n) AS n FROM contact_recent GROUP BY contact"
Sending.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSending = Sending.TestCase
