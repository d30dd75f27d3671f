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


class Unread(StrEnum):
    """Why a picture could not be read; the phrase `picture_<value>` says it to whoever sent it."""

    TOO_LONG = "too_long"
    NO_PICTURE = "no_picture"
    TOO_MANY_POINTS = "too_many_points"
    MOVES = "moves"
    BROKEN = "broken"
    NO_WORDS = "no_words"
    NOT_FETCHED = "not_fetched"
    BUSY = "busy"
    NO_READER = "no_reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message of one person. `sender` is the address at that door (chat id, +7…, session id). `text` is as it came, not yet
    masked. `pressed` is the data of a button instead of a text. `other` names a kind we cannot read: voice, sticker…

    `in_picture` are the words of a picture that came with it: somebody else's, so no command, no STOP and no emergency.
    """

    door: Door
    sender: str
    message_id: str
    received_at: datetime
    text: str = ""
    pressed: str = ""
    other: str = ""
    in_picture: str = ""
    unread: Unread | None = None
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
