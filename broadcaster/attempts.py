"""The provider's name of a message and why one was refused; how many were refused for what is kept beside it.

Whoever settles a message or takes a receipt writes here, inside their transaction. Nothing else writes these tables.
"""

import json
from collections import Counter
from collections.abc import Mapping

from broadcaster import database
from broadcaster.contacts import ContactId
from broadcaster.database import Connection

_SQL = database.queries_beside(__file__)


def note(connection: Connection, campaign: int, channel: int, second: int, said: Mapping[ContactId, tuple[str, str]]) -> None:
    """`said`: contact → (reference, reason); an empty one leaves what stood there. Inside the caller's transaction."""
    if not said:
        return
    rows = [(campaign, contact, channel, second, reference, reason) for contact, (reference, reason) in said.items()]
    changes = Counter(reason for _, reason in said.values() if reason)
    if changes:  # only a reason replaces a reason: messages that went well are not looked up
        contacts = json.dumps([contact for contact, (_, reason) in said.items() if reason])
        asked = {"campaign": campaign, "channel": channel, "second": second, "contacts": contacts}
        for row in connection.execute(_SQL["replaced"], asked):
            changes[row["reason"]] -= row["n"]
    connection.executemany(_SQL["note"], rows)
    connection.executemany(_SQL["count"], [(campaign, reason, n) for reason, n in changes.items() if n])


def reasons(connection: Connection, campaign: int) -> Mapping[str, int]:
    """Reason → attempts, the most frequent first."""
    return {row["reason"]: row["n"] for row in connection.execute(_SQL["reasons"], {"campaign": campaign})}
