"""An address of a person: one spelling, one masked form, one keyed hash. Pure.

Everything that stores or looks up an address goes through here; nothing else may print one.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers

_KAZAKH_MOBILE = re.compile(r"(?:\+?7|8)(7[0-9]{9})")
_PUNCTUATION = dict.fromkeys(map(ord, " -()\u00a0"))
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
    return Address(channel, SPELLINGS[channel](raw))


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
        return self.digest(_noun(address.channel), address.value)

    def hasher(self, channel: Channel) -> Callable[[str], bytes]:
        """`hash` for millions of values of one channel, at half its price: HMAC begun once and copied."""
        key = self.secret if len(self.secret) <= 64 else hashlib.sha256(self.secret).digest()
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key.ljust(64, b"\0")) + f"{_noun(channel)}:".encode()).copy
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key.ljust(64, b"\0"))).copy

        def hashed(value: str) -> bytes:
            message, keyed = inner(), outer()
            message.update(value.encode())
            keyed.update(message.digest())
            return keyed.digest()

        return hashed

    def digest(self, noun: str, value: str) -> bytes:
        """HMAC-SHA256; the noun keeps a card from ever matching a telephone number."""
        return hmac.digest(self.secret, f"{noun}:{value}".encode(), hashlib.sha256)

    @property
    def fingerprint(self) -> str:
        """Tells two keys apart without telling either."""
        return self.digest("fingerprint", "saqbol").hex()[:16]


def _noun(channel: Channel) -> str:
    return "number" if channel in (Channel.PHONE, Channel.WHATSAPP) else channel.value


def _chat(raw: str) -> str:
    value = raw.strip()
    if not _TELEGRAM_ID.fullmatch(value):
        raise BadAddress("a Telegram chat is a whole number")
    return str(int(value))


def _e164(raw: str) -> str:
    """Most numbers are Kazakh mobiles, and phonenumbers takes twenty times as long to say the same of them."""
    mobile = _KAZAKH_MOBILE.fullmatch(raw) or _KAZAKH_MOBILE.fullmatch(raw.translate(_PUNCTUATION))
    if mobile:
        return f"+7{mobile[1]}"
    try:
        number = phonenumbers.parse(raw.strip().removeprefix("whatsapp:"), "KZ")
    except phonenumbers.NumberParseException as error:
        raise BadAddress("a telephone number has a country code and 8 to 15 digits") from error
    if not phonenumbers.is_possible_number(number):
        raise BadAddress("a telephone number has a country code and 8 to 15 digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _one_line(raw: str) -> str:
    value = raw.strip()
    if not 0 < len(value) <= _LONGEST or not value.isprintable():
        raise BadAddress(f"a push or web address is one line of 1 to {_LONGEST} characters")
    return value


def _pseudonym(raw: str) -> str:
    name = _PSEUDONYM.fullmatch(raw.strip())
    if not name:
        raise BadAddress("a relay address is partner/pseudonym, letters and digits without blanks")
    return f"{name[1].lower()}/{name[2]}"


SPELLINGS: Mapping[Channel, Callable[[str], str]] = {
    Channel.TELEGRAM: _chat,
    Channel.WHATSAPP: _e164,
    Channel.PHONE: _e164,
    Channel.PUSH: _one_line,
    Channel.WEB: _one_line,
    Channel.RELAY: _pseudonym,
}
"""The one spelling of an address; each raises BadAddress."""
