"""What a warning did: who stopped following the suspect, warned people against the group that was drawn to wait (B17).

Intention to treat: everybody frozen counts where they were drawn, also whom no message reached. `report` measures; an import of
followers ends with `keep`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from broadcaster import database, proportions, segment_rules, segments
from broadcaster.campaign_records import UnknownCampaign
from broadcaster.database import Connection
from broadcaster.proportions import Difference, Share
from broadcaster.segment_rules import AllOf, AnyOf, FollowersOf, Rule
from broadcaster.suspects import UnknownSuspect

MONTH = timedelta(days=30)
USUAL_LEAVING = 0.05
"""Of a suspect's followers who leave unwarned within the hours of waiting: assumed, for a campaign not yet sent."""

_SQL = database.queries_beside(__file__)


class Look(StrEnum):
    """NEXT: before the waiting group is warned, so only the warning differs. MONTH: 30 days on, everybody has been warned."""

    NEXT = "next"
    MONTH = "month"


class Missing(StrEnum):
    """Why there is no measure."""

    NOT_STARTED = "not-started"
    NO_SUSPECT = "no-suspect"
    NO_WAITING_GROUP = "no-waiting-group"
    NO_SNAPSHOT_BEFORE = "no-snapshot-before"
    NO_SNAPSHOT_AFTER = "no-snapshot-after"
    TAKEN_DOWN = "taken-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """`hits` of a share have left. `reached` of the warned had got their message when the snapshot was taken."""

    taken_at: datetime
    after: timedelta
    warned: Share
    waited: Share
    reached: int

    @property
    def difference(self) -> Difference:
        """Above 0: more of the warned left."""
        return proportions.difference(self.warned, self.waited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """`window` is when a snapshot must be taken for the first measure: after the start, before the waiting group is warned."""

    next: Measure | Missing
    month: Measure | Missing
    window: tuple[datetime, datetime] | None


def measure(connection: Connection, campaign: int) -> Effect:
    """What was kept, and what can be seen now of the rest. Raises UnknownCampaign."""
    row = connection.execute(_SQL["campaign"], {"campaign": campaign}).fetchone()
    if row is None:
        raise UnknownCampaign
    if row["started_at"] is None:
        return Effect(next=Missing.NOT_STARTED, month=Missing.NOT_STARTED, window=None)
    if not row["has_waiting_group"]:
        return Effect(next=Missing.NO_WAITING_GROUP, month=Missing.NO_WAITING_GROUP, window=None)
    started = datetime.fromisoformat(row["started_at"])
    warned_too = started + timedelta(hours=row["control_hours"])
    looking = _Looking(connection, campaign, started, _suspects(connection, row["content"]))
    return Effect(
        next=looking.at(Look.NEXT, started, warned_too),
        month=looking.at(Look.MONTH, started + MONTH, datetime.max.replace(tzinfo=started.tzinfo)),
        window=(started, warned_too),
    )


def keep(connection: Connection) -> int:
    """Writes down what an import of followers shows, before the next one blurs it. Returns how many measures are new."""
    running = [row["id"] for row in connection.execute(_SQL["started_with_a_waiting_group"])]
    new = 0
    for campaign in running:
        seen = measure(connection, campaign)
        with database.transaction(connection):
            for look, each in ((Look.NEXT, seen.next), (Look.MONTH, seen.month)):
                if isinstance(each, Measure):
                    new += connection.execute(_SQL["keep"], _row(campaign, look, each)).rowcount
    return new


def smallest_detectable(*, audience: int, control: float) -> float | None:
    """For the preview: the least rise in the share of those leaving that shows in 4 of 5 such campaigns; None: no rise would."""
    waited = round(audience * control)
    return proportions.smallest_detectable(one=audience - waited, other=waited, base=USUAL_LEAVING)


@dataclass(frozen=True, slots=True)
class _Looking:
    connection: Connection
    campaign: int
    started: datetime
    suspects: tuple[int, ...]

    def at(self, look: Look, earliest: datetime, latest: datetime) -> Measure | Missing:
        kept = self.connection.execute(_SQL["kept"], {"campaign": self.campaign, "look": look}).fetchone()
        if kept is not None:
            return Measure(
                taken_at=(taken_at := datetime.fromisoformat(kept["taken_at"])),
                after=taken_at - self.started,
                warned=Share(of=kept["warned"], hits=kept["warned_left"]),
                waited=Share(of=kept["waited"], hits=kept["waited_left"]),
                reached=kept["reached"],
            )
        if not self.suspects:
            return Missing.NO_SUSPECT
        pairs = [self._snapshots(suspect, earliest, latest) for suspect in self.suspects]
        usable = [pair for pair in pairs if not isinstance(pair, Missing)]
        return self._counted(usable) if usable else next(pair for pair in pairs if isinstance(pair, Missing))

    def _snapshots(self, suspect: int, earliest: datetime, latest: datetime) -> tuple[int, datetime, datetime] | Missing:
        asked = {
            "suspect": suspect,
            "started": database.instant(self.started),
            "earliest": database.instant(earliest),
            "latest": database.instant(latest),
        }
        row = self.connection.execute(_SQL["snapshots"], asked).fetchone()
        if row["before_it"] is None:
            return Missing.NO_SNAPSHOT_BEFORE
        if self.connection.execute(_SQL["is_taken_down"], {"suspect": suspect, "at": row["after_it"] or "~"}).fetchone():
            return Missing.TAKEN_DOWN
        if row["after_it"] is None:
            return Missing.NO_SNAPSHOT_AFTER
        return suspect, datetime.fromisoformat(row["before_it"]), datetime.fromisoformat(row["after_it"])

    def _counted(self, pairs: list[tuple[int, datetime, datetime]]) -> Measure | Missing:
        looks = [
            [suspect, int(before.timestamp()), int(after.timestamp()), int((after - self.started).total_seconds())]
            for suspect, before, after in pairs
        ]
        rows = self.connection.execute(_SQL["arms"], {"campaign": self.campaign, "looks": json.dumps(looks)}).fetchall()
        arms = {bool(row["waited"]): row for row in rows}
        if len(arms) < 2:
            return Missing.NO_WAITING_GROUP
        warned, waited = (Share(of=arms[arm]["people"], hits=arms[arm]["left_it"]) for arm in (False, True))
        taken_at = max(after for _, _, after in pairs)
        return Measure(
            taken_at=taken_at, after=taken_at - self.started, warned=warned, waited=waited, reached=arms[False]["reached"]
        )


def _suspects(connection: Connection, content: str) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for value in followed(segment_rules.parse(json.loads(content)["segment"])):
        try:
            found[segments.suspect_of(connection, value)] = None
        except UnknownSuspect:
            continue
    return tuple(found)


def followed(rule: Rule) -> Iterator[str]:
    """Whose followers were meant; those excluded were not."""
    match rule:
        case FollowersOf():
            yield rule.suspect
        case AllOf() | AnyOf():
            for each in rule.rules:
                yield from followed(each)


def _row(campaign: int, look: Look, seen: Measure) -> dict[str, object]:
    return {
        "campaign": campaign,
        "look": look,
        "taken_at": database.instant(seen.taken_at),
        "warned": seen.warned.of,
        "warned_left": seen.warned.hits,
        "waited": seen.waited.of,
        "waited_left": seen.waited.hits,
        "reached": seen.reached,
    }
