"""Who a person is to us: addresses, language, region, topics; what we know of them, and forgetting it.

A contact is made when somebody asks us to remember something, never for a mere question.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from broadcaster import database
from broadcaster.addresses import Address, Channel, mask
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State
from content.language import Language

ContactId = NewType("ContactId", int)
_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """`language_chosen`: the person said so; otherwise it was noticed from how they write."""

    id: ContactId
    language: Language | None
    language_chosen: bool
    region: str | None
    topics: frozenset[str]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing a person said about being written to."""

    kind: str
    topic: str
    channel: Channel
    door: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What a person may be written to about on a channel. `origin`: a door, or where an import says it comes from."""

    kind: str
    channel: Channel
    origin: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MyData:
    """Everything the register knows of a person, masked; `contact` is None for whoever we keep no contact of."""

    address: str
    contact: Contact | None = None
    addresses: tuple[str, ...] = field(default=())
    said: tuple[Said, ...] = field(default=())
    agreed: tuple[Agreed, ...] = field(default=())
    stopped: bool = False


def find(connection: Connection, address: Address) -> Contact | None:
    """By the address's hash; a number known from WhatsApp is the same person in an SMS."""
    row = connection.execute(_SQL["find"], {"hash": connection.address_key.hash(address)}).fetchone()
    if row is None:
        return None
    topics = connection.execute(_SQL["topics"], {"contact": row["id"]})
    return Contact(
        id=ContactId(row["id"]),
        language=Language(row["language"]) if row["language"] else None,
        language_chosen=bool(row["language_chosen"]),
        region=row["region"],
        topics=frozenset(each["topic"] for each in topics),
        created_at=datetime.fromisoformat(row["created_at"]),
    )


def record(connection: Connection, address: Address, *, now: datetime) -> ContactId:
    """The contact of this address, made if it is new: they write from it, so it is not dead. Inside the caller's transaction."""
    hashed = connection.address_key.hash(address)
    row = connection.execute(_SQL["find"], {"hash": hashed}).fetchone()
    if row is None:
        contact = ContactId(last_id(connection) + 1)
        connection.execute(_SQL["add_contact"], {"id": contact, "now": database.instant(now)})
    else:
        contact = ContactId(row["id"])
    new = {"contact": contact, "channel": address.channel, "hash": hashed, "value": address.value}
    connection.execute(_SQL["add_address"], new)
    return contact


def last_id(connection: Connection) -> ContactId:
    """The highest that was ever given, to people since forgotten too; a new contact takes the next. Inside a transaction."""
    return ContactId(connection.execute(_SQL["last_id"]).fetchone()["id"])


def mark_dead(connection: Connection, hashed: bytes, channel: Channel, *, at: datetime) -> None:
    """Nobody is there any more, says the provider; no refusal by the person. Inside the caller's transaction."""
    connection.execute(_SQL["mark_dead"], {"hash": hashed, "channel": channel, "now": database.instant(at)})


def revive(connection: Connection, address: Address) -> None:
    """They wrote from it. Inside the caller's transaction."""
    connection.execute(_SQL["revive"], {"hash": connection.address_key.hash(address), "channel": address.channel})


def choose_language(connection: Connection, address: Address, language: Language, *, now: datetime) -> None:
    """The person's own choice, kept until they choose again; makes the contact, since there is something to remember."""
    with database.transaction(connection):
        set_language(connection, record(connection, address, now=now), language)


def notice_language(connection: Connection, contact: ContactId, language: Language) -> None:
    """What we heard; never overrides what they chose."""
    with database.transaction(connection):
        connection.execute(_SQL["notice_language"], {"contact": contact, "language": language})


def set_language(connection: Connection, contact: ContactId, language: Language) -> None:
    """Inside the caller's transaction."""
    connection.execute(_SQL["choose_language"], {"contact": contact, "language": language})


def set_region(connection: Connection, contact: ContactId, region: str | None) -> None:
    """Inside the caller's transaction."""
    connection.execute(_SQL["choose_region"], {"contact": contact, "region": region})


def add_topic(connection: Connection, contact: ContactId, topic: str) -> None:
    """Takes back an earlier refusal of it. Inside the caller's transaction, beside the consent that allows it."""
    connection.execute(_SQL["accept_topic"], {"contact": contact, "topic": topic})
    connection.execute(_SQL["add_topic"], {"contact": contact, "topic": topic})


def refuse_topic(connection: Connection, contact: ContactId, topic: str) -> None:
    """No campaign about it reaches them, whether they had chosen it or not. Inside the caller's transaction."""
    connection.execute(_SQL["drop_topic"], {"contact": contact, "topic": topic})
    connection.execute(_SQL["refuse_topic"], {"contact": contact, "topic": topic})


def hashes(connection: Connection, contact: ContactId) -> tuple[bytes, ...]:
    """Of all addresses of a contact."""
    return tuple({row["hash"]: None for row in connection.execute(_SQL["addresses"], {"contact": contact})})


def mydata(connection: Connection, address: Address) -> MyData:
    """What /mydata shows. What other packages keep of this contact they show themselves."""
    contact = find(connection, address)
    owner = contact.id if contact else None
    hashed = connection.address_key.hash(address)
    known = connection.execute(_SQL["addresses"], {"contact": owner})
    events = connection.execute(_SQL["events"], {"hash": hashed, "contact": owner})
    consents = connection.execute(_SQL["consents"], {"contact": owner})
    latest = connection.execute(_SQL["latest_suppression"], {"hash": hashed}).fetchone()
    return MyData(
        address=mask(address),
        contact=contact,
        addresses=tuple(mask(Address(Channel(row["channel"]), row["value"])) for row in known),
        said=tuple(
            Said(
                kind=row["kind"],
                topic=row["topic"],
                channel=Channel(row["channel"]),
                door=row["door"],
                at=datetime.fromisoformat(row["at"]),
            )
            for row in events
        ),
        agreed=tuple(
            Agreed(
                kind=row["kind"],
                channel=Channel(row["channel"]),
                origin=row["origin"],
                since=datetime.fromisoformat(row["since"]),
            )
            for row in consents
        ),
        stopped=latest is not None and latest["state"] == "stopped",
    )


def warnings_since(connection: Connection, contact: ContactId, since: datetime) -> int:
    """How many of our messages reached them, or may have; a rehearsal reaches nobody."""
    asked = {"contact": contact, "since": database.instant(since), "paper": SendingChannel.PAPER.code}
    asked |= {"accepted": State.ACCEPTED, "delivered": State.DELIVERED, "unknown": State.UNKNOWN}
    return int(connection.execute(_SQL["warnings_since"], asked).fetchone()["n"])


def forget(connection: Connection, address: Address) -> bool:
    """Erases the contact, its addresses and whatever other tables hang on it; True if we knew them.

    What remains: that somebody once said this or that (no longer who), and a STOP, as a keyed hash, so that it is still obeyed.
    Freed pages are overwritten and the write-ahead log is emptied: the number is in no file afterwards.
    """
    with database.transaction(connection):
        contact = erase(connection, address)
    database.scrub(connection)
    return contact is not None


def erase(connection: Connection, address: Address) -> ContactId | None:
    """Who it was. Inside the caller's transaction, who then calls `database.scrub`."""
    contact = find(connection, address)
    owner = contact.id if contact else None
    for each in {connection.address_key.hash(address), *(hashes(connection, owner) if owner else ())}:
        connection.execute(_SQL["cut_events"], {"contact": owner, "hash": each})
    connection.execute(_SQL["erase"], {"contact": owner})
    return owner
