"""What the link in a text shows and does. Showing changes nothing: link scanners open every link; only a button acts.

The link is worth what the text it stood in is worth: whoever has it may stop our messages to that person and take that back.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broadcaster import consent, links
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.web import recipients
from broadcaster.web.recipients import Recipient
from content.language import Language

DOOR = "link"


class Action(StrEnum):
    """The buttons; the value is what a form sends."""

    TOPIC = "topic"
    EVERYTHING = "everything"
    TOPIC_AGAIN = "topic-again"
    START = "start"


class Standing(StrEnum):
    """How it stands now; NOBODY: we keep nothing of this person any more."""

    WRITTEN_TO = "written-to"
    TOPIC_REFUSED = "topic-refused"
    STOPPED = "stopped"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    standing: Standing
    scheme: str
    language: Language


def show(connection: Connection, token: str) -> Shown:
    """Raises BadLink."""
    return _shown(connection, _recipient(connection, token))


def act(connection: Connection, token: str, action: Action, *, form: str, now: datetime) -> Shown:
    """`form` names one showing of the page, so that a form sent twice acts once. Raises BadLink."""
    recipient = _recipient(connection, token)
    address = recipient.address
    if address is not None:
        origin = Origin(door=DOOR, message_id=f"{recipient.campaign}:{form}", at=now)
        match action:
            case Action.TOPIC:
                consent.unsubscribe(connection, address, origin, topic=recipient.scheme)
            case Action.EVERYTHING:
                consent.stop(connection, address, origin)
            case Action.TOPIC_AGAIN:
                consent.subscribe(connection, address, origin, topics=[recipient.scheme])
            case Action.START:
                consent.start(connection, address, origin)
    return _shown(connection, recipient)


def _recipient(connection: Connection, token: str) -> Recipient:
    return recipients.find(connection, *links.read_stop(connection.address_key, token))


def _shown(connection: Connection, recipient: Recipient) -> Shown:
    return Shown(standing=_standing(connection, recipient), scheme=recipient.scheme, language=recipient.language)


def _standing(connection: Connection, recipient: Recipient) -> Standing:
    if recipient.address is None:
        return Standing.NOBODY
    if consent.is_suppressed(connection, recipient.address):
        return Standing.STOPPED
    return Standing.TOPIC_REFUSED if recipients.has_refused(connection, recipient) else Standing.WRITTEN_TO
