"""`python -m broadcaster send`: due campaigns begin, batches are leased, sent and settled on every open channel, campaigns end.

Several such processes may run; each channel is sent by the one that holds its pacer. What writes to the database does so on one
thread, so that a slow disk never holds up what is in the air.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from broadcaster import (
    adoption,
    campaign_records,
    campaigns,
    database,
    flight,
    freeze,
    halt,
    journal,
    providers,
    safety,
    trying_out,
)
from broadcaster.addresses import AddressKey
from broadcaster.batches import Result
from broadcaster.campaign_content import Content
from broadcaster.channels.message import Provider
from broadcaster.contacts import ContactId
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.envelopes import Envelopes
from broadcaster.freeze import NotStarted
from broadcaster.journal import Work
from broadcaster.lane import Lane, Tools
from broadcaster.last_look import LastLook
from broadcaster.leasing import Lease, Request
from broadcaster.ledger_codes import SendingChannel
from broadcaster.open_campaigns import OpenCampaign
from broadcaster.pacing import PacerLock
from broadcaster.policy import Policy
from broadcaster.reach import NobodyToReach
from broadcaster.suspects import UnknownSuspect

T = TypeVar("T")

HOUSEKEEPING = 0.5
"""Seconds between two rounds: how late a campaign may begin and how long a finished one may look unfinished."""

RECONCILING = 300.0
"""Seconds between two times that a provider is asked what it took."""

WORTH_WAITING = timedelta(minutes=15)
"""`--until-idle` waits for messages that come back within this time: a provider asked for patience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """What a sender needs from the composition root. `rates`: units a second for each open channel.

    `reconcile` asks the provider that can be asked about unknown messages, with a connection of its own on a thread of its own.
    """

    url: str
    key: AddressKey
    policy: Policy
    providers: Mapping[SendingChannel, Provider]
    rates: Mapping[SendingChannel, float]
    envelopes: Envelopes
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    reconcile: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What housekeeping found: campaigns being sent, and in which channels somebody waits."""

    campaigns: Mapping[int, OpenCampaign]
    work: tuple[Work, ...]


class Sender:
    """Made and run inside one event loop."""

    def __init__(self, outfit: Outfit) -> None:
        self._outfit = outfit
        self._records = flight.folder_of(outfit.url)
        self._ledger = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger", initializer=self._open_ledger)
        self._lanes: tuple[Lane, ...] = ()
        self._stopping = asyncio.Event()
        self._known: dict[int, OpenCampaign] = {}
        self._log = structlog.get_logger()

    def drain(self) -> None:
        """SIGTERM: what is in the air lands, the rest goes back, then `run` ends."""
        self._stopping.set()
        for lane in self._lanes:
            lane.drain()

    async def run(self, *, until_idle: bool) -> None:
        """Raises what opening the database raises."""
        watching = database.open(self._outfit.url, self._outfit.key)
        try:
            look = LastLook(watching)
            self._lanes = tuple(self._lane(channel, provider, look) for channel, provider in self._outfit.providers.items())
            lanes = asyncio.gather(*map(self._sent, self._lanes), self._ask_again(), self._try_out(), return_exceptions=True)
            try:
                await self._keep_house(until_idle)
            finally:
                self.drain()
                ended = await lanes
            for broken in filter(None, ended):
                raise broken
        finally:
            self._ledger.submit(lambda: self._connection.close())  # a connection belongs to its thread
            self._ledger.shutdown()
            watching.close()
            for provider in set(self._outfit.providers.values()):
                await provider.close()

    async def _ask_again(self) -> None:
        """At the start, as a kill may have left unknowns, and now and then. Whatever goes wrong with it, the sending goes on."""
        while self._outfit.reconcile is not None and not self._stopping.is_set():
            try:
                await asyncio.to_thread(self._outfit.reconcile)
            except Exception as error:
                self._log.error("reconciling.broke", kind=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), RECONCILING)

    async def _try_out(self) -> None:
        """What staff send to themselves."""
        while not self._stopping.is_set():
            try:
                more = await trying_out.send_one(self._with_ledger, self._outfit.providers, self._outfit.now)
            except Exception as error:
                self._log.error("trying_out.broke", kind=type(error).__name__)
                more = False
            if not more:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), HOUSEKEEPING)

    async def _sent(self, lane: Lane) -> None:
        """Where one lane breaks, what is in the air of the others lands first: cancelled it would be unknown."""
        try:
            await lane.run()
        finally:
            self.drain()

    async def _keep_house(self, until_idle: bool) -> None:
        idle_before = False
        while not self._stopping.is_set():
            found = None
            try:
                found = await self._on_ledger(self._round)
            except DatabaseUnavailable as error:
                self._log.error("ledger.unavailable", reason=str(error))
            if found is not None:
                waiting = self._offer(found)
                idle = not waiting and self._all_idle()
                if until_idle and idle and idle_before:
                    return
                idle_before = idle
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), HOUSEKEEPING)

    def _offer(self, found: _Round) -> bool:
        """Gives the lanes their work. True: somebody in it may be sent to soon."""
        now = self._outfit.now()
        for lane in self._lanes:
            lane.offer(
                {
                    work.campaign: found.campaigns[work.campaign]
                    for work in found.work
                    if work.channel is lane.channel and work.at <= now and work.campaign in found.campaigns
                }
            )
        soon = now + WORTH_WAITING
        comes_back = any(now < work.at <= soon and work.channel in self._outfit.providers for work in found.work)
        return comes_back or not self._all_idle()

    def _all_idle(self) -> bool:
        return all(lane.is_idle(patience=WORTH_WAITING.total_seconds()) for lane in self._lanes)

    def _round(self) -> _Round:
        """On the ledger's thread."""
        connection, now, policy = self._connection, self._outfit.now(), self._outfit.policy
        adoption.adopt(connection, self._records, now=now, policy=policy)
        for campaign in campaign_records.due(connection, now=now):
            self._begin(connection, campaign.id, now)
        open_now: dict[int, OpenCampaign] = {}
        for campaign in campaign_records.sending(connection):
            if reason := safety.reason_to_pause(connection, campaign.id, policy) or self._closed(campaign.content):
                campaigns.pause_itself(connection, campaign.id, reason=reason, now=now)
            elif journal.is_finished(connection, campaign.id):
                campaigns.finish(connection, campaign.id, now=now)
            else:
                if campaign.id not in self._known:
                    self._known[campaign.id] = self._outfit.envelopes.open(campaign)
                open_now[campaign.id] = self._known[campaign.id]
        self._known = open_now
        return _Round(campaigns=open_now, work=() if halt.is_stopped(connection) else journal.work(connection))

    def _begin(self, connection: Connection, campaign: int, now: datetime) -> None:
        """What cannot begin is paused, with the reason, and stays for a person: it must neither be lost nor stop the others."""
        try:
            if closed := self._closed(campaign_records.find(connection, campaign).content):
                raise ChannelClosed(closed)
            audience = freeze.freeze(connection, campaign, now=now, policy=self._outfit.policy)
        except NotStarted:
            return
        except (ChannelClosed, NobodyToReach, UnknownSuspect) as error:
            reason = str(error) or str(error.__doc__)
            campaigns.pause_itself(connection, campaign, reason=reason[: campaigns.LONGEST_REASON], now=now)
            self._log.error("campaign.not_begun", campaign=campaign, kind=type(error).__name__)
        else:
            self._log.info("campaign.begun", campaign=campaign, audience=audience)

    def _closed(self, content: Content) -> str:
        """Why a channel of the campaign cannot be used by this process; empty when all can: people would wait for it unseen."""
        closed = [channel for channel in content.channels if channel not in self._outfit.providers]
        return ", ".join(map(providers.why_closed, closed))

    def _lane(self, channel: SendingChannel, provider: Provider, look: LastLook) -> Lane:
        tools = Tools(
            settle=self._settle,
            look=look,
            policy=self._outfit.policy,
            now=self._outfit.now,
            monotonic=self._outfit.monotonic,
            message=self._outfit.envelopes.message,
            pause=self._pause,
        )
        lock = PacerLock(self._records.with_name(f"{self._records.name}.{channel}.lock"))
        return Lane(channel, provider, rate=self._outfit.rates[channel], lock=lock, tools=tools, records=self._records)

    async def _pause(self, campaign: int, reason: str) -> None:
        def pause() -> None:
            campaigns.pause_itself(self._connection, campaign, reason=reason, now=self._outfit.now())

        with contextlib.suppress(DatabaseUnavailable):  # asked again after as many more
            await self._on_ledger(pause)

    async def _settle(self, lease: Lease | None, results: Mapping[ContactId, Result], request: Request | None) -> Lease | None:
        return await self._on_ledger(lambda: self._settled(lease, results, request))

    def _settled(self, lease: Lease | None, results: Mapping[ContactId, Result], request: Request | None) -> Lease | None:
        now, policy = self._outfit.now(), self._outfit.policy
        if lease is not None:
            return journal.settle(self._connection, lease, results, request, now=now, policy=policy)
        return journal.take(self._connection, request, now=now, policy=policy) if request is not None else None

    def _open_ledger(self) -> None:
        self._connection = database.open(self._outfit.url, self._outfit.key)

    async def _with_ledger(self, work: Callable[[Connection], T]) -> T:
        return await self._on_ledger(lambda: work(self._connection))

    async def _on_ledger(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._ledger, work)


class ChannelClosed(Exception):
    """A channel of this campaign is closed in this process."""
