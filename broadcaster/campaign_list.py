"""Campaigns as a list shows them: fifty at a time, the newest first, without opening what any of them says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcaster import database
from broadcaster.campaign_states import State
from broadcaster.database import Connection

PAGE = 50
_SQL = database.queries_beside(__file__)
_NO_ID_IS_SO_HIGH = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """`author` is a name; `send_at` None while no time is set."""

    id: int
    code: str
    name: str
    state: State
    emergency: bool
    author: str
    send_at: datetime | None
    created_at: datetime


def page(connection: Connection, *, state: State | None = None, before: int | None = None) -> tuple[Sequence[Listed], int | None]:
    """Those with a smaller id than `before`; and what to ask for next, None where these are the last."""
    asked = {"state": state, "before": _NO_ID_IS_SO_HIGH if before is None else before, "most": PAGE + 1}
    rows = connection.execute(_SQL["page"], asked).fetchall()
    found = [
        Listed(
            id=row["id"],
            code=row["code"],
            name=row["name"],
            state=State(row["state"]),
            emergency=bool(row["emergency"]),
            author=row["author_name"],
            send_at=datetime.fromisoformat(row["send_at"]) if row["send_at"] else None,
            created_at=datetime.fromisoformat(row["created_at"]),
        )
        for row in rows[:PAGE]
    ]
    return found, found[-1].id if len(rows) > PAGE else None
