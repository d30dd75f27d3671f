"""Messages as the sender would hand them to a channel."""

from typing import Any

from broadcaster import addresses
from broadcaster.addresses import Address, Channel
from broadcaster.channels.message import Message
from broadcaster.contacts import ContactId
from content.language import Language

TEXT = "Сақ бол: бұл пирамида. Код K7M2."


def address(channel: Channel, raw: str) -> Address:
    return addresses.normalise(channel, raw)


def message(to: Address, **changes: Any) -> Message:
    """To somebody who reads Kazakh."""
    usual: dict[str, Any] = {
        "campaign": 3,
        "contact": ContactId(41),
        "code": "K7M2",
        "address": to,
        "language": Language.KK,
        "text": TEXT,
        "receipt_id": "AAADAAAAKQabcdefghij",
        "stop_link": "https://saqbol.example/u/AAADAAAAKQabcdefghij",
    }
    return Message(**usual | changes)
