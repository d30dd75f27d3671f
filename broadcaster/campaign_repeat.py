"""How a campaign comes again: every so many weeks, at the same hour of Kazakhstan, until a day. Part of its content. Pure."""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictInt
from pydantic_core import PydanticCustomError

from broadcaster.lawful_hours import KAZAKHSTAN
from content.reading import Entry

MOST_WEEKS = 52


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is not None and day.isoformat() == value:
            return day
    elif type(value) is date:
        return value
    raise PydanticCustomError("day", "looks like 2027-06-30")


class Repeat(Entry):
    """`until`: the last day on which one may begin, Kazakhstan time."""

    every_weeks: Annotated[StrictInt, Field(ge=1, le=MOST_WEEKS)]
    until: Annotated[date, BeforeValidator(_day), Field(lt=date(2100, 1, 1))]

    def after(self, moment: datetime, *, now: datetime) -> datetime | None:
        """The next one after the one of `moment`. Those that passed while it was sent are left out; None: it was the last."""
        at = moment.astimezone(KAZAKHSTAN)
        while at.date() < self.until:
            at += timedelta(weeks=self.every_weeks)
            if at > now:
                return at if at.date() <= self.until else None
        return None
