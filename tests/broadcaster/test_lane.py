import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster import campaign_records, campaigns, database, journal
from broadcaster.batches import Leased, Result
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, TryLater, Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.lane import IN_THE_AIR, LOST_IN_A_ROW, OVERLAPPING, Lane, Tools
from broadcaster.last_look import LastLook
from broadcaster.leasing import Lease, Request
from broadcaster.ledger_codes import State
from broadcaster.open_campaigns import OpenCampaign
from broadcaster.pacing import PacerLock
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.ledger import QUICK, Ledger
from tests.broadcaster.post import ENVELOPES, TELEGRAM, Post, clock, fast
from tests.broadcaster.town import Town, town

CLOSES = datetime(2025, 11, 21, 16, tzinfo=UTC)
"""21:00 in Kazakhstan."""


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def watching(register: Connection, tmp_path: Path) -> Iterator[Connection]:
    """The connection of the last look."""
    connection = database.open(url_in(tmp_path), KEY)
    yield connection
    connection.close()


class Line:
    """A lane over a real ledger, all on one thread. `settled` counts what was written down."""

    message = staticmethod(ENVELOPES.message)

    def __init__(self, ledger: Ledger, watching: Connection, post: Post, *, start: datetime = NOW, rate: float = 300) -> None:
        self._ledger, self._post, self._rate = ledger, post, rate
        self._look = LastLook(watching)
        self._start = start

    async def settle(self, lease: Lease | None, results: Mapping[ContactId, Result], request: Request | None) -> Lease | None:
        await asyncio.sleep(0)
        connection, now, policy = self._ledger.connection, self._now(), self._ledger.policy
        if lease is not None:
            return journal.settle(connection, lease, results, request, now=now, policy=policy)
        return journal.take(connection, request, now=now, policy=policy) if request is not None else None

    async def pause(self, campaign: int, reason: str) -> None:
        campaigns.pause_itself(self._ledger.connection, campaign, reason=reason, now=self._now())

    def made(self) -> Lane:
        self._now = clock(self._start)
        tools = Tools(
            settle=self.settle,
            look=self._look,
            policy=QUICK,
            now=self._now,
            monotonic=asyncio.get_running_loop().time,
            message=self.message,
            pause=self.pause,
        )
        lock = PacerLock(self._ledger.records.with_name("telegram.lock"))
        return Lane(TELEGRAM, self._post, rate=self._rate, lock=lock, tools=tools, records=self._ledger.records)

    def work(self, *, seconds: float | None = None, campaigns: tuple[int, ...] = ()) -> None:
        """Until nothing is left for now, or for so many seconds of the loop."""
        fast(self._worked(seconds, campaigns or (self._ledger.campaign,)))

    async def _worked(self, seconds: float | None, ids: tuple[int, ...]) -> None:
        lane = self.made()
        connection = self._ledger.connection
        open_ones = {id: ENVELOPES.open(campaign_records.find(connection, id)) for id in ids}
        loop = asyncio.get_running_loop()
        until = loop.time() + (600 if seconds is None else seconds)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(lane.run())
            while loop.time() < until:
                now, work = self._now(), journal.work(connection)
                waiting = {each.campaign for each in work if each.at <= now}
                lane.offer({id: each for id, each in open_ones.items() if id in waiting})
                if seconds is None and not work and lane.is_idle(patience=900):
                    break
                await asyncio.sleep(0.2)
            lane.drain()


def telegrams(register: Connection, people: Town, folder: Path, n: int, **campaign: Any) -> Ledger:
    people.people(n)
    return Ledger(register, folder / "flight", people, **campaign)


