"""When a channel may be used, in Kazakhstan time, and when a campaign would end. Pure: `now` and the policy are given.

An emergency, which a second person has approved, may be sent at any hour.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Hours, Policy, Weekday

KAZAKHSTAN = ZoneInfo("Asia/Almaty")
_WEEK = tuple(Weekday)
_DAY = timedelta(days=1)


def zone_is_up_to_date() -> bool:
    """Kazakhstan has had one time, UTC+5, since 2024-03-01: an older table of the system's opens the hours an hour early."""
    return datetime(2024, 3, 2, tzinfo=KAZAKHSTAN).utcoffset() == timedelta(hours=5)


def is_allowed(now: datetime, channel: SendingChannel, policy: Policy, *, emergency: bool = False) -> bool:
    hours = _hours(channel, policy, emergency)
    return hours is None or _opening(now, hours, policy) <= now


def next_allowed(now: datetime, channel: SendingChannel, policy: Policy, *, emergency: bool = False) -> datetime:
    """The first lawful moment that is not before `now`, in UTC."""
    hours = _hours(channel, policy, emergency)
    return now.astimezone(UTC) if hours is None else max(now.astimezone(UTC), _opening(now, hours, policy))


def allowed_until(now: datetime, channel: SendingChannel, policy: Policy, *, emergency: bool = False) -> datetime | None:
    """When sending must stop; `now` itself when it is not allowed at all, None when it never has to."""
    hours = _hours(channel, policy, emergency)
    if hours is None:
        return None
    opening = _opening(now, hours, policy)
    return _at(opening.astimezone(KAZAKHSTAN).date(), hours.closes) if opening <= now else now.astimezone(UTC)


def finish(
    units: float, *, per_second: float, now: datetime, channel: SendingChannel, policy: Policy, emergency: bool = False
) -> datetime:
    """When so many messages (SMS: segments) will have left, over nights and days off."""
    if units < 0 or per_second <= 0:
        raise ValueError("a forecast needs a rate and something to send")
    left = timedelta(seconds=units / per_second)
    moment = now.astimezone(UTC)
    while True:
        moment = next_allowed(moment, channel, policy, emergency=emergency)
        until = allowed_until(moment, channel, policy, emergency=emergency)
        if until is None or left <= until - moment:
            return moment + left
        left -= until - moment
        moment = until


def _hours(channel: SendingChannel, policy: Policy, emergency: bool) -> Hours | None:
    return None if emergency else policy.channels[channel].hours


def _opening(now: datetime, hours: Hours, policy: Policy) -> datetime:
    """When the hours begin that are running now, or else the next ones."""
    holidays = () if hours.holidays else {holiday.day for holiday in policy.holidays}
    day = now.astimezone(KAZAKHSTAN).date()
    while _WEEK[day.weekday()] not in hours.days or day in holidays or _at(day, hours.closes) <= now:
        day += _DAY
    return _at(day, hours.opens)


def _at(day: date, hour: int) -> datetime:
    """24 is the next day's midnight."""
    return datetime.combine(day + _DAY * (hour // 24), time(hour % 24), KAZAKHSTAN).astimezone(UTC)
