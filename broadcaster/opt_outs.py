"""Which warning a STOP answers. Called by `consent.stop`; reports and the pause on too many opt-outs count the rows."""

from datetime import datetime

from broadcaster import database
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import State

DAYS = 14
"""A later STOP is not held against the campaign."""

_SQL = database.queries_beside(__file__)


def attribute(connection: Connection, contact: ContactId, *, at: datetime) -> bool:
    """To the last message that reached them or may have; False where there is none, or it was answered before.

    Inside the caller's transaction. A message still in the air counts for nothing before it is settled: whoever settles one
    to a person who has meanwhile said STOP asks again.
    """
    asked = {"contact": contact, "at": database.instant(at), "days": DAYS}
    asked |= {"accepted": State.ACCEPTED, "delivered": State.DELIVERED, "unknown": State.UNKNOWN}
    return connection.execute(_SQL["attribute"], asked).rowcount == 1
