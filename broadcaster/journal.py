"""The ledger at work: a batch is leased, sent elsewhere, settled with the next one in one transaction. Nothing here sends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from broadcaster import database, settling
from broadcaster.batches import Batch, Result
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.leasing import Lease, Request, lease
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy

_SQL = database.queries_beside(__file__)


class LeaseGone(Exception):
    """This lease is no longer in the ledger: somebody else has settled it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A campaign and channel in which somebody is left to be written to, not before `at`."""

    campaign: int
    channel: SendingChannel
    emergency: bool
    at: datetime


def take(connection: Connection, request: Request, *, now: datetime, policy: Policy) -> Lease | None:
    """None: there is nothing to send now, or it may not be sent."""
    return _in_one_transaction(connection, lambda: lease(connection, request, now=now, policy=policy))


def settle(
    connection: Connection,
    done: Lease,
    results: Mapping[ContactId, Result],
    then: Request | None = None,
    *,
    now: datetime,
    policy: Policy,
) -> Lease | None:
    """The whole batch, with the next one if it is asked for. Raises LeaseGone.

    When it raises nothing has changed: keep the results and try again.
    """

    def turn() -> Lease | None:
        close(connection, done.id, done.record.name, done.batch, results, now=now, policy=policy)
        return None if then is None else lease(connection, then, now=now, policy=policy)

    taken = _in_one_transaction(connection, turn)
    done.record.land()
    return taken


def close(
    connection: Connection,
    id: int,
    record: str,
    batch: Batch,
    results: Mapping[ContactId, Result],
    *,
    now: datetime,
    policy: Policy,
) -> None:
    """Ends a lease with what became of its messages. Inside the caller's transaction. Raises LeaseGone."""
    if connection.execute(_SQL["end_lease"], {"lease": id, "record": record}).rowcount == 0:
        raise LeaseGone
    settling.settle(connection, batch, results, now=now, policy=policy)


def work(connection: Connection) -> tuple[Work, ...]:
    """Of all campaigns that are being sent; the kill switch and the hours are asked by the lease."""
    return tuple(
        Work(
            campaign=row["id"],
            channel=channel,
            emergency=bool(row["emergency"]),
            at=datetime.fromtimestamp(row["at"], UTC),
        )
        for channel in SendingChannel
        for row in connection.execute(_SQL["work"], {"channel": channel.code}).fetchall()
    )


def is_finished(connection: Connection, campaign: int) -> bool:
    """Nobody queued, waiting or in a lease; unknowns may be left for a person."""
    return not connection.execute(_SQL["is_open"], {"campaign": campaign}).fetchone()[0]


def _in_one_transaction(connection: Connection, turn: Callable[[], Lease | None]) -> Lease | None:
    taken = None
    try:
        with database.transaction(connection):
            taken = turn()
    except BaseException:
        if taken is not None:
            taken.record.land()
        raise
    return taken
