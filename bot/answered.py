"""Which messages were answered, so that one a provider repeats is not answered twice, also after a restart.

Called by the conversation. Recorded after the answer is made: one that failed may be tried again.
"""

from datetime import datetime, timedelta

from bot.message import Incoming
from broadcaster import database
from broadcaster.database import Connection

KEPT_FOR = timedelta(days=3)
"""Telegram repeats for a day, Twilio for hours."""

_SQL = database.queries_beside(__file__)


def was(register: Connection, incoming: Incoming) -> bool:
    found = register.execute(_SQL["was"], {"door": incoming.door, "message_id": incoming.message_id})
    return found.fetchone() is not None


def record(register: Connection, incoming: Incoming) -> None:
    row = {"door": incoming.door, "message_id": incoming.message_id, "now": database.instant(incoming.received_at)}
    with database.transaction(register, durable=False):
        register.execute(_SQL["record"], row)


def delete_old(register: Connection, *, now: datetime) -> None:
    with database.transaction(register):
        register.execute(_SQL["delete_old"], {"before": database.instant(now - KEPT_FOR)})
