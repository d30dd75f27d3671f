"""Whom a signed token of ours names: a campaign, a person, and the address that campaign wrote to."""

from dataclasses import dataclass

from broadcaster import database, merging
from broadcaster.addresses import Address, Channel
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import channel_of, language_of
from broadcaster.links import BadLink
from content.language import Language

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """As we know them now: the contact of the token may have become another. `address` is None for whoever has been forgotten
    since; `language` is what they were written to in.
    """

    campaign: int
    contact: ContactId
    scheme: str
    address: Address | None
    language: Language


def find(connection: Connection, campaign: int, contact: int) -> Recipient:
    """Raises BadLink when there is no such campaign (the database was put back to before it)."""
    about = {"campaign": campaign, "contact": contact}
    row = connection.execute(_SQL["campaign"], about).fetchone()
    if row is None:
        raise BadLink
    now = merging.current(connection, contact)
    about |= {"now": now}
    sent = connection.execute(_SQL["route"], about).fetchone()
    kinds = channel_of(sent["route"]).addresses if sent else ()
    known = [Address(Channel(each["channel"]), each["value"]) for each in connection.execute(_SQL["addresses"], about)]
    written_to = [address for address in known if address.channel in kinds]
    return Recipient(
        campaign=campaign,
        contact=now,
        scheme=row["scheme"],
        address=next(iter(written_to or known), None),
        language=language_of(sent["route"]) if sent else Language.KK,
    )


def has_refused(connection: Connection, recipient: Recipient) -> bool:
    """The topic of the campaign, not everything."""
    asked = {"contact": recipient.contact, "topic": recipient.scheme}
    return connection.execute(_SQL["has_refused"], asked).fetchone() is not None
