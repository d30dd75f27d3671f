"""When a campaign stops by itself inside a lease: its canary did badly, its budget is spent.

The range of a channel is released once: when nobody of its canary waits for a first try, no batch of it is in work, and not all
of them are only waiting for another try. Until then it has no row in `progress`. People of the waiting group are no canary.
"""

from datetime import datetime

from broadcaster import campaigns, database
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy
from broadcaster.proportions import Share

_SQL = database.queries_beside(__file__)


def released(connection: Connection, campaign: int, channel: SendingChannel, *, now: datetime, policy: Policy) -> bool:
    """May the range be leased? A bad canary pauses the campaign; whoever resumes it has seen why, and the range goes on.

    Inside the caller's transaction.
    """
    lowest = channel.code * 4
    place = {"campaign": campaign, "channel": channel.code, "lowest": lowest, "highest": lowest + 3}
    if connection.execute(_SQL["progress"], place).fetchone() is not None:
        return True
    if connection.execute(_SQL["canary_is_out"], place).fetchone()[0]:
        return False
    row = connection.execute(_SQL["canary_so_far"], place).fetchone()
    if not row["answered"] and connection.execute(_SQL["canary_tries_again"], place).fetchone()[0]:
        return False
    connection.execute(_SQL["release"], place)
    failed, answered, queued = row["failed"], row["answered"], row["queued"]
    if queued and answered and surely_above(failed, answered, policy.pause.errors):
        reason = f"canary: {failed} of {answered} messages failed on {channel}"
        campaigns.pause_within(connection, campaign, reason=reason, now=now)
        return False
    return True


def surely_above(failed: int, answered: int, share: float) -> bool:
    """The lower end of Wilson's 95 % interval lies above it: three dead chats of twenty are no storm, four are."""
    lowest, _ = Share(of=answered, hits=failed).wilson
    return lowest > share
