"""Why we may write to a person, and why we must not. Called by the conversation, and by staff on the command line.

Consent holds where it is given, refusal everywhere: STOP silences every address of the person, START opens only the one it came
from. STOP leaves the consents as they are and outweighs them, so START restores what was and grants nothing new.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broadcaster import contacts, database, opt_outs
from broadcaster.addresses import Address, Channel
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from content.language import Language

_SQL = database.queries_beside(__file__)


class Kind(StrEnum):
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    STOP = "stop"
    START = "start"


class Permission(StrEnum):
    """What a person may be written to about; WARN covers recalls."""

    WARN = "warn"
    EDUCATE = "educate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Through which door a word about consent came, in which message, and when: the proof, and what makes a repeat harmless."""

    door: str
    message_id: str
    at: datetime


def subscribe(
    connection: Connection,
    address: Address,
    origin: Origin,
    *,
    topics: Collection[str],
    region: str | None = None,
    language: Language | None = None,
) -> bool:
    """Adds topics and allows warnings on this channel; region and language are changed when given. Lifts an earlier STOP from
    this address: they changed their mind.

    False when this very message was already obeyed (a provider repeated it): then nothing changes.
    """
    if not topics:
        raise ValueError("a subscription has at least one topic")
    with database.transaction(connection):
        contact = contacts.record(connection, address, now=origin.at)
        news = [topic for topic in topics if _first_time(connection, address, origin, Kind.SUBSCRIBE, contact, topic)]
        if not news:
            return False
        for topic in news:
            contacts.add_topic(connection, contact, topic)
        if region is not None:
            contacts.set_region(connection, contact, region)
        if language is not None:
            contacts.set_language(connection, contact, language)
        grant(connection, contact, Permission.WARN, address.channel, origin=origin.door, at=origin.at)
        _suppress(connection, connection.address_key.hash(address), "lifted", origin)
        return True


def choose(
    connection: Connection,
    address: Address,
    origin: Origin,
    *,
    take: Collection[str],
    drop: Collection[str],
    region: str | None,
    language: Language,
) -> bool:
    """What a person left on a page, all of it or nothing: `take` as in `subscribe`, `drop` as in `unsubscribe`; region (None for
    none) and language as they stand there.

    False when this very form was already obeyed. A form that takes and drops nothing leaves no event.
    """
    with database.transaction(connection):
        said = {"address": connection.address_key.hash(address), "door": origin.door, "message_id": origin.message_id}
        if connection.execute(_SQL["was_obeyed"], said).fetchone() is not None:
            return False
        contact = contacts.record(connection, address, now=origin.at)
        for topic in take:
            _first_time(connection, address, origin, Kind.SUBSCRIBE, contact, topic)
            contacts.add_topic(connection, contact, topic)
        for topic in drop:
            _first_time(connection, address, origin, Kind.UNSUBSCRIBE, contact, topic)
            contacts.refuse_topic(connection, contact, topic)
        contacts.set_region(connection, contact, region)
        contacts.set_language(connection, contact, language)
        if take:
            grant(connection, contact, Permission.WARN, address.channel, origin=origin.door, at=origin.at)
            _suppress(connection, connection.address_key.hash(address), "lifted", origin)
        return True


def unsubscribe(connection: Connection, address: Address, origin: Origin, *, topic: str) -> bool:
    """One topic less; the others stay. False when this very message was already obeyed."""
    with database.transaction(connection):
        contact = _known(connection, address)
        if not _first_time(connection, address, origin, Kind.UNSUBSCRIBE, contact, topic):
            return False
        if contact is not None:
            contacts.refuse_topic(connection, contact, topic)
        return True


def stop(connection: Connection, address: Address, origin: Origin) -> bool:
    """Never write again, on any address of this person; takes addresses nobody has met. Topics stay for a START.

    Event, suppression and the campaign it answers are one transaction. False when this very message was already obeyed.
    """
    with database.transaction(connection):
        return record_stop(connection, address, origin)


def record_stop(connection: Connection, address: Address, origin: Origin) -> bool:
    """`stop` inside the caller's transaction."""
    contact = _known(connection, address)
    if not _first_time(connection, address, origin, Kind.STOP, contact):
        return False
    others = contacts.hashes(connection, contact) if contact is not None else ()
    for each in {connection.address_key.hash(address), *others}:
        _suppress(connection, each, "stopped", origin)
    if contact is not None:
        opt_outs.attribute(connection, contact, at=origin.at)
    return True


def start(connection: Connection, address: Address, origin: Origin) -> bool:
    """Undoes a STOP for this address alone. False when this very message was already obeyed."""
    with database.transaction(connection):
        if not _first_time(connection, address, origin, Kind.START, _known(connection, address)):
            return False
        contacts.revive(connection, address)
        _suppress(connection, connection.address_key.hash(address), "lifted", origin)
        return True


def grant(
    connection: Connection, contact: ContactId, permission: Permission, channel: Channel, *, origin: str, at: datetime
) -> None:
    """Allows it on this channel; an earlier grant keeps its origin and date. Inside the caller's transaction.

    `origin`: the door of the event that proves it, or where an import says it comes from.
    """
    row = {"contact": contact, "kind": permission, "channel": channel, "origin": origin, "since": database.instant(at)}
    connection.execute(_SQL["grant"], row)


def is_suppressed(connection: Connection, address: Address) -> bool:
    """True: nothing may be sent to this address, whoever asks."""
    return _is_stopped(connection, connection.address_key.hash(address))


def _known(connection: Connection, address: Address) -> ContactId | None:
    contact = contacts.find(connection, address)
    return contact.id if contact else None


def _first_time(
    connection: Connection, address: Address, origin: Origin, kind: Kind, contact: ContactId | None, topic: str = ""
) -> bool:
    event = {
        "contact": contact,
        "address": connection.address_key.hash(address),
        "kind": kind,
        "channel": address.channel,
        "topic": topic,
        "door": origin.door,
        "message_id": origin.message_id,
        "at": database.instant(origin.at),
    }
    return connection.execute(_SQL["add_event"], event).rowcount == 1


def _is_stopped(connection: Connection, hashed: bytes) -> bool:
    row = connection.execute(_SQL["latest_suppression"], {"address": hashed}).fetchone()
    return row is not None and row["state"] == "stopped"


def _suppress(connection: Connection, hashed: bytes, state: str, origin: Origin) -> None:
    """Appends only what changes something, so that a flood of STOPs does not grow the table every sender reads."""
    if _is_stopped(connection, hashed) != (state == "stopped"):
        row = {"address": hashed, "state": state, "door": origin.door, "at": database.instant(origin.at)}
        connection.execute(_SQL["add_suppression"], row)
