"""What volunteers confirmed, for whoever blocks: links, handles and numbers of organisations, with what proves it.

Called by `python -m bot handover`. No private person's number, no text of a citizen: of the evidence only its hash.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.answers import unlinked
from bot.moderation.decisions import How
from broadcaster import database
from broadcaster.database import Connection
from broadcaster.suspects import Kind

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`name` cannot be pressed. `evidence`: SHA-256 of each masked message it stood in, by which the message is found again.
    `decided_at` and `how` are of the latest decision."""

    kind: Kind
    name: str
    scheme: str
    first_seen: datetime
    sightings: int
    evidence: tuple[str, ...]
    decided_at: datetime
    how: How


def confirmed(connection: Connection, *, since: datetime, now: datetime) -> Sequence[Entry]:
    """Each place once, those decided since then; the latest last."""
    rows = sorted(connection.execute(_SQL["confirmed"], {"now": database.instant(now)}), key=_place)
    entries = [_entry(tuple(of_place)) for _, of_place in groupby(rows, key=_place)]
    lately = [each for each in entries if each.decided_at >= since]
    return sorted(lately, key=lambda each: (each.decided_at, each.kind, each.name))


def _place(row: sqlite3.Row) -> tuple[str, str]:
    return row["kind"], row["value"]


def _entry(rows: Sequence[sqlite3.Row]) -> Entry:
    """Rows of one place in several cases, in the order of their decisions."""
    latest = rows[-1]
    kind = Kind(latest["kind"])
    return Entry(
        kind=kind,
        name=latest["value"] if kind is Kind.PHONE else unlinked(latest["value"]),
        scheme=latest["scheme"],
        first_seen=min(datetime.fromisoformat(row["first_seen"]) for row in rows),
        sightings=sum(row["sightings"] for row in rows),
        evidence=tuple(sorted({hashlib.sha256(row["text"].encode()).hexdigest() for row in rows})),
        decided_at=datetime.fromisoformat(latest["decided_at"]),
        how=How(latest["how"]),
    )
