"""Who did what and when, so that a changed, missing or swapped row shows. Called by whoever moves something that matters.

Each row carries SHA-256 over itself and the hash of the row before it. Whoever rewrites the whole tail is caught by a `head`
that was kept elsewhere. Details never hold an address.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from broadcaster import database
from broadcaster.database import Connection

_SQL = database.queries_beside(__file__)
_BEFORE_THE_FIRST = bytes(32)
_COLUMNS = ("id", "at", "who", "action", "subject", "detail", "hash")
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


class BadHead(ValueError):
    """The head of an audit trail looks like 120:9f86d0… with 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last row at some moment; print it and keep it where the database's owner cannot reach."""

    id: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.id}:{self.hash.hex()}"

    @classmethod
    def from_text(cls, text: str) -> "Head":
        """What `str` gave. Raises BadHead."""
        if not (match := _HEAD.fullmatch(text.strip())):
            raise BadHead
        return cls(int(match[1]), bytes.fromhex(match[2]))


def append(connection: Connection, *, at: datetime, who: str, action: str, subject: str, detail: Mapping[str, object]) -> None:
    """Inside the caller's transaction, beside the change it tells of. `action` is `noun.verb`, `subject` such as `campaign 7`."""
    if not connection.in_transaction:
        raise RuntimeError("an audit row without its change")
    last = head(connection)
    row = (
        last.id + 1,
        database.instant(at),
        who,
        action,
        subject,
        json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    )
    connection.execute(_SQL["append"], dict(zip(_COLUMNS, (*row, _hash(last.hash, row)), strict=True)))


def head(connection: Connection) -> Head:
    """`0:00…` where nothing has happened yet."""
    row = connection.execute(_SQL["head"]).fetchone()
    return Head(row["id"], row["hash"]) if row else Head(0, _BEFORE_THE_FIRST)


def verify(connection: Connection, *, head: Head | None = None) -> int | None:
    """The first id that is not as it was written or is not there any more; None when all is whole.

    Without a kept `head` rows cut off at the end, or a tail written anew with its hashes, do not show.
    """
    before = Head(0, _BEFORE_THE_FIRST)
    for id, *texts, kept in connection.execute(_SQL["all"]):
        expected = before.id + 1
        row = (id, *(text.decode(errors="surrogateescape") for text in texts))
        if id != expected or _hash(before.hash, row) != kept or (head and head.id == id and head.hash != kept):
            return expected
        before = Head(id, kept)
    if head and head.id > before.id:
        return before.id + 1
    return None


def _hash(before: bytes, row: tuple[object, ...]) -> bytes:
    return hashlib.sha256(before + json.dumps(row, separators=(",", ":")).encode()).digest()
