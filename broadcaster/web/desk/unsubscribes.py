"""Who unsubscribed after our warnings: one campaign by the time since its message, all by campaign, channel, language, day.

`campaign.html` may hand `unsubscribed=await unsubscribes.of_campaign(office, visit, id)` to its template and include the piece
`_unsubscribes.html`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from broadcaster import campaign_records, opt_out_counts
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.opt_out_counts import OptOuts
from broadcaster.web.desk import plots, words
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.plots import Bar
from broadcaster.web.desk.visit import Visit

USUAL = timedelta(days=29)
LONGEST = timedelta(days=366)
MOST_CAMPAIGNS = 100
_ON_A_PLOT = 15
_SINGLE_DAYS = timedelta(days=31)
_HOURS = ((0, 1), (1, 2), (2, 3), (3, 6), (6, 12), (12, 24), (24, 48), (48, 72), (72, 168), (168, 337))
"""The ends of the pieces of time after a message."""

TABLES = ("day", "hour", "campaign", "channel", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`campaign` is its id where the row is one."""

    label: str
    people: int
    campaign: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`plot` is its address."""

    name: str
    rows: Sequence[Row]
    plot: str

    @property
    def total(self) -> int:
        return sum(row.people for row in self.rows)

    @property
    def most(self) -> Row | None:
        """What the plot shows at one glance."""
        return max(self.rows, key=lambda row: row.people, default=None) if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of Kazakhstan, both included. `error` is the key of a sentence: then the usual period stands here."""

    first: date
    last: date
    error: str = ""

    @property
    def query(self) -> str:
        return urlencode({"first": self.first.isoformat(), "last": self.last.isoformat()})


async def show(office: Office, visit: Visit) -> Response:
    """GET /unsubscribes?first=2026-11-01&last=2026-11-29"""
    period = period_of(visit)
    counted, names = await _within(office, period)
    tables = [
        Table(name=name, rows=_rows(office, visit, name, counted, period, names), plot=f"/unsubscribes/{name}.svg?{period.query}")
        for name in TABLES
    ]
    status = 422 if period.error else 200
    return await office.page(
        visit, "unsubscribes.html", status=status, period=period, tables=tables, total=counted.total, most=MOST_CAMPAIGNS
    )


async def plot(office: Office, visit: Visit) -> Response:
    """GET /unsubscribes/{name}.svg: the plot beside the table of that name."""
    name, period = visit.request.path_params["name"], period_of(visit)
    if name not in TABLES:
        return await office.refused(visit, "plot_unknown", status=404)
    counted, names = await _within(office, period)
    return drawn(office, visit, name, _rows(office, visit, name, counted, period, names))


async def of_campaign(office: Office, visit: Visit, campaign: int) -> Table:
    counted = await office.kept.ask(opt_out_counts.of_campaign, campaign)
    return Table(name="hour", rows=_by_hour(office, visit, counted.by_hour), plot=f"/campaigns/{campaign}/plots/unsubscribes.svg")


def drawn(office: Office, visit: Visit, name: str, rows: Sequence[Row]) -> Response:
    say = partial(office.desk_words.say, language=visit.language)
    spelt = _people(visit)
    title, nothing = say(f"unsubscribes_by_{name}"), say("unsubscribes_nobody")
    if name in ("day", "hour"):
        bars = [Bar(label=row.label, value=row.people) for row in rows]
        return plots.columns(title, bars if any(row.people for row in rows) else [], spelt=spelt, nothing=nothing)
    shown = [Bar(label=row.label, value=row.people) for row in rows[:_ON_A_PLOT]]
    return plots.bars(title, shown, spelt=spelt, nothing=nothing)


def period_of(visit: Visit) -> Period:
    today = visit.now.astimezone(KAZAKHSTAN).date()
    asked = visit.request.query_params
    usual = Period(first=today - USUAL, last=today)
    if not asked.get("first") and not asked.get("last"):
        return usual
    try:
        first, last = date.fromisoformat(asked.get("first", "")), date.fromisoformat(asked.get("last", ""))
    except ValueError:
        return Period(first=usual.first, last=usual.last, error="unsubscribes_bad_day")
    if first > last:
        return Period(first=usual.first, last=usual.last, error="unsubscribes_turned_round")
    if last - first > LONGEST:
        return Period(first=usual.first, last=usual.last, error="unsubscribes_too_long")
    return Period(first=first, last=last)


async def _within(office: Office, period: Period) -> tuple[OptOuts, Mapping[int, str]]:
    counted = await office.kept.ask(opt_out_counts.within, first=period.first, last=period.last)
    campaigns = await office.kept.ask(campaign_records.every) if counted.total else ()
    return counted, {each.id: f"{each.code} {each.content.name}" for each in campaigns}


def _rows(office: Office, visit: Visit, name: str, counted: OptOuts, period: Period, names: Mapping[int, str]) -> Sequence[Row]:
    say = partial(office.desk_words.say, language=visit.language)
    match name:
        case "day":
            return _by_day(counted.by_day, period)
        case "hour":
            return _by_hour(office, visit, counted.by_hour)
        case "campaign":
            most = sorted(counted.by_campaign.items(), key=lambda item: (-item[1], item[0]))[:MOST_CAMPAIGNS]
            return [Row(label=names.get(id, str(id)), people=people, campaign=id) for id, people in most]
        case "channel":
            return _named(counted.by_channel, lambda each: say(f"channel_{each}"))
        case _:
            return _named(counted.by_language, lambda each: say(f"language_{each}"))


def _named(counted: Mapping[str, int], named: Callable[[str], str]) -> Sequence[Row]:
    most = sorted(counted.items(), key=lambda item: -item[1])
    return [Row(label=named(each), people=people) for each, people in most]


def _by_day(counted: Mapping[date, int], period: Period) -> Sequence[Row]:
    """Days, or weeks by their first day where there would be too many."""
    step = 1 if period.last - period.first <= _SINGLE_DAYS else 7
    days = (period.last - period.first).days + 1
    people = [counted.get(period.first + timedelta(days=n), 0) for n in range(days)]
    return [
        Row(label=f"{period.first + timedelta(days=n):%d.%m.%Y}", people=sum(people[n : n + step])) for n in range(0, days, step)
    ]


def _by_hour(office: Office, visit: Visit, counted: Mapping[int, int]) -> Sequence[Row]:
    say = partial(office.desk_words.say, language=visit.language)
    rows = []
    for begins, ends in _HOURS:
        people = sum(n for hour, n in counted.items() if begins <= hour < ends)
        if ends <= 24:
            label = say("unsubscribes_hours", begins=begins, ends=ends)
        else:
            label = say("unsubscribes_days", begins=begins // 24, ends=ends // 24)
        rows.append(Row(label=label, people=people))
    return rows


def _people(visit: Visit) -> plots.Spelt:
    return lambda value: words.number(round(value), language=visit.language)
