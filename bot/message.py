"""What comes in through a door and what goes out: the only nouns that doors and conversation share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from content.language import Language


class Door(StrEnum):
    """Where a person speaks to us; the value stands in SQL, logs and consent."""

    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    WEB = "web"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message of one person. `sender` is the address at that door (chat id, +7…, session id). `text` is as it came, not yet
    masked. `pressed` is the data of a button instead of a text. `other` names a kind we cannot read: photo, voice, sticker…"""

    door: Door
    sender: str
    message_id: str
    received_at: datetime
    text: str = ""
    pressed: str = ""
    other: str = ""
    forwarded: bool = False
    edited: bool = False
    language_hint: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """`data` comes back as Incoming.pressed; at most 64 bytes, Telegram's limit."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Plain text without markup (doors escape what they must) and rows of buttons. Doors without buttons print them as numbered
    choices. An empty text means: say nothing."""

    text: str
    language: Language
    buttons: Sequence[Sequence[Button]] = ()
