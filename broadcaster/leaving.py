"""Who of the warned has unfollowed by the latest snapshot: a count. What the warning itself did, `effect` measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcaster import database, effect, followers, segments
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.suspects import UnknownSuspect

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Of one suspect; `suspect` as it may be printed."""

    suspect: str
    warned: int
    unfollowed: int
    seen_at: datetime


def since_the_warning(connection: Connection, campaign: Campaign) -> Sequence[Leaving]:
    """For each suspect whose followers were meant and of whom a whole snapshot was taken after the campaign began."""
    found = []
    for value in effect.followed(campaign.content.rule):
        try:
            suspect = segments.suspect_of(connection, value)
        except UnknownSuspect:
            continue
        seen_at = followers.latest(connection, suspect)
        if seen_at is None or campaign.started_at is None or seen_at <= campaign.started_at:
            continue
        asked = {"campaign": campaign.id, "suspect": suspect, "seen": int(seen_at.timestamp())}
        row = connection.execute(_SQL["left"], asked).fetchone()
        found.append(
            Leaving(
                suspect=segments.name_of_suspect(value),
                warned=row["warned"],
                unfollowed=row["unfollowed"],
                seen_at=seen_at,
            )
        )
    return found
