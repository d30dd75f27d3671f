"""One channel of one process: batches are leased, sent at the account's pace, settled. Two batches overlap, so that the pace
does not wait for the last answers of one.

Whoever holds the channel's PacerLock sends; the others stand by. What a lane knows of time comes from its Outfit's clocks.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from broadcaster import lawful_hours
from broadcaster.batches import Leased, Result, Unsent
from broadcaster.channels.message import Message, Provider
from broadcaster.channels.outcome import Outcome, TryLater, Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import DatabaseUnavailable
from broadcaster.journal import LeaseGone
from broadcaster.last_look import LastLook
from broadcaster.leasing import Lease, Request
from broadcaster.ledger_codes import SendingChannel
from broadcaster.open_campaigns import OpenCampaign
from broadcaster.pacing import SHARES, TICK, Pacer, PacerLock, Stride, Urgency
from broadcaster.policy import Policy

OVERLAPPING = 2
IN_THE_AIR = 32
"""Messages of a batch that wait for their answers at once. With both batches as many as a provider has connections."""

LOST_IN_A_ROW = 20
"""Unknown answers without a known one between them: something swallows them, and each is a person's work. The campaign pauses."""

_BATCH_SECONDS, _LARGEST_BATCH = 0.25, 500
_PATIENCE = 1.0
_LONG_HOLD = 5.0

Settle = Callable[[Lease | None, Mapping[ContactId, Result], Request | None], Awaitable[Lease | None]]
"""`journal.settle` with the next request (`journal.take`, where nothing is to be settled) on the thread that writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What all lanes of a process share. `now` is wall time, `monotonic` seconds; `message` is the row as it will be sent,
    `pause` stops a campaign with a reason."""

    settle: Settle
    look: LastLook
    policy: Policy
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    message: Callable[[OpenCampaign, Leased], Message]
    pause: Callable[[int, str], Awaitable[None]]


class _Flight:
    """A batch on its way. `turn`: one message at a time waits for the pace; `grounded`: nothing more of it may leave."""

    def __init__(self, lease: Lease, until: datetime | None) -> None:
        self.record, self.until = lease.record, until
        self.left = iter([row for row in lease.rows.values() if row.hash is not None])
        self.results: dict[ContactId, Result] = dict.fromkeys(lease.rows, Unsent.RELEASED)
        self.turn = asyncio.Lock()
        self.grounded = False


