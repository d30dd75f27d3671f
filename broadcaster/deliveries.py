"""Every delivery of a campaign as staff export it: masked addresses, plain words, and no cell that a spreadsheet would run."""

from collections.abc import Iterator
from datetime import timedelta

from broadcaster import database
from broadcaster.addresses import Address, Channel, mask
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.ledger_codes import State, channel_of, language_of

_SQL = database.queries_beside(__file__)
COLUMNS = ("contact", "address", "channel", "language", "state", "at", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(connection: Connection, campaign: Campaign) -> Iterator[tuple[str, ...]]:
    """In the order of COLUMNS; `at` is Kazakhstan time."""
    if campaign.started_at is None:
        return
    for row in connection.execute(_SQL["every"], {"campaign": campaign.id}):
        channel = channel_of(row["route"])
        at = campaign.started_at + timedelta(seconds=row["second"])
        yield (
            str(row["contact"]),
            harmless(_address(connection, row["contact"], channel.addresses)),
            channel.value,
            language_of(row["route"]).value,
            State(row["state"]).word,
            f"{at.astimezone(KAZAKHSTAN):%Y-%m-%d %H:%M:%S}",
            harmless(row["reason"] or ""),
        )


def harmless(cell: str) -> str:
    """`+7701***4567` becomes `'+7701***4567`: a spreadsheet shows it as text and computes nothing."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _address(connection: Connection, contact: int, kinds: tuple[Channel, ...]) -> str:
    known = {row["channel"]: row["value"] for row in connection.execute(_SQL["addresses"], {"contact": contact})}
    kind = next((kind for kind in kinds if kind in known), None)
    return mask(Address(kind, known[kind])) if kind else ""
