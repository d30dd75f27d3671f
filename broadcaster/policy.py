"""What every campaign keeps to: caps, pauses, canary, prices, rates, hours, days off. Reads policy.yaml beside it.

Read once in the composition root and passed as a value.
"""

from datetime import date
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from broadcaster.ledger_codes import SendingChannel
from content import reading
from content.reading import Entry

FILE = Path(str(resources.files("broadcaster"))) / "policy.yaml"

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Hour = Annotated[int, Field(ge=0, le=24)]


class Weekday(StrEnum):
    """In the order of `date.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class FrequencyCap(Entry):
    messages: Annotated[int, Field(gt=0)]
    days: Annotated[int, Field(gt=0)]


class Pause(Entry):
    errors: Share
    opt_outs: Share
    after_sends: Count


class Canary(Entry):
    share: Share
    at_least: Count


class Control(Entry):
    share: Annotated[float, Field(ge=0, le=0.5)]
    followers_over: Count


class Tries(Entry):
    most: Annotated[int, Field(gt=0)]
    first_wait_seconds: Annotated[int, Field(gt=0)]
    longest_wait_seconds: Annotated[int, Field(gt=0)]

    def wait(self, tries: int) -> int | None:
        """Seconds before the next try after so many; None: there is none."""
        if tries >= self.most:
            return None
        return min(self.longest_wait_seconds, self.first_wait_seconds << min(tries - 1, 30)) if tries > 0 else 0


class Hours(Entry):
    """Whole hours, Kazakhstan time; `holidays`: also on days off."""

    days: Annotated[frozenset[Weekday], Field(min_length=1)]
    opens: Hour
    closes: Hour
    holidays: bool

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens lies before closes, on the same day")
        return self


class ChannelPolicy(Entry):
    """`price_tiyn` is for a message (SMS: a segment), None while nobody has set it; `rate` is None where a setting tells it."""

    rate: Annotated[float, Field(gt=0)] | None = None
    use: Annotated[float, Field(gt=0, le=1)]
    price_tiyn: Count | None
    hours: Hours | None = None

    def pace(self, account_rate: float | None = None) -> float:
        """Units a second for campaigns; `account_rate` is what the settings tell."""
        rate = account_rate if account_rate is not None else self.rate
        if rate is None:
            raise ValueError("neither the settings nor policy.yaml tell the rate of this channel")
        return rate * self.use


class Holiday(Entry):
    day: date
    name: str
    source: str


class Policy(Entry):
    frequency_cap: FrequencyCap
    pause: Pause
    canary: Canary
    control: Control
    tries: Tries
    longest_sms_segments: Annotated[int, Field(gt=0)]
    channels: dict[SendingChannel, ChannelPolicy]
    holidays: tuple[Holiday, ...]

    @model_validator(mode="after")
    def _all_channels(self) -> Self:
        if missing := [channel for channel in SendingChannel if channel not in self.channels]:
            raise ValueError(f"nothing is said about {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _each_holiday_once(self) -> Self:
        if len({holiday.day for holiday in self.holidays}) < len(self.holidays):
            raise ValueError("a holiday stands twice")
        return self

    @property
    def calendar_ends(self) -> date:
        """After this day nobody has entered the holidays yet."""
        return date(max((holiday.day.year for holiday in self.holidays), default=1), 12, 31)


def load(file: Path = FILE) -> Policy:
    """Raises ContentError, which names the file and the key to mend."""
    return reading.read(file, Policy)
