"""Who of the warned has unfollowed by the latest snapshot: a count. What the warning itself did, `effect` measures.

An import of followers ends with `keep`, so that a page counts nobody again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcaster import campaign_records, database, effect, followers, segments
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.suspects import UnknownSuspect

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Of one suspect; `suspect` as it may be printed. `warned`: when it was counted, which is when the snapshot was imported."""

    suspect: str
    warned: int
    unfollowed: int
    seen_at: datetime


def since_the_warning(connection: Connection, campaign: Campaign) -> Sequence[Leaving]:
    """For each suspect whose followers were meant and of whom a whole snapshot was taken after the campaign began."""
    found = (_of_suspect(connection, campaign, value) for value in effect.followed(campaign.content.rule))
    return [each for each in found if each is not None]


def keep(connection: Connection) -> None:
    """Counts what the latest snapshots show and was not counted yet."""
    for campaign in campaign_records.every(connection):
        for each in since_the_warning(connection, campaign):
            row = {"campaign": campaign.id, "suspect": each.suspect, "seen_at": database.instant(each.seen_at)}
            with database.transaction(connection):
                connection.execute(_SQL["keep"], {**row, "warned": each.warned, "unfollowed": each.unfollowed})


def _of_suspect(connection: Connection, campaign: Campaign, value: str) -> Leaving | None:
    try:
        suspect = segments.suspect_of(connection, value)
    except UnknownSuspect:
        return None
    seen_at = followers.latest(connection, suspect)
    if seen_at is None or campaign.started_at is None or seen_at <= campaign.started_at:
        return None
    name = segments.name_of_suspect(value)
    kept = {"campaign": campaign.id, "suspect": name, "seen_at": database.instant(seen_at)}
    asked = {"campaign": campaign.id, "suspect": suspect, "seen": int(seen_at.timestamp())}
    row = connection.execute(_SQL["kept"], kept).fetchone() or connection.execute(_SQL["left"], asked).fetchone()
    return Leaving(suspect=name, warned=row["warned"], unfollowed=row["unfollowed"], seen_at=seen_at)
