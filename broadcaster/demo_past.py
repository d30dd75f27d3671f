"""A campaign of the demo that ran days ago, in the ledger as if Telegram had taken its messages: nothing was or is sent.

A part of the followers waited for a day; by the second snapshot more of the warned had left the pyramid, and some had left us.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from broadcaster import campaigns, consent, demo_people, freeze, journal, policy
from broadcaster.addresses import Address
from broadcaster.campaign_records import Campaign, CampaignId
from broadcaster.channels.outcome import Accepted, Outcome, Refused
from broadcaster.consent import Origin
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.leasing import Request
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy

_WARNED_LEFT, _OTHERS_LEFT = 0.22, 0.06
"""Of the followers, by the second snapshot."""

_STOPS = (0.07, 0.2, 0.6, 1.5, 7, 19, 52, 100, 171)
"""Hours after the warning. Those of the first day are too few for the campaign to have paused by itself."""

_A_MINUTE = 120
"""Messages."""

_GONE = 71
"""One in so many has left Telegram."""


def warn(connection: Connection, campaign: Campaign, following: Sequence[str], chance: random.Random, *, now: datetime) -> None:
    """`campaign` is scheduled, more than a week ago; everything up to `now` follows."""
    if campaign.send_at is None:
        raise ValueError("a campaign that is not scheduled begins at no time")
    began, rules = campaign.send_at, policy.load()
    day = timedelta(hours=campaign.content.control_hours)
    freeze.freeze(connection, campaign.id, now=began, policy=rules)
    warned = _taken(connection, campaign.id, now=began, policy=rules)
    left = _left(connection, warned, [began + timedelta(hours=each) for each in _STOPS if each < 20])
    told = {each.value for each in warned}
    staying = [each for each in following if chance.random() > (_WARNED_LEFT if each in told else _OTHERS_LEFT)]
    demo_people.follow(connection, staying, taken_at=began + day - timedelta(minutes=30))
    _taken(connection, campaign.id, now=began + day, policy=rules)
    campaigns.finish(connection, campaign.id, now=began + day + timedelta(minutes=5))
    later = [began + timedelta(hours=each) for each in _STOPS if each > 20]
    _left(connection, warned[left:], [*later, now - timedelta(minutes=50)])
    demo_people.follow(connection, staying[len(staying) // 10 :], taken_at=now - timedelta(hours=26))


def _left(connection: Connection, people: Sequence[Address], moments: Sequence[datetime]) -> int:
    """The first of them say STOP, one at each moment; how many they are."""
    for number, (each, at) in enumerate(zip(people, moments, strict=False)):
        consent.stop(connection, each, Origin(door="telegram", message_id=f"demo {number} {at:%d%H%M}", at=at))
    return len(moments)


def _taken(connection: Connection, campaign: CampaignId, *, now: datetime, policy: Policy) -> Sequence[Address]:
    """Until nobody may be written to from `now` on; who was."""
    reached: list[Address] = []
    with TemporaryDirectory() as folder:
        request = Request(campaign=campaign, channel=SendingChannel.TELEGRAM, limit=_A_MINUTE, units=1, records=Path(folder))
        while lease := journal.take(connection, request, now=now, policy=policy):
            outcomes = {contact: _outcome(contact) for contact in lease.rows}
            reached += [row.address for row in lease.rows.values() if isinstance(outcomes[row.contact], Accepted)]
            now += timedelta(minutes=1)
            journal.settle(connection, lease, outcomes, now=now, policy=policy)
    return reached


def _outcome(contact: ContactId) -> Outcome:
    return Accepted() if contact % _GONE else Refused(reason="telegram 400: chat not found", dead=True)
