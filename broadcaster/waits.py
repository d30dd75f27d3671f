"""What a campaign waits for at this moment, so that staff need not guess why nothing moves. Read by its progress page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from broadcaster import database, halt, lawful_hours
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import State
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy

_SQL = database.queries_beside(__file__)
_MOVING = (State.SCHEDULED, State.SENDING)


class Cause(StrEnum):
    """PUT_OFF: a provider did not answer, or asked for patience. WAITING_GROUP: people warned later, to measure the effect."""

    PAUSED = "paused"
    HALTED = "halted"
    SCHEDULED = "scheduled"
    HOURS = "hours"
    PUT_OFF = "put_off"
    WAITING_GROUP = "waiting_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """`until` is None where a person must do something."""

    cause: Cause
    channel: SendingChannel | None = None
    until: datetime | None = None


def waits(connection: Connection, campaign: Campaign, *, now: datetime, policy: Policy) -> tuple[Wait, ...]:
    """Nothing for a campaign that is over or was not scheduled yet."""
    if campaign.state is State.PAUSED:
        return (Wait(cause=Cause.PAUSED),)
    if campaign.state not in _MOVING:
        return ()
    found = [Wait(cause=Cause.HALTED)] if halt.is_stopped(connection) else []
    if campaign.started_at is None:
        late = campaign.send_at is not None and campaign.send_at > now
        return (*found, Wait(cause=Cause.SCHEDULED, until=campaign.send_at)) if late else tuple(found)
    for channel in campaign.content.channels:
        opens = lawful_hours.next_allowed(now, channel, policy, emergency=campaign.content.emergency)
        if opens > now and _has_somebody(connection, campaign, channel):
            found.append(Wait(cause=Cause.HOURS, channel=channel, until=opens))
        elif at := _put_off(connection, campaign, channel, now):
            found.append(Wait(cause=Cause.PUT_OFF, channel=channel, until=at))
    warned_too = _warned_too(connection, campaign)
    if warned_too and warned_too > now:
        found.append(Wait(cause=Cause.WAITING_GROUP, until=warned_too))
    return tuple(found)


def _has_somebody(connection: Connection, campaign: Campaign, channel: SendingChannel) -> bool:
    asked = {"campaign": campaign.id, "channel": channel.code}
    return bool(connection.execute(_SQL["has_somebody"], asked).fetchone()[0])


def _put_off(connection: Connection, campaign: Campaign, channel: SendingChannel, now: datetime) -> datetime | None:
    """When the next of those comes back; the waiting group lies behind them."""
    warned_too = _warned_too(connection, campaign) or now + timedelta(days=2)
    asked = {"campaign": campaign.id, "channel": channel.code, "now": int(now.timestamp()), "before": int(warned_too.timestamp())}
    row = connection.execute(_SQL["put_off"], asked).fetchone()
    return datetime.fromtimestamp(row["at"], UTC) if row else None


def _warned_too(connection: Connection, campaign: Campaign) -> datetime | None:
    """When the waiting group is warned; None where there is none."""
    row = connection.execute(_SQL["waiting_group"], {"campaign": campaign.id}).fetchone()
    if campaign.started_at is None or row is None:
        return None
    return campaign.started_at + timedelta(hours=row["control_hours"])
