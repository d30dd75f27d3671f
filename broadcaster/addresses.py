"""An address of a person: one spelling, one masked form, one keyed hash. Pure.

Everything that stores or looks up an address goes through here; nothing else may print one.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers

_TELEGRAM_ID = re.compile(r"-?[0-9]{1,19}")
_PSEUDONYM = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,63})/([\x21-\x2e\x30-\x7e]{1,200})")
_LONGEST = 2_048


class Channel(StrEnum):
    """The ways to reach a person; the value stands in SQL and logs. Inbound SMS is PHONE.

    RELAY is a partner's pseudonym for somebody whom only that partner can write to: `partner/pseudonym`.
    """

    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    PHONE = "phone"
    PUSH = "push"
    WEB = "web"
    RELAY = "relay"


class BadAddress(ValueError):
    """This is not an address of that channel."""


@dataclass(frozen=True, slots=True)
class Address:
    """Made by `normalise` only, so that equal people compare equal. Prints masked, also in a traceback."""

    channel: Channel
    value: str = field(repr=False)

    def __str__(self) -> str:
        return mask(self)


def normalise(channel: Channel, raw: str) -> Address:
    """8-701…, 7 (701)…, +7 701… and whatsapp:+7701… are one E.164 number. Raises BadAddress, which never quotes what it got."""
    match channel:
        case Channel.PHONE | Channel.WHATSAPP:
            return Address(channel, _e164(raw))
        case Channel.TELEGRAM:
            value = raw.strip()
            if not _TELEGRAM_ID.fullmatch(value):
                raise BadAddress("a Telegram chat is a whole number")
            return Address(channel, str(int(value)))
        case Channel.PUSH | Channel.WEB:
            value = raw.strip()
            if not 0 < len(value) <= _LONGEST or not value.isprintable():
                raise BadAddress(f"a {channel} address is one line of 1 to {_LONGEST} characters")
            return Address(channel, value)
        case Channel.RELAY:
            name = _PSEUDONYM.fullmatch(raw.strip())
            if not name:
                raise BadAddress("a relay address is partner/pseudonym, letters and digits without blanks")
            return Address(channel, f"{name[1].lower()}/{name[2]}")


def mask(address: Address) -> str:
    """`+7701***4567`, `telegram:***789`, `web:***`: enough to recognise one's own, too little to call."""
    match address.channel:
        case Channel.PHONE | Channel.WHATSAPP:
            return f"{address.value[:5]}***{address.value[-4:]}" if len(address.value) > 11 else f"{address.value[:3]}***"
        case Channel.TELEGRAM:
            return f"telegram:***{address.value[-3:] if len(address.value) > 6 else ''}"
        case Channel.PUSH | Channel.WEB | Channel.RELAY:
            return f"{address.channel}:***"


@dataclass(frozen=True, slots=True)
class AddressKey:
    """Turns an address, a card or an account into what may be kept for ever: without the key nobody can try all numbers."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError("the address key has at least 32 bytes")

    @classmethod
    def from_hex(cls, text: str) -> "AddressKey":
        """The form of SAQBOL_ADDRESS_KEY: 64 hexadecimal digits."""
        return cls(bytes.fromhex(text))

    def hash(self, address: Address) -> bytes:
        """WhatsApp and phone hash alike: whoever says STOP from a number has not agreed to be written to on it elsewhere."""
        noun = "number" if address.channel in (Channel.PHONE, Channel.WHATSAPP) else address.channel.value
        return self.digest(noun, address.value)

    def digest(self, noun: str, value: str) -> bytes:
        """HMAC-SHA256; the noun keeps a card from ever matching a telephone number."""
        return hmac.digest(self.secret, f"{noun}:{value}".encode(), hashlib.sha256)

    @property
    def fingerprint(self) -> str:
        """Tells two keys apart without telling either."""
        return self.digest("fingerprint", "saqbol").hex()[:16]


def _e164(raw: str) -> str:
    try:
        number = phonenumbers.parse(raw.strip().removeprefix("whatsapp:"), "KZ")
    except phonenumbers.NumberParseException as error:
        raise BadAddress("a telephone number has a country code and 8 to 15 digits") from error
    if not phonenumbers.is_possible_number(number):
        raise BadAddress("a telephone number has a country code and 8 to 15 digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
