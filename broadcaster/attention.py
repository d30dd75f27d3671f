"""Everything that wants a person now, and what runs: the first page of the console, in two small queries over kept counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from broadcaster import database
from broadcaster.campaign_states import State
from broadcaster.database import Connection
from broadcaster.ledger_codes import State as Delivery
from broadcaster.staff import StaffId

MOST_DRAFTS = 10
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A campaign that is not over. `counts`: state of its deliveries → people; `spent` and `budget` in tiyn, None: no limit.

    `reason`: why it stands still, or was returned. `author` and whoever submitted or approved it cannot approve it (again).
    """

    id: int
    code: str
    name: str
    emergency: bool
    author: str
    submitted_by: str | None
    approved_by: str | None
    reason: str
    send_at: datetime | None
    started_at: datetime | None
    audience: int
    counts: Mapping[str, int]
    spent: int
    budget: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`follows`: the code of the one whose next one it is, empty for one that somebody began to write."""

    id: int
    code: str
    name: str
    emergency: bool
    follows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """`n` messages of a campaign whose answer was lost; the campaign may be over."""

    campaign: int
    code: str
    name: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """`to_approve_again`: emergencies that a second person must approve; `approved` waits for its time to be set."""

    to_approve: tuple[Standing, ...]
    to_approve_again: tuple[Standing, ...]
    approved: tuple[Standing, ...]
    scheduled: tuple[Standing, ...]
    running: tuple[Standing, ...]
    paused: tuple[Standing, ...]
    unknown: tuple[Unknown, ...]


def now(connection: Connection) -> Attention:
    """Emergencies first, then what is due first; of the rest the oldest."""
    counts: dict[int, dict[str, int]] = {}
    for row in connection.execute(_SQL["counts"]):
        counts.setdefault(row["campaign"], {})[Delivery(row["state"]).word] = row["n"]
    found: dict[str, list[Standing]] = {}
    for row in connection.execute(_SQL["standing"]):
        standing = Standing(
            id=row["id"],
            code=row["code"],
            name=row["name"],
            emergency=bool(row["emergency"]),
            author=row["author"],
            submitted_by=row["submitted_by"],
            approved_by=row["approved_by"],
            reason=row["reason"] or "",
            send_at=_moment(row["send_at"]),
            started_at=_moment(row["started_at"]),
            audience=row["audience"],
            counts=counts.get(row["id"], {}),
            spent=row["spent"],
            budget=row["budget"],
        )
        found.setdefault("again" if row["wants_second"] else row["state"], []).append(standing)
    return Attention(
        to_approve=tuple(found.get(State.SUBMITTED, ())),
        to_approve_again=tuple(found.get("again", ())),
        approved=tuple(found.get(State.APPROVED, ())),
        scheduled=tuple(found.get(State.SCHEDULED, ())),
        running=tuple(found.get(State.SENDING, ())),
        paused=tuple(found.get(State.PAUSED, ())),
        unknown=tuple(
            Unknown(campaign=row["id"], code=row["code"], name=row["name"], n=row["n"])
            for row in connection.execute(_SQL["unknown"], {"unknown": Delivery.UNKNOWN})
        ),
    )


def drafts_of(connection: Connection, author: StaffId) -> tuple[Draft, ...]:
    """Theirs to go on with, MOST_DRAFTS of them, the newest first."""
    rows = connection.execute(_SQL["drafts"], {"author": author, "most": MOST_DRAFTS})
    return tuple(
        Draft(
            id=row["id"],
            code=row["code"],
            name=row["name"],
            emergency=bool(row["emergency"]),
            follows=row["follows"] or "",
        )
        for row in rows
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
