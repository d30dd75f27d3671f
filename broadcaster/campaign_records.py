"""Campaigns as they stand in the database. Read by everybody; moved by `campaigns` alone."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from broadcaster import campaign_codes, campaign_content, database
from broadcaster.campaign_content import Content
from broadcaster.campaign_states import State
from broadcaster.database import Connection
from broadcaster.staff import StaffId
from content.language import Language

CampaignId = NewType("CampaignId", int)
_SQL = database.queries_beside(__file__)


class UnknownCampaign(LookupError):
    """No campaign has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """As it was when it was read. `author` wrote the content as it stands; `follows`: whose next one it is; money in tiyn."""

    id: CampaignId
    code: str
    content: Content
    content_hash: bytes
    state: State
    paused_from: State | None
    author: StaffId
    submitted_by: StaffId | None
    approved_by: StaffId | None
    approved_hash: bytes | None
    second_approval_by: StaffId | None
    reason: str
    send_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    audience: int
    budget: int | None
    spent: int
    follows: CampaignId | None

    @property
    def needs_second_approval(self) -> bool:
        """An emergency may be sent at any hour: two people must have said yes."""
        return self.content.emergency and not self.content.drill and self.second_approval_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What went out under a code, and since when."""

    code: str
    texts: Mapping[Language, str]
    since: datetime

    def text(self, language: Language) -> str:
        return self.texts.get(language, self.texts[Language.RU])


def find(connection: Connection, id: int) -> Campaign:
    """Raises UnknownCampaign."""
    row = connection.execute(_SQL["find"], {"id": id}).fetchone()
    if row is None:
        raise UnknownCampaign
    return _campaign(row)


def next_of(connection: Connection, id: int) -> Campaign | None:
    """What a campaign that repeats has left when it ended."""
    row = connection.execute(_SQL["next_of"], {"id": id}).fetchone()
    return _campaign(row) if row else None


def every(connection: Connection) -> Sequence[Campaign]:
    """The newest first."""
    return [_campaign(row) for row in connection.execute(_SQL["every"])]


def sending(connection: Connection) -> Sequence[Campaign]:
    """In the order they were made."""
    return [_campaign(row) for row in connection.execute(_SQL["sending"])]


def due(connection: Connection, *, now: datetime) -> Sequence[Campaign]:
    """Scheduled and to begin now: emergencies first, then by their time."""
    return [_campaign(row) for row in connection.execute(_SQL["due"], {"now": database.instant(now)})]


def by_code(connection: Connection, text: str) -> Shown | None:
    """The answer to "is this warning really yours?": `text` is the person's question or the whole message they got."""
    for code in campaign_codes.found_in(text):
        campaign = _sent_under(connection, code)
        if campaign is not None and campaign.started_at is not None and not campaign.content.rehearsal:
            return Shown(code=code, texts=campaign.content.text, since=campaign.started_at)
    return None


def insert(
    connection: Connection, content: Content, *, author: StaffId, now: datetime, follows: CampaignId | None = None
) -> CampaignId:
    """A draft with a fresh code. Inside the caller's transaction."""
    id = CampaignId(connection.execute(_SQL["next_id"]).fetchone()["id"])
    row = {
        **as_columns(content),
        "id": id,
        "code": _free_code(connection, id),
        "author": author,
        "follows": follows,
        "created_at": database.instant(now),
    }
    connection.execute(_SQL["insert"], row)
    return id


def as_columns(content: Content) -> dict[str, object]:
    """What the sender's SQL asks of a campaign without opening its content."""
    return {
        "name": content.name,
        "scheme": content.scheme,
        "purpose": content.purpose,
        "legal_basis": content.legal_basis,
        "content": content.canonical(),
        "content_hash": content.hash,
        "emergency": int(content.emergency),
        "control_hours": content.control_hours,
        "budget": None if content.budget is None else content.budget * 100,
    }


def _sent_under(connection: Connection, code: str) -> Campaign | None:
    row = connection.execute(_SQL["sent_under"], {"code": code}).fetchone()
    return _campaign(row) if row else None


def _free_code(connection: Connection, id: int) -> str:
    attempt = 0
    while True:
        code = campaign_codes.make(connection.address_key, id, attempt)
        if connection.execute(_SQL["has_code"], {"code": code}).fetchone() is None:
            return code
        attempt += 1


def _campaign(row: sqlite3.Row) -> Campaign:
    return Campaign(
        id=CampaignId(row["id"]),
        code=row["code"],
        content=campaign_content.kept(row["content"]),
        content_hash=row["content_hash"],
        state=State(row["state"]),
        paused_from=State(row["paused_from"]) if row["paused_from"] else None,
        author=StaffId(row["author"]),
        submitted_by=_staff(row["submitted_by"]),
        approved_by=_staff(row["approved_by"]),
        approved_hash=row["approved_hash"],
        second_approval_by=_staff(row["second_approval_by"]),
        reason=row["reason"] or "",
        send_at=_moment(row["send_at"]),
        started_at=_moment(row["started_at"]),
        ended_at=_moment(row["ended_at"]),
        audience=row["audience"],
        budget=row["budget"],
        spent=row["spent"],
        follows=None if row["follows"] is None else CampaignId(row["follows"]),
    )


def _staff(id: int | None) -> StaffId | None:
    return None if id is None else StaffId(id)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
