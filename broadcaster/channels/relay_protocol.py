"""What partners and we write to each other; pages for partners describe the same. Pure.

We POST, signed: `{"campaign": "K7M2", "texts": {"kk": …, "ru": …}, "messages": [{"id": …, "to": …, "language": "kk"}, …]}`.
Any 2xx takes them all but what the answer names in `{"refused": {id: "opted-out" | "gone" | anything else}}`. `to` is
the partner's pseudonym; the batch's id (webhook-id) and each message's id are idempotency keys.
The partner POSTs, signed: `{"receipts": [{"id": …, "status": "delivered" | "undelivered", "at": "2025-11-21T07:15:00Z"}, …]}`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from broadcaster.channels import signatures
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, Refused
from broadcaster.ledger_codes import State

RECEIPT_PATH = "/receipts/relay"
"""Under the public URL."""
MOST_RECEIPTS = 10_000


class BadReceipts(ValueError):
    """These are not receipts as a partner writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """`secret` is what both sides sign with; one that is none raises BadSecret."""

    url: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        signatures.key_of(self.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`id` is the signed name of a delivery, as Message.receipt_id."""

    id: str
    state: State
    at: datetime


class _Answer(BaseModel):
    refused: dict[str, str] = Field(default_factory=dict)


class _Told(BaseModel):
    id: str
    status: Literal["delivered", "undelivered"]
    at: AwareDatetime


class _Receipts(BaseModel):
    receipts: Annotated[list[_Told], Field(max_length=MOST_RECEIPTS)]


def body_of(messages: Sequence[Message]) -> bytes:
    """Of one campaign; the same messages give the same bytes, in whatever order they came."""
    first = messages[0]
    named = [{"id": each.receipt_id, "to": each.address.value.partition("/")[2], "language": each.language} for each in messages]
    texts = first.texts or {first.language: first.text}
    batch = {"campaign": first.code, "texts": dict(texts), "messages": sorted(named, key=lambda each: each["id"])}
    return json.dumps(batch, ensure_ascii=False, sort_keys=True).encode()


def id_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def outcomes(answer: bytes, messages: Iterable[Message], *, batch: str) -> list[Outcome]:
    """Raises ValueError for an answer that cannot be read; an empty one takes all."""
    refused = _Answer.model_validate_json(answer).refused if answer.strip() else {}
    return [_meaning(refused[each.receipt_id]) if each.receipt_id in refused else Accepted(reference=batch) for each in messages]


def read_receipts(partners: Iterable[Partner], *, headers: Mapping[str, str], body: bytes, now: datetime) -> Sequence[Receipt]:
    """From whichever partner signed them. Raises BadSignature before anything is read, then BadReceipts."""
    if not any(_has_signed(partner, headers, body, now) for partner in partners):
        raise signatures.BadSignature
    try:
        told = _Receipts.model_validate_json(body).receipts
    except ValueError:
        raise BadReceipts from None
    return [Receipt(id=each.id, state=State[each.status.upper()], at=min(each.at, now)) for each in told]


def _has_signed(partner: Partner, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    try:
        signatures.check(partner.secret, headers=headers, body=body, now=now)
    except signatures.BadSignature:
        return False
    return True


def _meaning(word: str) -> Refused:
    match word:
        case "opted-out":
            return Refused(reason="relay: opted out", suppress=True)
        case "gone":
            return Refused(reason="relay: gone", dead=True, next_channel=True)
        case _:
            return Refused(reason="relay: refused", next_channel=True)
