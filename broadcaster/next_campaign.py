"""The next one of a campaign that repeats: a draft, once. Called by `campaigns.finish`, in its transaction.

Never sends: the draft goes the way of every other one, with an approval of its own.
"""

from datetime import datetime

from broadcaster import audit, campaign_records, campaign_versions
from broadcaster.campaign_records import CampaignId
from broadcaster.database import Connection


def make(connection: Connection, id: int, *, who: str, now: datetime) -> CampaignId | None:
    """None: it does not repeat, it was the last, or its next one is there already (an unknown message was sent again since)."""
    ended = campaign_records.find(connection, id)
    begun = ended.content.send_at or ended.send_at
    if ended.content.repeat is None or begun is None or campaign_records.next_of(connection, id):
        return None
    moment = ended.content.repeat.after(begun, now=now)
    if moment is None:
        return None
    content = ended.content.at(moment)
    made = campaign_records.insert(connection, content, author=ended.author, now=now, follows=ended.id)
    campaign_versions.keep(connection, made, content, author=ended.author, now=now)
    detail = {"hash": content.hash.hex(), "follows": ended.id}
    audit.append(connection, at=now, who=who, action="campaign.repeat", subject=f"campaign {made}", detail=detail)
    return made
