"""Every delivery of a campaign as staff export it: masked addresses, plain words, and no cell that a spreadsheet would run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Row

from broadcaster import audit, database
from broadcaster.addresses import Address, Channel, mask
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.ledger_codes import State, channel_of, language_of

_SQL = database.queries_beside(__file__)
COLUMNS = ("contact", "address", "channel", "language", "state", "at", "reason")
AT_ONCE = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows in the order of COLUMNS; `last` is the contact of the last one, `at` is Kazakhstan time."""

    rows: list[tuple[str, ...]]
    last: int


def rows(connection: Connection, campaign: Campaign) -> Iterator[tuple[str, ...]]:
    """All of them, read page by page: a slow reader holds nothing of the database in between."""
    found = page(connection, campaign)
    while found.rows:
        yield from found.rows
        found = page(connection, campaign, after=found.last)


def page(connection: Connection, campaign: Campaign, *, after: int = 0) -> Page:
    """Without rows where nothing is left."""
    if campaign.started_at is None:
        return Page(rows=[], last=after)
    found = connection.execute(_SQL["page"], {"campaign": campaign.id, "after": after, "most": AT_ONCE}).fetchall()
    return Page(
        rows=[_cells(connection, campaign.started_at, row) for row in found], last=found[-1]["contact"] if found else after
    )


def note_export(connection: Connection, campaign: Campaign, *, who: str, now: datetime) -> None:
    """Who took the table out of the house."""
    with database.transaction(connection):
        audit.append(
            connection,
            at=now,
            who=who,
            action="deliveries.export",
            subject=f"campaign {campaign.id}",
            detail={"people": campaign.audience},
        )


def harmless(cell: str) -> str:
    """`+7701***4567` becomes `'+7701***4567`: a spreadsheet shows it as text and computes nothing."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(connection: Connection, started_at: datetime, row: Row) -> tuple[str, ...]:
    channel = channel_of(row["route"])
    at = started_at + timedelta(seconds=row["second"])
    return (
        str(row["contact"]),
        harmless(_address(connection, row["contact"], channel.addresses)),
        channel.value,
        language_of(row["route"]).value,
        State(row["state"]).word,
        f"{at.astimezone(KAZAKHSTAN):%Y-%m-%d %H:%M:%S}",
        harmless(row["reason"] or ""),
    )


def _address(connection: Connection, contact: int, kinds: tuple[Channel, ...]) -> str:
    known = {row["channel"]: row["value"] for row in connection.execute(_SQL["addresses"], {"contact": contact})}
    kind = next((kind for kind in kinds if kind in known), None)
    return mask(Address(kind, known[kind])) if kind else ""