def test_everybody_gets_it_once_and_the_ledger_says_so(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    ledger, post = telegrams(register, people, tmp_path, 200), Post(seconds=0.1)
    Line(ledger, watching, post).work()
    assert Counter(post.contacts) == Counter(range(1, 201))
    assert ledger.states() == {"accepted": 200}
    assert list(ledger.records.iterdir()) == []
    assert {message.text.splitlines()[0] for message in post.called} == {"Будьте осторожны!"}


def test_a_request_for_patience_holds_everybody_and_nobody_is_early(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R4: the 30th message is told to wait 20 seconds."""
    asked = Post(lambda message: patience(message, asked))

    def patience(message: Message, post: Post) -> Outcome:
        if len(post.called) == 30:
            return TryLater(reason="429", seconds=20, whole_bucket=True, too_fast=True)
        return Accepted()

    ledger = telegrams(register, people, tmp_path, 100)
    Line(ledger, watching, asked, rate=50).work()
    told = asked.at[29]
    assert [at for at in asked.at[30:] if at < told + 20] == []
    assert ledger.states() == {"accepted": 100}
    assert Counter(asked.contacts) == Counter([*range(1, 101), asked.contacts[29]])


def test_who_waits_for_room_in_the_air_waits_for_the_provider_too(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R4: both batches stand at the limit of messages in the air when the first answer says 429."""
    slow = Post(lambda _: TryLater(reason="429", seconds=30, whole_bucket=True, too_fast=True), seconds=10)
    ledger = telegrams(register, people, tmp_path, 600)
    Line(ledger, watching, slow, rate=1_000).work(seconds=20)
    assert IN_THE_AIR <= len(slow.called) <= IN_THE_AIR * OVERLAPPING
    assert set(ledger.states()) == {"queued", "waiting"}


def test_a_message_that_waited_for_room_does_not_leave_after_hours(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R12: the air is full at 20:59:50, the answers come at 21:00:10."""
    slow = Post(seconds=20)
    ledger = telegrams(register, people, tmp_path, 600)
    Line(ledger, watching, slow, start=CLOSES - timedelta(seconds=10), rate=1_000).work(seconds=25)
    assert len(slow.called) >= IN_THE_AIR
    assert slow.at[-1] - slow.at[0] < 11
    assert ledger.states()["accepted"] == len(slow.called)
    assert "unknown" not in ledger.states()


def test_nothing_leaves_after_hours_and_the_rest_goes_on_in_the_morning(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R12."""
    ledger, evening = telegrams(register, people, tmp_path, 200), Post()
    Line(ledger, watching, evening, start=CLOSES - timedelta(seconds=10), rate=10).work(seconds=15)
    assert 0 < len(evening.called) <= 101
    night = Post()
    Line(ledger, watching, night, start=CLOSES + timedelta(hours=11, minutes=59)).work(seconds=5)
    assert night.called == []
    morning = Post()
    Line(ledger, watching, morning, start=CLOSES + timedelta(hours=12)).work()
    assert Counter(evening.contacts + morning.contacts) == Counter(range(1, 201))
    assert ledger.states() == {"accepted": 200}


def test_an_emergency_is_sent_at_night(register: Connection, people: Town, watching: Connection, tmp_path: Path) -> None:
    ledger, night = telegrams(register, people, tmp_path, 5, emergency=True), Post()
    Line(ledger, watching, night, start=CLOSES + timedelta(hours=3)).work()
    assert len(night.called) == 5


def test_a_row_that_becomes_no_message_is_given_up_alone(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R20."""

    class OneBad(Line):
        @staticmethod
        def message(campaign: OpenCampaign, row: Leased) -> Message:
            if row.contact == 7:
                raise KeyError(row.value)
            return ENVELOPES.message(campaign, row)

    soon = QUICK.model_copy(update={"tries": QUICK.tries.model_copy(update={"most": 3, "first_wait_seconds": 2})})
    ledger, post = telegrams(register, people, tmp_path, 50, policy=soon), Post(seconds=0.5)
    OneBad(ledger, watching, post).work()
    assert sorted(post.contacts) == [*range(1, 7), *range(8, 51)]
    assert ledger.states() == {"accepted": 49, "refused": 1}
    assert ledger.reason(ContactId(7)) == "given up: no message: KeyError"


def test_a_provider_that_breaks_its_promise_costs_one_unknown(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    def breaks(message: Message) -> Outcome:
        if message.contact == 7:
            raise RuntimeError("a bug of the provider's")
        return Accepted()

    ledger, post = telegrams(register, people, tmp_path, 50), Post(breaks)
    Line(ledger, watching, post).work()
    assert ledger.states() == {"accepted": 49, "unknown": 1}
    assert ledger.state(ContactId(7)) is State.UNKNOWN
    assert ledger.reason(ContactId(7)) == "broke: RuntimeError"


def test_answers_lost_in_a_row_pause_the_campaign(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R3: each unknown is a person's work, so something that swallows them all is not fed three hundred."""
    ledger, hole = telegrams(register, people, tmp_path, 300), Post(lambda _: Unknown(reason="timed out"))
    Line(ledger, watching, hole, rate=50).work(seconds=20)
    state, reason = ledger.campaign_state()
    assert state == "paused"
    assert f"{LOST_IN_A_ROW} answers in a row were lost on telegram" in reason
    assert ledger.states()["unknown"] == len(hole.called) <= LOST_IN_A_ROW + 5


def test_single_lost_answers_pause_nothing_and_are_never_sent_again(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R3."""
    lossy = Post(lambda message: Unknown(reason="reset") if message.contact % 3 == 0 else Accepted())
    ledger = telegrams(register, people, tmp_path, 300)
    Line(ledger, watching, lossy, rate=1_000).work()
    assert ledger.states() == {"accepted": 200, "unknown": 100}
    assert Counter(lossy.contacts) == Counter(range(1, 301))


def test_what_was_sent_is_written_down_when_the_database_is_back(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R10: it may only be read for three seconds from the 10th message on."""

    def locks(message: Message) -> Outcome:
        if len(post.called) == 10:
            register.execute("PRAGMA query_only = ON")
            asyncio.get_running_loop().call_later(3, register.execute, "PRAGMA query_only = OFF")
        return Accepted()

    ledger, post = telegrams(register, people, tmp_path, 60), Post(locks)
    Line(ledger, watching, post, rate=20).work()
    assert Counter(post.contacts) == Counter(range(1, 61))
    assert ledger.states() == {"accepted": 60}


def test_without_a_last_look_nothing_leaves(register: Connection, people: Town, watching: Connection, tmp_path: Path) -> None:
    """R10, R13: nobody knows who said STOP, so the batch goes back and the lane lives."""
    ledger, post = telegrams(register, people, tmp_path, 20), Post()
    line = Line(ledger, watching, post)
    watching.close()
    line.work(seconds=2)
    assert post.called == []
    assert set(ledger.states()) <= {"queued", "waiting"}


def test_a_lease_that_somebody_else_settled_stops_nothing(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """Its results are not written a second time."""

    def stolen(message: Message) -> Outcome:
        if len(post.called) == 5:
            register.execute("DELETE FROM lease")
        return Accepted()

    ledger, post = telegrams(register, people, tmp_path, 60), Post(stolen)
    Line(ledger, watching, post, rate=40).work(seconds=12)
    assert max(Counter(post.contacts).values()) <= 2
    assert set(post.contacts) == set(range(1, 61))
    assert list(ledger.records.iterdir()) == [], "nor does its record stay, locked for as long as we live"


def test_the_urgent_goes_nine_times_as_often_as_the_bulk(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    people.people(400)
    bulk = Ledger(register, tmp_path / "flight", people)
    urgent = Ledger(register, tmp_path / "flight", people, emergency=True)
    post = Post()
    Line(bulk, watching, post, rate=40).work(campaigns=(bulk.campaign, urgent.campaign))
    first = Counter(message.campaign for message in post.called[:400])
    assert 340 <= first[urgent.campaign] <= 380
    assert first[bulk.campaign] >= 20


def test_two_lanes_of_one_account_never_send_at_once(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R8: the second stands by and takes over when the first has drained."""
    ledger, one, other = telegrams(register, people, tmp_path, 100), Post(), Post()
    lines = Line(ledger, watching, one, rate=10), Line(ledger, watching, other, rate=100)

    async def both() -> None:
        first, second = (line.made() for line in lines)
        campaign = ENVELOPES.open(campaign_records.find(register, ledger.campaign))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(first.run())
            await asyncio.sleep(0.2)
            tasks.create_task(second.run())
            for lane in (first, second):
                lane.offer({campaign.id: campaign})
            await asyncio.sleep(6)
            assert one.called
            assert other.called == []
            first.drain()
            while ledger.states() != {"accepted": 100}:
                second.offer({campaign.id: campaign})
                await asyncio.sleep(0.2)
            second.drain()

    fast(both())
    assert min(other.at) >= max(one.at)
    assert Counter(one.contacts + other.contacts) == Counter(range(1, 101))


def test_draining_lets_land_what_is_in_the_air_and_puts_back_the_rest(
    register: Connection, people: Town, watching: Connection, tmp_path: Path
) -> None:
    """R18."""
    ledger, post = telegrams(register, people, tmp_path, 300), Post(seconds=2)
    Line(ledger, watching, post, rate=50).work(seconds=4)
    assert 0 < len(post.called) < 300
    assert len(post.accepted) == len(post.called)
    states = ledger.states()
    assert states.pop("accepted") == len(post.called)
    assert set(states) <= {"queued", "waiting"}
    assert register.execute("SELECT count(*) FROM lease").fetchone()[0] == 0
