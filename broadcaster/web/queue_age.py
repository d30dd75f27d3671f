"""Whether messages leave that should: how long each channel has stood, derived from what is due and from batches that are taken.

Asked by /readyz and /metrics. It knows of no sender but by its batches, and a channel stands at the earliest since this process
first saw it stand: after a restart the age begins at 0, it never begins too high.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster import database, halt, journal, lawful_hours
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, channel_of
from broadcaster.policy import Policy

_SQL = database.queries_beside(__file__)
NONE = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`standing`: channels on which somebody may be written to now, and for how long no batch has been taken there.

    `late_start`: of a scheduled campaign that nobody has begun. The batches are those in a sender's hand; None: there is none.
    """

    standing: Mapping[SendingChannel, timedelta]
    late_start: timedelta
    oldest_batch: timedelta | None
    newest_batch: timedelta | None

    @property
    def age(self) -> timedelta:
        return max((self.late_start, *self.standing.values()))


class QueueAge:
    """Lives in one thread; `look` at least once a minute, or a channel that stood and moved in between was not seen moving."""

    def __init__(self, rules: Policy) -> None:
        self._rules = rules
        self._stands_since: Mapping[SendingChannel, datetime] = {}

    def look(self, connection: Connection, *, now: datetime) -> Queue:
        """Paused campaigns, closed hours and the kill switch let nothing stand: nothing should leave."""
        batches = connection.execute(_SQL["batches"]).fetchall()
        taken = {channel_of(row["channel"] * 4): datetime.fromisoformat(row["newest"]) for row in batches}
        due = self._due(connection, now)
        self._stands_since = {
            channel: min(now, max(since, taken.get(channel, since)))
            for channel, since in ((each, self._stands_since.get(each, now)) for each in due)
        }
        late = connection.execute(_SQL["late_start"], {"now": database.instant(now)}).fetchone()["due"]
        return Queue(
            standing={channel: now - since for channel, since in self._stands_since.items()},
            late_start=now - datetime.fromisoformat(late) if late else NONE,
            oldest_batch=max((now - datetime.fromisoformat(row["oldest"]) for row in batches), default=None),
            newest_batch=min((now - datetime.fromisoformat(row["newest"]) for row in batches), default=None),
        )

    def _due(self, connection: Connection, now: datetime) -> set[SendingChannel]:
        if halt.is_stopped(connection):
            return set()
        return {
            work.channel
            for work in journal.work(connection)
            if work.at <= now and lawful_hours.is_allowed(now, work.channel, self._rules, emergency=work.emergency)
        }
