"""The public log: what was taken off the register of suspects, and what was closed. For the page /removals.

No private person stands in it: of pages and numbers that are not an organisation's only their count is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcaster import database
from broadcaster.database import Connection
from broadcaster.suspects import Kind, Status

PAGE = 100
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """`name` cannot be pressed. `scheme`: what was suspected."""

    id: int
    kind: Kind
    name: str
    scheme: str
    status: Status
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """`older`: the id to go on after, None at the end. `unnamed`: how many in all are not told."""

    removals: Sequence[Removal]
    older: int | None
    unnamed: int


def log(connection: Connection, *, before: int | None = None) -> Log:
    """PAGE of them, those after this one."""
    rows = connection.execute(_SQL["named"], {"before": before, "most": PAGE + 1}).fetchall()
    removals = [
        Removal(
            id=row["id"],
            kind=Kind(row["kind"]),
            name=row["value"].replace(".", "[.]") if row["kind"] == Kind.LINK else row["value"],
            scheme=row["scheme"],
            status=Status(row["status"]),
            at=datetime.fromisoformat(row["at"]),
        )
        for row in rows[:PAGE]
    ]
    older = removals[-1].id if len(rows) > PAGE else None
    return Log(removals=removals, older=older, unnamed=connection.execute(_SQL["unnamed"]).fetchone()["n"])
