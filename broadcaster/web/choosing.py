"""The choices of a person whom the link in a message names. Showing changes nothing; somebody who said STOP is not asked."""

from dataclasses import dataclass
from datetime import datetime

from broadcaster import consent, contacts, links
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.web import recipients, unsubscribing
from broadcaster.web.choices import Choices
from broadcaster.web.recipients import Recipient
from content.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """`open`: there is somebody to choose for. `language`: in which the page speaks to them."""

    open: bool
    stopped: bool
    topics: frozenset[str]
    region: str | None
    language: Language


def show(connection: Connection, token: str) -> Chosen:
    """Raises BadLink."""
    return _chosen(connection, _recipient(connection, token))


def choose(connection: Connection, token: str, choices: Choices, *, form: str, now: datetime) -> Chosen:
    """`form` names one showing of the page. A topic is taken or dropped only where a box was changed. Raises BadLink."""
    recipient = _recipient(connection, token)
    before = _chosen(connection, recipient)
    if recipient.address is not None and before.open:
        consent.choose(
            connection,
            recipient.address,
            Origin(door=unsubscribing.DOOR, message_id=f"{recipient.campaign}:{form}", at=now),
            take=choices.topics - before.topics,
            drop=before.topics - choices.topics,
            region=choices.region,
            language=choices.language,
        )
    return _chosen(connection, recipient)


def _recipient(connection: Connection, token: str) -> Recipient:
    return recipients.find(connection, *links.read_stop(connection.address_key, token))


def _chosen(connection: Connection, recipient: Recipient) -> Chosen:
    known = contacts.find(connection, recipient.address) if recipient.address else None
    stopped = recipient.address is not None and consent.is_suppressed(connection, recipient.address)
    return Chosen(
        open=known is not None and not stopped,
        stopped=stopped,
        topics=known.topics if known else frozenset(),
        region=known.region if known else None,
        language=(known.language if known else None) or recipient.language,
    )
