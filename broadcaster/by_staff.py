"""What staff do for a person who asked them by phone or letter: record a STOP, erase. Called by the console and by `forget`.

START is never given by staff: only the person can take a refusal back.
"""

from collections.abc import Sequence
from datetime import datetime

from broadcaster import addresses, audit, consent, contacts, database, recognising
from broadcaster.addresses import Address, Channel
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.staffing import LONGEST_REASON, NoReason
from broadcaster.telemetry import Redactor

_SQL = database.queries_beside(__file__)


class NobodyThere(LookupError):
    """We keep nobody of this address."""


def meant(connection: Connection, typed: str) -> Sequence[Address]:
    """Whom a STOP silences: `telegram:…` names the channel, else whatever it may be. Raises BadAddress."""
    channel, colon, rest = typed.strip().partition(":")
    if colon and channel.casefold() in set(Channel):
        return (addresses.normalise(Channel(channel.casefold()), rest),)
    return recognising.recognise(connection, typed)


def with_key(connection: Connection, key: str) -> Address:
    """`key` is what `key_of` gave a page, so that no page holds the address. Raises NobodyThere."""
    try:
        row = connection.execute(_SQL["with_hash"], {"hash": bytes.fromhex(key)}).fetchone()
    except ValueError:
        row = None
    if row is None:
        raise NobodyThere
    return Address(Channel(row["channel"]), row["value"])


def key_of(connection: Connection, address: Address) -> str:
    return connection.address_key.hash(address).hex()


def stop(connection: Connection, given: Sequence[Address], *, by: Staff, reason: str, form: str, now: datetime) -> bool:
    """False when this very form was obeyed already. Raises NoReason."""
    why = _said(reason)
    with database.transaction(connection):
        news = [each for each in given if consent.record_stop(connection, each, _origin(by, form, now))]
        for address in news:
            _note(connection, "person.stop", _subject(connection, address), by, {"reason": why}, now)
    return bool(news)


def erase(connection: Connection, address: Address, *, by: Staff, reason: str, also_stop: bool, form: str, now: datetime) -> None:
    """As /forgetme does, for who cannot write to us. Raises NobodyThere, NoReason."""
    why = _said(reason)
    with database.transaction(connection):
        found = contacts.find(connection, address)
        if found is None:
            raise NobodyThere
        if also_stop:
            consent.record_stop(connection, address, _origin(by, form, now))
        for row in connection.execute(_SQL["asked_by"]).fetchall():
            for each in {connection.address_key.hash(address), *contacts.hashes(connection, found.id)}:
                connection.execute(_SQL["erase_asked"].replace("/*table*/", row["name"]), {"hash": each})
        contacts.erase(connection, address)
        _note(connection, "person.erase", f"contact {found.id}", by, {"reason": why, "stop": also_stop}, now)
    database.scrub(connection)


def _said(reason: str) -> str:
    """Numbers in it are masked: no address stands in the audit trail."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise NoReason
    return Redactor().line(reason)


def _origin(by: Staff, form: str, now: datetime) -> Origin:
    return Origin(door=f"staff:{by.name}", message_id=form, at=now)


def _subject(connection: Connection, address: Address) -> str:
    contact = contacts.find(connection, address)
    return f"contact {contact.id}" if contact else "address of nobody we know"


def _note(connection: Connection, action: str, subject: str, by: Staff, detail: dict[str, object], now: datetime) -> None:
    audit.append(connection, at=now, who=by.name, action=action, subject=subject, detail=detail)
