"""What /metrics tells in Prometheus's text format. Labels are words of ours: never an address, a path, a token or a text."""

from collections.abc import Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from broadcaster import batches, database, halt
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.ledger_codes import State, channel_of
from broadcaster.web.queue_age import Queue

_SQL = database.queries_beside(__file__)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """A registry of its own for each application. `read` belongs to the thread of its connection, the rest to the event loop."""

    def __init__(self, app: str) -> None:
        self._app = app
        self._all = CollectorRegistry()
        self._stops = _StopsOfToday()
        self._requests = Counter(
            "saqbol_http_requests",
            "Requests answered, by route template and class of the status.",
            ("app", "route", "status"),
            registry=self._all,
        )
        self._took = Histogram(
            "saqbol_http_request_seconds",
            "Seconds from the headers of a request to the end of its answer.",
            ("app", "route"),
            registry=self._all,
            buckets=_SECONDS,
        )
        self._readable = self._gauge("saqbol_register_readable", "1: the figures below were read just now; 0: they are missing.")
        self._deliveries = self._gauge(
            "saqbol_deliveries", "Messages of campaigns being sent or paused, by channel and state.", "channel", "state"
        )
        self._campaigns = self._gauge("saqbol_campaigns", "Campaigns, by state.", "state")
        self._unknown = self._gauge("saqbol_unknown_deliveries", "Messages that may have arrived and wait for a person's word.")
        self._age = self._gauge(
            "saqbol_queue_age_seconds", "How long messages have been due on a channel without a batch being taken.", "channel"
        )
        self._late = self._gauge("saqbol_campaign_late_seconds", "How long a scheduled campaign has been due and not begun.")
        self._oldest = self._gauge(
            "saqbol_oldest_batch_seconds", "How long the oldest batch has been in a sender's hand; 0: none."
        )
        self._stopped = self._gauge("saqbol_kill_switch", "1: nothing is sent at all.")
        self._stops_today = self._gauge(
            "saqbol_addresses_stopped_today",
            "Addresses silenced since midnight in Kazakhstan; a STOP silences all of a person's.",
        )
        self._suppressions = self._gauge("saqbol_suppression_last_id", "Last entry of the list of STOPs that senders follow.")

    def count(self, *, route: str, status: int, seconds: float) -> None:
        """`route` is a template such as /u/{token}."""
        self._requests.labels(self._app, route, f"{status // 100}xx").inc()
        self._took.labels(self._app, route).observe(seconds)

    def read(self, connection: Connection, queue: Queue, *, now: datetime) -> None:
        """Raises DatabaseUnavailable."""
        self._forget()
        for row in connection.execute(_SQL["deliveries"]):
            self._deliveries.labels(channel_of(row["route"]), State(row["state"]).word).set(row["n"])
        for row in connection.execute(_SQL["campaigns"]):
            self._campaigns.labels(row["state"]).set(row["n"])
        self._unknown.set(connection.execute(_SQL["unknown"], {"unknown": State.UNKNOWN}).fetchone()["n"])
        for channel, age in queue.standing.items():
            self._age.labels(channel).set(age.total_seconds())
        self._late.set(queue.late_start.total_seconds())
        self._oldest.set(queue.oldest_batch.total_seconds() if queue.oldest_batch else 0)
        self._stopped.set(halt.is_stopped(connection))
        self._stops_today.set(self._stops.count(connection, now=now))
        self._suppressions.set(batches.last_suppression(connection))
        self._readable.set(1)

    def unreadable(self) -> None:
        """The register could not be read: yesterday's figures would look like today's."""
        self._forget()
        self._readable.set(0)

    def text(self) -> bytes:
        return generate_latest(self._all)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(name, told, labels, registry=self._all)

    def _forget(self) -> None:
        for gauge in (self._deliveries, self._campaigns, self._age):
            gauge.clear()


class _StopsOfToday:
    """Reads only what was written since it was last asked, and at the first time only today's."""

    def __init__(self) -> None:
        self._midnight = ""
        self._last = self._count = 0

    def count(self, connection: Connection, *, now: datetime) -> int:
        midnight = database.instant(now.astimezone(KAZAKHSTAN).replace(hour=0, minute=0, second=0, microsecond=0))
        if midnight != self._midnight:
            self._midnight, self._count = midnight, 0
        new = self._new(connection)
        self._count += sum(state == "stopped" for _, state in new)
        self._last = max([self._last, *(id for id, _ in new)])
        return self._count

    def _new(self, connection: Connection) -> Sequence[tuple[int, str]]:
        found = []
        for row in connection.execute(_SQL["suppressions_after"], {"last": self._last}):
            if row["at"] < self._midnight:
                break
            found.append((row["id"], row["state"]))
        return found
