"""A browser that subscribes to web push, stops, or was given a new address by its push service.

Whoever holds a subscription may act for it: a browser tells it to nobody but us and its push service.
"""

from broadcaster import consent, contacts, database
from broadcaster.channels.push_subscription import Subscription
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.web.choices import Choices

DOOR = "web-push"


def subscribe(connection: Connection, browser: Subscription, choices: Choices, origin: Origin) -> bool:
    """Exactly these topics. False when this very press was already obeyed."""
    known = contacts.find(connection, browser.address)
    return consent.choose(
        connection,
        browser.address,
        origin,
        take=choices.topics,
        drop=known.topics - choices.topics if known else (),
        region=choices.region,
        language=choices.language,
    )


def stop(connection: Connection, browser: Subscription, origin: Origin) -> None:
    """A browser we do not know gets nothing: a flood of invented ones leaves no trace."""
    if contacts.find(connection, browser.address) is not None:
        consent.stop(connection, browser.address, origin)


def move(connection: Connection, old: Subscription, new: Subscription, origin: Origin) -> bool:
    """What the old address had agreed to holds for the new one; a STOP is carried nowhere. False: there was nothing to move."""
    known = contacts.find(connection, old.address)
    if known is None or known.language is None or not known.topics or consent.is_suppressed(connection, old.address):
        return False
    if contacts.find(connection, new.address) is not None:
        return False
    moved = consent.choose(
        connection, new.address, origin, take=known.topics, drop=(), region=known.region, language=known.language
    )
    with database.transaction(connection):
        hashed = connection.address_key.hash(old.address)
        contacts.mark_dead(connection, hashed, old.address.channel, at=origin.at)
    return moved
