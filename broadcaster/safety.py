"""When a campaign must stop by itself: too many errors, or too many people leaving. Asked by the sender after every batch."""

from broadcaster import database
from broadcaster.database import Connection
from broadcaster.policy import Policy

_SQL = database.queries_beside(__file__)


def reason_to_pause(connection: Connection, campaign: int, policy: Policy) -> str | None:
    """In words for staff, or None. Says nothing before `policy.pause.after_sends` messages got an answer."""
    row = connection.execute(_SQL["canary_and_rest"], {"campaign": campaign}).fetchone()
    answered: int = row["answered"]
    if answered < policy.pause.after_sends:
        return None
    errors, left = row["failed"] / answered, row["left_us"] / answered
    if errors > policy.pause.errors:
        return f"errors: {errors:.1%} of {answered} messages, more than {policy.pause.errors:.0%}"
    if left > policy.pause.opt_outs:
        return f"opt-outs: {left:.1%} of {answered} people, more than {policy.pause.opt_outs:.0%}"
    return None
