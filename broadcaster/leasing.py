"""How the next batch is chosen: whatever may forbid a message is asked here, in the transaction that leases it.

Those who come back late stand in `due` and go first; then the range of the frozen audience, in the order of its key.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broadcaster import batches, brakes, campaigns, database, flight, lawful_hours, settling
from broadcaster.batches import USABLE, Batch, Leased, Terms
from broadcaster.contacts import ContactId
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.flight import FlightRecord
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.policy import Policy
from broadcaster.reach_routes import SILENCED

_SQL = database.queries_beside(__file__)
_FROM_RANGE, _FROM_DUE = (_SQL[name].replace("/*usable*/", USABLE) for name in ("from_range", "from_due"))
_WHY_OUT = _SQL["why_out"].replace("/*silenced*/", SILENCED)
_MOST_PIECES = 20
"""In one transaction, when all of a piece fall out; the rest at the next asking, so that nobody waits long for the database."""

CAPPED = "frequency cap"
_NOT_WAITING = -1
"""Stands in `due`, but a receipt was faster, or another channel or lease has it."""
_as_leased = functools.partial(tuple.__new__, Leased)
"""`Leased._make` at a third of its price: a row of the query has the columns of Leased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The batch that is wanted. `units`: segments of the longest SMS."""

    campaign: int
    channel: SendingChannel
    limit: int
    units: int
    records: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A batch that is ours to send; mark each message in `record` before and after its call."""

    id: int
    batch: Batch
    record: FlightRecord

    @property
    def rows(self) -> Mapping[ContactId, Leased]:
        return self.batch.rows


def lease(connection: Connection, request: Request, *, now: datetime, policy: Policy) -> Lease | None:
    """Inside the caller's transaction. None: there is nothing to send now, or it may not be sent.

    Raises DatabaseUnavailable, also where the flight record finds no room.
    """
    return _Leasing(connection, request, now, policy).lease()


