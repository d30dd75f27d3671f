"""What happened to a campaign and by whom, read from the audit trail. Called by the campaign's page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from broadcaster import database
from broadcaster.campaign_records import Campaign
from broadcaster.campaigns import SENDER
from broadcaster.database import Connection
from broadcaster.staff import StaffId

MOST = 200
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`action` as in the trail without its noun; `who` is empty where the sender did it by itself."""

    at: datetime
    who: str
    action: str
    reason: str
    send_at: datetime | None


def of(connection: Connection, campaign: int) -> tuple[Step, ...]:
    """The newest first, MOST of them."""
    rows = connection.execute(_SQL["of"], {"subject": f"campaign {campaign}", "most": MOST})
    return tuple(_step(row["at"], row["who"], row["action"], json.loads(row["detail"])) for row in rows)


def names(connection: Connection, campaign: Campaign) -> Mapping[StaffId, str]:
    """Of everybody whom the campaign itself names."""
    people = (campaign.author, campaign.submitted_by, campaign.approved_by, campaign.second_approval_by)
    rows = connection.execute(_SQL["names"], dict(zip(("author", "submitted", "approved", "second"), people, strict=True)))
    return {StaffId(row["id"]): row["name"] for row in rows}


def _step(at: str, who: str, action: str, detail: Mapping[str, str]) -> Step:
    return Step(
        at=datetime.fromisoformat(at),
        who="" if who == SENDER else who,
        action=action.removeprefix("campaign."),
        reason=detail.get("reason", ""),
        send_at=datetime.fromisoformat(detail["send_at"]) if "send_at" in detail else None,
    )
