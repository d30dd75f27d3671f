"""One turn of the dialogue as its parts see it: the message, the language to answer in, who asks. Made by the conversation."""

import hashlib
from dataclasses import dataclass, replace

from bot.message import Door, Incoming
from broadcaster.addresses import Address, BadAddress, Channel, normalise
from broadcaster.consent import Origin
from broadcaster.database import Connection
from content.language import Language

_CHANNELS = {Door.TELEGRAM: Channel.TELEGRAM, Door.WHATSAPP: Channel.WHATSAPP, Door.SMS: Channel.PHONE}
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`asker` is the keyed hash of the address: what our own tables know a person by."""

    incoming: Incoming
    language: Language
    address: Address
    asker: bytes

    @property
    def origin(self) -> Origin:
        return Origin(door=self.incoming.door, message_id=self.incoming.message_id, at=self.incoming.received_at)


def turn_of(incoming: Incoming, language: Language, register: Connection) -> Turn:
    address = address_of(incoming)
    return Turn(incoming=incoming, language=language, address=address, asker=register.address_key.hash(address))


def address_of(incoming: Incoming) -> Address:
    """A page or a terminal, and an SMS sender that is no number, have an address of their own kind; nobody is turned away."""
    try:
        if channel := _CHANNELS.get(incoming.door):
            return normalise(channel, incoming.sender)
        return normalise(Channel.WEB, f"{incoming.door}:{incoming.sender}")
    except BadAddress:
        digest = hashlib.sha256(incoming.sender.encode()).hexdigest()
        return normalise(Channel.WEB, f"{incoming.door}:{digest}")


def readable(incoming: Incoming) -> Incoming:
    """Without what no database takes: NUL and lone surrogates. A monstrous sender or message id is shortened."""
    return replace(
        incoming,
        text=_readable(incoming.text),
        in_picture=_readable(incoming.in_picture),
        pressed=_readable(incoming.pressed),
        sender=_readable(incoming.sender)[:_LONGEST_NAME],
        message_id=_readable(incoming.message_id)[:_LONGEST_NAME],
    )


def _readable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