class Lane:
    """`rate` in units a second; `records` is the folder of the flight records."""

    def __init__(
        self,
        channel: SendingChannel,
        provider: Provider,
        *,
        rate: float,
        lock: PacerLock,
        tools: Tools,
        records: Path,
    ) -> None:
        self.channel, self._provider, self._lock, self._tools, self._records = channel, provider, lock, tools, records
        self._pacer = Pacer(rate)
        self._stride: Stride[int] = Stride()
        self._ready: dict[int, OpenCampaign] = {}
        self._known: dict[int, OpenCampaign] = {}
        self._stopping = asyncio.Event()
        self._working = 0
        self._flying = 0
        self._in_doubt = False
        self._lost = 0
        self._log = structlog.get_logger().bind(channel=channel.value)

    def offer(self, campaigns: Mapping[int, OpenCampaign]) -> None:
        """Those in which somebody waits for this channel now."""
        self._ready = dict(campaigns)
        self._known.update(campaigns)

    def drain(self) -> None:
        """What is in the air lands, the rest of the batches goes back."""
        self._stopping.set()

    def is_idle(self, *, patience: float) -> bool:
        """Nothing in work, and nothing offered that was not found empty since or that the provider keeps for longer than that."""
        held = self._pacer.held_for(self._tools.monotonic()) > patience
        return self._working == 0 and (held or not self._lawful())

    async def run(self) -> None:
        try:
            while not self._lock.acquire():
                if await self._stopped_within(_PATIENCE):
                    return
            ended = await asyncio.gather(*(self._batches() for _ in range(OVERLAPPING)), return_exceptions=True)
        finally:
            self._lock.release()
        for broken in filter(None, ended):
            raise broken

    async def _batches(self) -> None:
        try:
            await self._one_batch_after_another()
        finally:
            self.drain()  # where one breaks the other lands first

    async def _one_batch_after_another(self) -> None:
        lease: Lease | None = None
        results: Mapping[ContactId, Result] = {}
        while True:
            request = None if self._stopping.is_set() else self._next_request()
            if lease is None and request is None:
                if await self._stopped_within(TICK * 5):
                    return
                continue
            self._working += lease is None
            lease = await self._settled(lease, results, request)
            if lease is None:
                self._working -= 1
                if request is not None:
                    self._ready.pop(request.campaign, None)
                continue
            results = await self._sent(lease)

    def _lawful(self) -> dict[int, OpenCampaign]:
        now, policy = self._tools.now(), self._tools.policy
        return {
            id: campaign
            for id, campaign in self._ready.items()
            if lawful_hours.is_allowed(now, self.channel, policy, emergency=campaign.content.emergency)
        }

    def _next_request(self) -> Request | None:
        lawful = self._lawful()
        if not lawful or self._pacer.held_for(self._tools.monotonic()) > _LONG_HOLD:
            return None
        size = max(1, min(_LARGEST_BATCH, int(self._pacer.rate * _BATCH_SECONDS)))
        shares = {id: SHARES[Urgency.URGENT if each.content.emergency else Urgency.BULK] for id, each in lawful.items()}
        chosen = lawful[self._stride.choose(shares, size)]
        return Request(
            campaign=chosen.id,
            channel=self.channel,
            limit=size,
            units=max(chosen.segments.values()) if self.channel is SendingChannel.SMS else 1,
            records=self._records,
        )

    async def _settled(self, lease: Lease | None, results: Mapping[ContactId, Result], request: Request | None) -> Lease | None:
        """What was sent is known here and nowhere else: it is written down however long the database is not there."""
        while True:
            try:
                return await self._tools.settle(lease, results, request)
            except DatabaseUnavailable as error:
                self._log.error("ledger.unavailable", reason=str(error))
                request = None
                if lease is None:
                    return None
                await asyncio.sleep(_PATIENCE)
            except LeaseGone:
                self._log.error("lease.gone")
                if lease is not None:
                    lease.record.land()
                return None

    async def _sent(self, lease: Lease) -> Mapping[ContactId, Result]:
        """Every row with its result."""
        campaign = self._known[lease.batch.terms.campaign]
        until = lawful_hours.allowed_until(
            self._tools.now(), self.channel, self._tools.policy, emergency=campaign.content.emergency
        )
        flight = _Flight(lease, until)
        async with asyncio.TaskGroup() as hands:
            for _ in range(min(IN_THE_AIR, len(lease.rows))):
                hands.create_task(self._one_after_another(flight, campaign))
        return flight.results

    async def _one_after_another(self, flight: _Flight, campaign: OpenCampaign) -> None:
        """A task for each message would cost as much as the ledger."""
        while (leaving := await self._next(flight, campaign)) is not None:
            await self._call(flight, *leaving)

    async def _next(self, flight: _Flight, campaign: OpenCampaign) -> tuple[bytes, Message] | None:
        """Asked when there is room in the air, which may have taken as long as an answer. None: nothing more may leave."""
        async with flight.turn:
            while not flight.grounded and (row := next(flight.left, None)) is not None and row.hash is not None:
                try:
                    message = self._tools.message(campaign, row)
                    units = campaign.units(message.language, self.channel)
                except Exception as error:  # one row that nobody has foreseen must not take down those in the air
                    self._log.error("message.broke", campaign=campaign.id, kind=type(error).__name__)
                    flight.results[row.contact] = TryLater(reason=f"no message: {type(error).__name__}")
                    continue
                if not await self._may_go(units, flight.until):
                    flight.grounded = True
                    return None
                self._flying += 1
                return row.hash, message
            return None

    def _last_look(self, campaign: int, contact: ContactId, hashed: bytes) -> Unsent | None:
        """Where it cannot be had nobody knows who said STOP: nothing leaves."""
        try:
            return self._tools.look.at(campaign, contact, hashed)
        except DatabaseUnavailable as error:
            self._log.error("last_look.unavailable", reason=str(error))
            self._pacer.hold(_PATIENCE, self._tools.monotonic())
            return Unsent.RELEASED

    async def _may_go(self, units: int, until: datetime | None) -> bool:
        """Waits for the pace; after the provider's trouble one message goes first. False: not now, the rest goes back."""
        asked = self._tools.monotonic()
        while not self._stopping.is_set():
            now = self._tools.monotonic()
            if (until is not None and self._tools.now() >= until) or now - asked > _LONG_HOLD:
                return False
            wait = TICK if self._in_doubt and self._flying else self._pacer.take(units, now)
            if wait <= 0:
                return True
            await asyncio.sleep(max(TICK, min(wait, _PATIENCE)))
        return False

    async def _call(self, flight: _Flight, hashed: bytes, message: Message) -> None:
        """Nothing is awaited between the mark, the look and the send."""
        contact = message.contact
        try:
            flight.record.call(contact)
            if unsent := self._last_look(message.campaign, contact, hashed):
                flight.record.call_off(contact)
                flight.results[contact] = unsent
                flight.grounded |= unsent is Unsent.RELEASED
                return
            outcome: Outcome = await self._provider.send(message)
        except Exception as error:  # a provider promises to raise nothing; if it does, the message may have gone out
            self._log.error("provider.broke", kind=type(error).__name__)
            outcome = Unknown(reason=f"broke: {type(error).__name__}")
        finally:
            self._flying -= 1
        flight.record.answer(contact, outcome)
        flight.results[contact] = outcome
        self._lost = self._lost + 1 if isinstance(outcome, Unknown) else 0
        if self._lost and self._lost % LOST_IN_A_ROW == 0:
            await self._tools.pause(message.campaign, f"{self._lost} answers in a row were lost on {self.channel}")
        if isinstance(outcome, TryLater) and outcome.whole_bucket:
            self._in_doubt = True
            now = self._tools.monotonic()
            self._pacer.hold(outcome.seconds, now)
            if outcome.seconds > _LONG_HOLD:
                self._log.warning("provider.holds", seconds=outcome.seconds, reason=outcome.reason)
            if outcome.too_fast:
                self._pacer.slow_down(now)
        elif not isinstance(outcome, Unknown):
            self._in_doubt = False

    async def _stopped_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()
