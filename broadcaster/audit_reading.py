"""The audit trail page by page, for staff who look for who did what. A damaged row is read too: that is what it is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from broadcaster import database
from broadcaster.database import Connection

PAGE = 50
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """As it stands there: what was damaged may be no moment and no JSON."""

    id: int
    at: str
    who: str
    action: str
    subject: str
    detail: str


def page(
    connection: Connection, *, before: int | None = None, who: str = "", action: str = "", subject: str = ""
) -> Sequence[Row]:
    """PAGE of them, the newest first; `before` is the last id of the page before. `action` may be its noun alone."""
    asked = {"before": before, "who": who, "action": action, "subject": subject, "most": PAGE}
    return [
        Row(id=id, **{name: text.decode(errors="replace") for name, text in zip(_TEXTS, texts, strict=True)})
        for id, *texts in connection.execute(_SQL["page"], asked)
    ]


_TEXTS = ("at", "who", "action", "subject", "detail")
