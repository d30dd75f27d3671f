"""One person behind several addresses: whoever a row of an import names, two contacts made one where the row says they are.

Adding an address never adds consent, and a STOP of either goes on silencing the whole person, as it is kept by address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcaster import attempts, audit, contacts, database
from broadcaster.addresses import Address, Channel
from broadcaster.contacts import ContactId
from broadcaster.database import Connection

_SQL = database.queries_beside(__file__)
_ONE_EACH = (Channel.TELEGRAM, Channel.WHATSAPP, Channel.PHONE)
"""Consent is kept by channel: with two numbers there, that given for one would allow the other. Pushes are one a browser."""

_GOT_IT = "got it under another address"


class AmbiguousPerson(ValueError):
    """These addresses are of different people: a person must say which is right."""


class BeingWrittenTo(Exception):
    """A message to one of them is on its way just now: import this row again when it has arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`made`: nobody had met them; `merged`: the contacts that became one with this."""

    contact: ContactId
    made: bool
    merged: tuple[ContactId, ...]


def unite(connection: Connection, addresses: Sequence[Address], *, who: str, now: datetime) -> Person:
    """The one contact of all these addresses, the missing ones added. Inside the caller's transaction.

    Raises AmbiguousPerson or BeingWrittenTo before anything is changed. `who` stands in the audit trail of a merge.
    """
    given = {(str(each.channel), connection.address_key.hash(each)): each.value for each in addresses}
    known = [row for _, hashed in given for row in connection.execute(_SQL["known"], [hashed])]
    owners = sorted({ContactId(row["contact"]) for row in known})
    if len(owners) == 1 and given.keys() <= {(row["channel"], row["hash"]) for row in known}:
        return Person(contact=owners[0], made=False, merged=())
    _check_one_each(connection, owners, set(given))
    if owners:
        *others, keeper = owners  # the highest id stays: a dropped one must not be given again while old links name it
        for other in others:
            _check_not_being_written_to(connection, keeper, other)
        for other in others:
            _merge(connection, keeper, other, who=who, now=now)
    else:
        keeper = ContactId(contacts.last_id(connection) + 1)
        connection.execute(_SQL["add_contact"], {"id": keeper, "now": database.instant(now)})
    for (channel, hashed), value in given.items():
        connection.execute(_SQL["add_address"], [keeper, channel, hashed, value])
    return Person(contact=keeper, made=not owners, merged=tuple(owners[:-1]))


def current(connection: Connection, contact: int) -> ContactId:
    """Who a contact that is not there any more became: links and receipts name the one that was written to."""
    known = ContactId(contact)
    while row := connection.execute(_SQL["became"], {"subject": f"contact {known}"}).fetchone():
        known = ContactId(row["keeper"])
    return known


def _check_one_each(connection: Connection, owners: Sequence[ContactId], given: set[tuple[str, bytes]]) -> None:
    theirs = {(row["channel"], row["hash"]) for owner in owners for row in connection.execute(_SQL["addresses"], [owner])}
    for channel in _ONE_EACH:
        if sum(each == channel for each, _ in theirs | given) > 1:
            noun = "telephone numbers" if channel is Channel.PHONE else f"{channel} addresses"
            raise AmbiguousPerson(f"this person would have two different {noun}: somebody must say which is right")


def _check_not_being_written_to(connection: Connection, keeper: ContactId, other: ContactId) -> None:
    """A lease names contacts by id: whoever is in one must not change theirs."""
    if connection.execute(_SQL["in_lease"], {"keeper": keeper, "other": other}).fetchone():
        raise BeingWrittenTo


def _merge(connection: Connection, keeper: ContactId, other: ContactId, *, who: str, now: datetime) -> None:
    both = {"keeper": keeper, "other": other}
    for row in connection.execute(_SQL["already_got"], {**both, "now": database.instant(now)}).fetchall():
        for name in ("got_it", "one_less", "one_more"):
            connection.execute(_SQL[name], {**dict(row), "keeper": keeper})
        attempts.note(connection, row["campaign"], row["route"] // 4, row["second"], {keeper: ("", _GOT_IT)})
    for row in connection.execute(_SQL["deliveries"], both).fetchall():
        for table in ("delivery", "unknown_delivery", "due", "attempt", "waiting", "opt_out"):
            connection.execute(_SQL["move_ledger"].replace("/*table*/", table), {**both, "campaign": row["campaign"]})
    for name in ("merge_edges", "merge_consents", "merge_recent", "drop_recent", "merge_contact"):
        connection.execute(_SQL[name], both)
    for row in connection.execute(_SQL["hangs_on_contact"]).fetchall():
        moved = _SQL["move"].replace("/*table*/", row["name"]).replace("/*column*/", row["column"])
        connection.execute(moved, both)
    connection.execute(_SQL["refusals_win"], both)
    connection.execute(_SQL["erase"], both)
    audit.append(connection, at=now, who=who, action="contact.merge", subject=f"contact {other}", detail={"into": keeper})
