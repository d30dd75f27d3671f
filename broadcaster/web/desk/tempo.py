"""How fast a campaign goes, from what the same page saw some minutes ago: that stands in the address it is refreshed from.

So the console keeps nothing between two looks. Pure; whoever forges the numbers fools themselves alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WINDOW = timedelta(minutes=4)
"""The older look is at most so far back while the page is refreshed; the younger takes its place at the half of it."""
_TOO_OLD = timedelta(minutes=15)
_LEAST = timedelta(seconds=5)
_LOOK = re.compile(r"(\d{1,11})-(\d{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    at: datetime
    done: int

    def __str__(self) -> str:
        return f"{int(self.at.timestamp())}-{self.done}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """`before` and `since`: the older and the younger look kept; `now` the present one."""

    before: Look | None = None
    since: Look | None = None
    now: Look | None = None

    def seen(self, *, done: int, now: datetime) -> "Tempo":
        looks = [look for look in (self.before, self.since) if look and now - _TOO_OLD < look.at <= now and look.done <= done]
        here = Look(at=now, done=done)
        before = looks[0] if looks else here
        since = looks[1] if len(looks) > 1 else None
        if since is None and now - before.at >= WINDOW / 2:
            since = here
        if since is not None and now - before.at >= WINDOW:
            before, since = since, here
        return Tempo(before=before, since=since, now=here)

    @property
    def a_second(self) -> float | None:
        """None while it was not watched for long enough."""
        if self.before is None or self.now is None or self.now.at - self.before.at < _LEAST:
            return None
        return (self.now.done - self.before.done) / (self.now.at - self.before.at).total_seconds()

    @property
    def a_minute(self) -> float | None:
        return None if self.a_second is None else self.a_second * 60

    @property
    def query(self) -> str:
        """For the address of the next look."""
        return "&".join(f"{name}={look}" for name, look in (("before", self.before), ("since", self.since)) if look)


def read(query: Mapping[str, str]) -> Tempo:
    """What is no look counts as none."""
    return Tempo(before=_look(query.get("before", "")), since=_look(query.get("since", "")))


def _look(text: str) -> Look | None:
    if not text.isascii() or not (match := _LOOK.fullmatch(text)):
        return None
    return Look(at=datetime.fromtimestamp(int(match[1]), UTC), done=int(match[2]))
