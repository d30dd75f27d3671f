"""Every content a campaign ever had, and which of them somebody approved: what an approver compares with.

Written by `campaigns` alone, in the transaction of the move; read by the campaign's page.
"""

from dataclasses import dataclass
from datetime import datetime

from broadcaster import campaign_content, database
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.staff import StaffId

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    content: Content
    at: datetime


def keep(connection: Connection, campaign: int, content: Content, *, author: StaffId, now: datetime) -> None:
    """Inside the transaction that writes it to the campaign."""
    row = {"campaign": campaign, "hash": content.hash, "content": content.canonical()}
    connection.execute(_SQL["keep"], {**row, "author": author, "at": database.instant(now)})


def mark_approved(connection: Connection, campaign: int, hashed: bytes, *, now: datetime) -> None:
    """Inside the transaction that approves it."""
    connection.execute(_SQL["mark_approved"], {"campaign": campaign, "hash": hashed, "at": database.instant(now)})


def last_approved(connection: Connection, campaign: Campaign) -> Approved | None:
    """What was approved before; an approval that holds now is not "before": the second approver of an emergency compares too.

    The next one of a campaign that repeats begins from what was approved of that one.
    """
    holds = campaign.approved_hash is not None
    row = connection.execute(_SQL["last_approved"], {"campaign": campaign.id, "holds": int(holds)}).fetchone()
    if row is None and campaign.follows is not None:
        row = connection.execute(_SQL["last_approved"], {"campaign": campaign.follows, "holds": 0}).fetchone()
    if row is None:
        return None
    return Approved(content=campaign_content.kept(row["content"]), at=datetime.fromisoformat(row["approved_at"]))
