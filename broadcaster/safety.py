"""When a campaign must stop by itself: too many errors, or too many people leaving. Asked by the sender after every batch."""

from broadcaster import database
from broadcaster.database import Connection
from broadcaster.policy import Policy

_SQL = database.queries_beside(__file__)


def reason_to_pause(connection: Connection, campaign: int, policy: Policy) -> str | None:
    """In words for staff, or None. Says nothing before `policy.pause.after_sends` messages got an answer.

    Whoever resumes has seen why: it goes on until the share is another time as high.
    """
    row = connection.execute(_SQL["canary_and_rest"], {"campaign": campaign}).fetchone()
    answered: int = row["answered"]
    if answered < policy.pause.after_sends:
        return None
    errors, left = row["failed"] / answered, row["left_us"] / answered
    if errors > policy.pause.errors:
        limit = policy.pause.errors * (1 + _seen(connection, campaign, "errors:"))
        if errors > limit:
            return f"errors: {errors:.1%} of {answered} messages, more than {limit:.0%}"
    if left > policy.pause.opt_outs:
        limit = policy.pause.opt_outs * (1 + _seen(connection, campaign, "opt-outs:"))
        if left > limit:
            return f"opt-outs: {left:.1%} of {answered} people, more than {limit:.0%}"
    return None


def _seen(connection: Connection, campaign: int, begins: str) -> int:
    """How often it was paused for this and resumed."""
    asked = {"subject": f"campaign {campaign}", "begins": begins}
    return int(connection.execute(_SQL["paused_before"], asked).fetchone()["n"])
