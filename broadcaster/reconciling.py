"""Unknown messages settled by asking the provider that can be asked: Twilio lists what it took. Telegram cannot be asked.

What Twilio has is settled as it stands there; what it has not, and had time to have, waits to be sent.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster import campaign_records, database, receipts
from broadcaster.campaign_records import Campaign
from broadcaster.channels.twilio import CannotAsk, Twilio
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.receipts import Choice, Status, UnknownDelivery

ASKABLE = frozenset({SendingChannel.SMS, SendingChannel.WHATSAPP})
LISTED_WITHIN = timedelta(minutes=10)
"""A message younger than this may not stand in Twilio's list yet: its absence proves nothing. Nor does it for WhatsApp, whose
templates may be listed without the words that carry the code."""

STILL_ASKED = timedelta(days=1)
"""After the start of a campaign; later a person decides."""

WHO = "reconciling"
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """`left`: still unknown, for a person or for later."""

    found: int
    requeued: int
    left: int


async def reconcile_all(connection: Connection, twilio: Twilio, *, now: datetime) -> Reconciled:
    """Every campaign of the last day in which a message that can be asked for is unknown."""
    asked = {
        "since": database.instant(now - STILL_ASKED),
        "channels": json.dumps([channel.code for channel in ASKABLE]),
    }
    found = requeued = left = 0
    for row in connection.execute(_SQL["with_unknowns"], asked).fetchall():
        one = await reconcile(connection, campaign_records.find(connection, row["id"]), twilio, now=now)
        found, requeued, left = found + one.found, requeued + one.requeued, left + one.left
    return Reconciled(found=found, requeued=requeued, left=left)


async def reconcile(connection: Connection, campaign: Campaign, twilio: Twilio, *, now: datetime) -> Reconciled:
    """Of a campaign that has started; asks once for each unknown message."""
    found = requeued = left = 0
    for unknown in receipts.unknowns(connection, campaign.id):
        match await _asked(campaign, unknown, twilio, now):
            case Status() as status, reference, reason:
                receipts.apply(connection, campaign.id, unknown.contact, status, now, reference=reference, reason=reason)
                found += 1
            case Choice.REQUEUE:
                receipts.decide(connection, campaign.id, unknown.contact, Choice.REQUEUE, who=WHO, now=now)
                requeued += 1
            case _:
                left += 1
    return Reconciled(found=found, requeued=requeued, left=left)


async def _asked(
    campaign: Campaign, unknown: UnknownDelivery, twilio: Twilio, now: datetime
) -> tuple[Status, str, str] | Choice | None:
    if unknown.channel not in ASKABLE or campaign.started_at is None or len(unknown.addresses) != 1:
        return None
    try:
        message = await twilio.reconcile(unknown.addresses[0], code=campaign.code, since=campaign.started_at)
    except CannotAsk:
        return None
    if message is not None:
        return Status[message.state.name], message.reference, message.reason
    sent_at = campaign.started_at + timedelta(seconds=unknown.second)
    proven = unknown.channel is SendingChannel.SMS and now - sent_at > LISTED_WITHIN
    return Choice.REQUEUE if proven else None