class _Leasing:
    def __init__(self, connection: Connection, request: Request, now: datetime, policy: Policy) -> None:
        self._connection, self._request, self._now, self._policy = connection, request, now, policy
        lowest = request.channel.code * 4
        self._place = {"campaign": request.campaign, "channel": request.channel.code, "lowest": lowest, "highest": lowest + 3}

    def lease(self) -> Lease | None:
        asked = {"campaign": self._request.campaign}
        allowed = self._connection.execute(_SQL["may_lease"], asked).fetchone()
        if allowed is None:
            return None
        terms = batches.terms_of(self._connection, self._request.campaign)
        if not lawful_hours.is_allowed(self._now, self._request.channel, self._policy, emergency=terms.content.emergency):
            return None
        reserve = self._reserve(terms)
        limit = self._request.limit
        if reserve and allowed["budget"] is not None:
            limit = min(limit, max(0, allowed["budget"] - allowed["spent"]) // reserve)
        for _ in range(_MOST_PIECES):
            state, piece = self._piece(terms, max(limit, 1))
            if not piece:
                return None
            if limit == 0:
                if not self._connection.execute(_SQL["sets_aside"], asked).fetchone()[0]:
                    campaigns.pause_within(self._connection, self._request.campaign, reason="the budget is spent", now=self._now)
                return None
            self._move_on(state, piece)
            if batch := self._batch(terms, state, piece, reserve):
                return self._write(batch)
        return None

    def _reserve(self, terms: Terms) -> int:
        """The dearest channel's price, so that a change of channel never breaks the budget."""
        prices = {channel: self._policy.channels[channel].price_tiyn or 0 for channel in terms.content.channels}
        return max(price * (self._request.units if channel is SendingChannel.SMS else 1) for channel, price in prices.items())

    def _piece(self, terms: Terms, limit: int) -> tuple[State, list[Leased]]:
        since = batches.day_of(self._now) - self._policy.frequency_cap.days
        asked = {
            **batches.usable([self._request.channel], terms.content),
            **self._place,
            "limit": limit,
            "since": since,
            "now": int(self._now.timestamp()),
        }
        due = self._found(_FROM_DUE, asked)
        if due:
            return State.WAITING, due
        if not brakes.released(
            self._connection, self._request.campaign, self._request.channel, now=self._now, policy=self._policy
        ):
            return State.QUEUED, []
        found = self._found(_FROM_RANGE, asked)
        if not found and self._connection.execute(_SQL["rewind"], self._place).rowcount:
            found = self._found(_FROM_RANGE, asked)
        if not found:
            self._connection.execute(_SQL["exhaust"], self._place)
        return State.QUEUED, found

    def _found(self, sql: str, asked: Mapping[str, object]) -> list[Leased]:
        cursor = self._connection.execute(sql, asked)
        cursor.row_factory = None
        return [_as_leased(row) for row in cursor]

    def _move_on(self, state: State, piece: Sequence[Leased]) -> None:
        last = {**self._place, "contact": piece[-1].contact, "at": piece[-1].at}
        self._connection.execute(_SQL["drop_due" if state is State.WAITING else "advance"], last)

    def _batch(self, terms: Terms, state: State, piece: Sequence[Leased], reserve: int) -> Batch | None:
        """Those who may be written to; the others are settled here."""
        candidates: dict[ContactId, Leased] = {}
        capped: list[ContactId] = []
        out: list[ContactId] = []
        most = self._policy.frequency_cap.messages
        for row in piece:
            if row.route == _NOT_WAITING:
                continue
            candidates[row.contact] = row
            if row.value is None:
                out.append(row.contact)
            elif row.recent >= most:
                capped.append(row.contact)
        batch = self._as_batch(terms, state, candidates, reserve)
        if not out and not capped:
            return batch if candidates else None
        settling.set_aside(self._connection, batch, self._why(out), elsewhere=True, now=self._now, policy=self._policy)
        reasons = dict.fromkeys(capped, CAPPED)
        settling.set_aside(self._connection, batch, reasons, elsewhere=False, now=self._now, policy=self._policy)
        for contact in (*out, *capped):
            del candidates[contact]
        return batch if candidates else None

    def _as_batch(self, terms: Terms, state: State, rows: Mapping[ContactId, Leased], reserve: int) -> Batch:
        return Batch(
            terms=terms,
            channel=self._request.channel,
            state=state,
            rows=rows,
            reserve=reserve,
            taken_at=self._now,
            stops_seen=batches.last_suppression(self._connection),
        )

    def _why(self, out: Sequence[ContactId]) -> dict[ContactId, str]:
        asked = {"contacts": batches.listed(out), "campaign": self._request.campaign}
        return {row["contact"]: row["reason"] for row in self._connection.execute(_WHY_OUT, asked)}

    def _write(self, batch: Batch) -> Lease:
        contacts = list(batch.rows)
        about = {"contacts": batches.listed(contacts), "day": batches.day_of(self._now)}
        if self._request.channel is not SendingChannel.PAPER:  # a rehearsal must not cost a citizen a real warning
            self._connection.execute(_SQL["reserve_cap"], about)
        if batch.reserve:
            reserved = {"campaign": self._request.campaign, "change": batch.reserve * len(contacts)}
            self._connection.execute(_SQL["reserve_budget"], reserved)
        try:
            record = flight.begin(self._request.records, contacts)
        except OSError as error:
            raise DatabaseUnavailable(f"no flight record can be written: {error.strerror}") from error
        try:
            row = {
                **self._place,
                "kind": "due" if batch.state is State.WAITING else "range",
                "lo": min(contacts),
                "hi": max(contacts),
                "record": record.name,
                "boot": flight.boot_id(),
                "taken_at": database.instant(self._now),
                "reserve": batch.reserve,
            }
            made = self._connection.execute(_SQL["add_lease"], row).lastrowid or 0
            if batch.state is State.WAITING:
                members = [(made, leased.contact, leased.tries) for leased in batch.rows.values()]
                self._connection.executemany(_SQL["add_members"], members)
        except BaseException:
            record.land()
            raise
        return Lease(id=made, batch=batch, record=record)
