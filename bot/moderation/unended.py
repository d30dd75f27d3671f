"""Tellings of which nobody knows whether they arrived, and what a senior says of them. Called by the page of tellings.

A claim is spoken of only when it is older than anybody can still be busy with it, and only the very claim the senior has seen:
pressed twice, or from an old page, nothing happens again.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.message import Door
from bot.moderation import volunteers
from bot.moderation.cases import CaseId
from bot.moderation.reports import ReportId, ticket_of
from broadcaster import audit, database
from broadcaster.database import Connection
from broadcaster.staff import Staff
from content.language import Language

PAGE = 50

AT_WORK = timedelta(minutes=10)
"""A provider's answer is waited for 60 seconds at most, and its outcome is written down at once."""

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One attempt to tell one decision to one person; `at` tells it from a later attempt."""

    report: ReportId
    version: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unended:
    """Without an address: `ticket` is what the person knows it by. `refused`: they are told when they write to us."""

    claim: Claim
    refused: bool
    ticket: str
    door: Door
    language: Language
    case: CaseId


def listed(connection: Connection, *, by: Staff, after: int = 0, now: datetime) -> Sequence[Unended]:
    """PAGE of them after so many: unknown ones first, each kind with the oldest first. Raises NotSenior."""
    volunteers.check_senior(connection, by)
    return [_unended(row) for row in connection.execute(_SQL["listed"], _moment(now) | {"most": PAGE, "after": after})]


def unknown(connection: Connection, *, now: datetime) -> int:
    """How many wait for a senior's word."""
    return int(connection.execute(_SQL["unknown"], _moment(now)).fetchone()["n"])


def arrived(connection: Connection, claim: Claim, *, by: Staff, now: datetime) -> bool:
    """They have heard it. False: this claim has ended, or somebody may still be at work. Raises NotSenior."""
    return _say(connection, "arrived", "heard", claim, by, now)


def send_again(connection: Connection, claim: Claim, *, by: Staff, now: datetime) -> bool:
    """Owed once more: whoever tells claims it before the call. False: as above. Raises NotSenior."""
    return _say(connection, "again", "owe", claim, by, now)


def _say(connection: Connection, what: str, then: str, claim: Claim, by: Staff, now: datetime) -> bool:
    row = {"report": claim.report, "version": claim.version, "claimed": database.instant(claim.at)}
    with database.transaction(connection):
        volunteers.check_senior(connection, by)
        if connection.execute(_SQL[what], row | _moment(now)).rowcount == 0:
            return False
        connection.execute(_SQL[then], row)
        detail = {"version": claim.version, "claimed": row["claimed"]}
        audit.append(connection, at=now, who=by.name, action=f"telling.{what}", subject=f"report {claim.report}", detail=detail)
    return True


def _moment(now: datetime) -> dict[str, str]:
    return {"now": database.instant(now), "before": database.instant(now - AT_WORK)}


def _unended(row: sqlite3.Row) -> Unended:
    report = ReportId(row["report"])
    return Unended(
        claim=Claim(report=report, version=row["version"], at=datetime.fromisoformat(row["at"])),
        refused=row["state"] == "refused",
        ticket=ticket_of(report, datetime.fromisoformat(row["reported_at"])),
        door=Door(row["door"]),
        language=Language(row["language"]),
        case=CaseId(row["known_case"]),
    )
