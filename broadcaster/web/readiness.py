"""What /readyz asks: can the database be written to, is it migrated, do messages leave that should. Never tells an address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster import database
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.policy import Policy
from broadcaster.web.queue_age import Queue, QueueAge

PROBE_MILLISECONDS = 1_000
"""How long a probe waits for a writer. A person's STOP waits as long as everybody (database.BUSY_SECONDS): the audience of
millions is frozen in less, and a page that answers "try later" is a STOP that never comes."""

WRITES_EVERY = timedelta(minutes=1)
"""Every probe takes the right to write and gives it back, which finds a lock and a read-only file and costs the disk nothing. A
page is written, which finds a full disk, no more often than this."""

TOO_OLD = timedelta(minutes=5)
"""A sender that restarts is back sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    good: bool
    told: str

    def __str__(self) -> str:
        return f"{'ok' if self.good else 'NOT OK'} {self.name}: {self.told}"


class Readiness:
    """Lives in the thread of its connection."""

    def __init__(self, rules: Policy) -> None:
        self.queue = QueueAge(rules)
        self._written: datetime | None = None

    def look(self, connection: Connection, *, now: datetime) -> tuple[Check, ...]:
        checks = [self._writable(connection, now)]
        try:
            checks.append(_migrated(connection))
            queue = self.queue.look(connection, now=now)
        except DatabaseUnavailable as error:
            return (*checks, Check(name="register", good=False, told=str(error)))
        return (*checks, _leaves(queue), _sender(queue))

    def _writable(self, connection: Connection, now: datetime) -> Check:
        try:
            connection.execute(f"PRAGMA busy_timeout = {PROBE_MILLISECONDS}")
            with database.transaction(connection):
                if self._written is None or now - self._written >= WRITES_EVERY:
                    connection.execute("PRAGMA user_version = 0")  # writes a page, and nothing changes
                    self._written = now
        except DatabaseUnavailable as error:
            self._written = None
            return Check(name="database", good=False, told=str(error))
        finally:
            connection.execute(f"PRAGMA busy_timeout = {database.BUSY_SECONDS * 1_000:.0f}")
        return Check(name="database", good=True, told="takes writes")


def _migrated(connection: Connection) -> Check:
    missing = database.pending(connection, "broadcaster", database.MIGRATIONS)
    told = f"{', '.join(missing)} missing: run python -m bot migrate" if missing else "all applied"
    return Check(name="migrations", good=not missing, told=told)


def _leaves(queue: Queue) -> Check:
    standing = sorted(f"{channel} for {_seconds(age)}" for channel, age in queue.standing.items())
    if queue.late_start:
        standing.append(f"a scheduled campaign for {_seconds(queue.late_start)}")
    told = f"due and without a new batch: {', '.join(standing)}" if standing else "nothing is due"
    return Check(name="queue", good=queue.age <= TOO_OLD, told=told)


def _sender(queue: Queue) -> Check:
    if queue.oldest_batch is None or queue.newest_batch is None:
        return Check(name="sender", good=True, told="no batch in hand, so none can be seen")
    if queue.oldest_batch > TOO_OLD:
        told = f"a batch has been in hand for {_seconds(queue.oldest_batch)}: its sender is gone, or hangs"
        return Check(name="sender", good=False, told=told)
    return Check(name="sender", good=True, told=f"took a batch {_seconds(queue.newest_batch)} ago")


def _seconds(age: timedelta) -> str:
    return f"{max(0, age.total_seconds()):.0f} s"
