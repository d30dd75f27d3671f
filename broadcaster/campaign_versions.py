"""Every content a campaign ever had, and which of them somebody approved or returned: what an approver compares with.

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
class Judged:
    """`returned`: to its author, with a reason; else it was approved."""

    content: Content
    at: datetime
    returned: bool


def keep(connection: Connection, campaign: int, content: Content, *, author: StaffId, now: datetime) -> None:
    """Inside the transaction that writes it to the campaign."""
    row = {"campaign": campaign, "hash": content.hash, "content": content.canonical()}
    connection.execute(_SQL["keep"], {**row, "author": author, "at": database.instant(now)})


def mark_approved(connection: Connection, campaign: int, hashed: bytes, *, now: datetime) -> None:
    """Inside the transaction that approves it."""
    connection.execute(_SQL["mark_approved"], {"campaign": campaign, "hash": hashed, "at": database.instant(now)})


def last_judged(connection: Connection, campaign: Campaign) -> Judged | None:
    """The version approved last or, where none ever was, the one returned last: so nothing new since an approval goes unseen."""
    return last_approved(connection, campaign) or _last_returned(connection, campaign)


def last_approved(connection: Connection, campaign: Campaign) -> Judged | None:
    """What was approved before; an approval that holds now is not "before": the second approver of an emergency compares too.

    The next one of a campaign that repeats begins from what was approved of that one.
    """
    holds = campaign.approved_hash is not None
    row = connection.execute(_SQL["last_approved"], {"campaign": campaign.id, "holds": int(holds)}).fetchone()
    if row is None and campaign.follows is not None:
        row = connection.execute(_SQL["last_approved"], {"campaign": campaign.follows, "holds": 0}).fetchone()
    if row is None:
        return None
    return _judged(row["content"], row["approved_at"], returned=False)


def _last_returned(connection: Connection, campaign: Campaign) -> Judged | None:
    row = connection.execute(_SQL["last_returned"], {"campaign": campaign.id, "subject": f"campaign {campaign.id}"}).fetchone()
    return _judged(row["content"], row["at"], returned=True) if row else None


def _judged(content: str, at: str, *, returned: bool) -> Judged:
    return Judged(content=campaign_content.kept(content), at=datetime.fromisoformat(at), returned=returned)
