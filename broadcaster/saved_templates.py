"""Campaigns worth writing again, kept by staff under a name. Saving under a name that is there makes its next version.

A version never changes: whoever began from it can look at what they began from.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from broadcaster import audit, campaign_content, database
from broadcaster.campaign_content import Content
from broadcaster.database import Connection
from broadcaster.staff import Staff

SavedId = NewType("SavedId", int)
LONGEST_NAME = 80
_SQL = database.queries_beside(__file__)


class UnknownTemplate(LookupError):
    """There is no saved template of this id."""


class BadTemplateName(ValueError):
    """The name of a template has 1 to 80 printable characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One version. `author` is a name."""

    id: SavedId
    name: str
    version: int
    author: str
    at: datetime


def save(connection: Connection, name: str, content: Content, *, by: Staff, now: datetime) -> Saved:
    """As it stands, but for its time and its repeating. Raises BadTemplateName."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadTemplateName
    kept = content.model_copy(update={"schedule": None, "repeat": None})
    with database.transaction(connection):
        row = {"name": name, "content": kept.canonical(), "author": by.id, "at": database.instant(now)}
        id = SavedId(connection.execute(_SQL["save"], row).lastrowid or 0)
        made = find(connection, id)
        detail = {"name": name, "version": made.version, "hash": kept.hash.hex()}
        audit.append(connection, at=now, who=by.name, action="template.save", subject=f"template {id}", detail=detail)
    return made


def latest(connection: Connection) -> Sequence[Saved]:
    """The last version of each, by name."""
    return [_saved(row) for row in connection.execute(_SQL["latest"])]


def versions(connection: Connection, name: str) -> Sequence[Saved]:
    """The newest first."""
    return [_saved(row) for row in connection.execute(_SQL["versions"], {"name": name})]


def find(connection: Connection, id: int) -> Saved:
    """Raises UnknownTemplate."""
    return _saved(_row(connection, id))


def load(connection: Connection, id: int) -> Content:
    """Raises UnknownTemplate."""
    return campaign_content.kept(_row(connection, id)["content"])


def _row(connection: Connection, id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(_SQL["find"], {"id": id}).fetchone()
    if row is None:
        raise UnknownTemplate
    return row


def _saved(row: sqlite3.Row) -> Saved:
    return Saved(
        id=SavedId(row["id"]),
        name=row["name"],
        version=row["version"],
        author=row["author_name"],
        at=datetime.fromisoformat(row["at"]),
    )
