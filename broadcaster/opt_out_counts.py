"""How many people said STOP after a warning, and after which: for pages and plots, from the counts that are kept.

Days are Kazakhstan's. Hours are those between the message and the STOP: a later one than `opt_outs.DAYS` is not held against it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from sqlite3 import Row

from broadcaster import batches, database
from broadcaster.database import Connection
from broadcaster.ledger_codes import channel_of, language_of

_SQL = database.queries_beside(__file__)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOuts:
    """`by_campaign`: id → people. Days on which nobody left are missing in `by_day`, hours in `by_hour`."""

    total: int
    by_campaign: Mapping[int, int]
    by_channel: Mapping[str, int]
    by_language: Mapping[str, int]
    by_day: Mapping[date, int]
    by_hour: Mapping[int, int]


def of_campaign(connection: Connection, campaign: int) -> OptOuts:
    about = {"campaign": campaign}
    return _counted(connection.execute(_SQL["of_campaign"], about), connection.execute(_SQL["hours_of_campaign"], about))


def within(connection: Connection, *, first: date, last: date) -> OptOuts:
    """Both days included. `by_hour` is of the campaigns that anybody left on these days, over their whole time."""
    asked = {"first": first.toordinal() - _EPOCH, "last": last.toordinal() - _EPOCH}
    return _counted(connection.execute(_SQL["within"], asked), connection.execute(_SQL["hours_within"], asked))


def today(connection: Connection, *, now: datetime) -> int:
    return int(connection.execute(_SQL["of_day"], {"day": batches.day_of(now)}).fetchone()["n"])


def _counted(rows: Iterable[Row], hours: Iterable[Row]) -> OptOuts:
    by_campaign: Counter[int] = Counter()
    by_channel: Counter[str] = Counter()
    by_language: Counter[str] = Counter()
    by_day: Counter[date] = Counter()
    for row in rows:
        by_campaign[row["campaign"]] += row["n"]
        by_channel[channel_of(row["route"]).value] += row["n"]
        by_language[language_of(row["route"]).value] += row["n"]
        by_day[date.fromordinal(row["day"] + _EPOCH)] += row["n"]
    return OptOuts(
        total=by_campaign.total(),
        by_campaign=dict(by_campaign),
        by_channel=dict(by_channel),
        by_language=dict(by_language),
        by_day=dict(sorted(by_day.items())),
        by_hour={row["hour"]: row["n"] for row in hours},
    )
