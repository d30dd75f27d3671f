"""The small integers of the ledger and the words they stand for. Never renumber one: they are in every delivery kept.

A sending channel is a way a message leaves, which is not quite a kind of address: `sms` goes to a phone, `paper` to anything.
"""

from enum import IntEnum, StrEnum

from broadcaster.addresses import Channel
from content.language import Language


class SendingChannel(StrEnum):
    """`paper` is a rehearsal: it goes to whatever address there is first, and reaches nobody."""

    TELEGRAM = "telegram"
    PUSH = "push"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    RELAY = "relay"
    PAPER = "paper"

    @property
    def code(self) -> int:
        return _CHANNELS.index(self)

    @property
    def addresses(self) -> tuple[Channel, ...]:
        """Kinds of address it can go to, in the order they are tried."""
        match self:
            case SendingChannel.SMS:
                return (Channel.PHONE,)
            case SendingChannel.PAPER:
                return (Channel.TELEGRAM, Channel.PUSH, Channel.WHATSAPP, Channel.PHONE)
            case _:
                return (Channel(self.value),)


_CHANNELS = tuple(SendingChannel)
_LANGUAGES = (Language.KK, Language.RU, Language.EN)


class State(IntEnum):
    """Of a delivery. QUEUED waits in the range, WAITING stands in `due`; leased and in the air are not stored here."""

    QUEUED = 0
    WAITING = 1
    ACCEPTED = 2
    DELIVERED = 3
    UNDELIVERED = 4
    REFUSED = 5
    SUPPRESSED = 6
    UNKNOWN = 7
    CLOSED = 8

    @property
    def word(self) -> str:
        """As reports print it."""
        return self.name.lower()


def route_of(channel: SendingChannel, language: Language) -> int:
    """Channel and language in one small integer, so that counts by language survive a later change of the person's choice."""
    return channel.code * 4 + _LANGUAGES.index(language)


def channel_of(route: int) -> SendingChannel:
    return _CHANNELS[route // 4]


def language_of(route: int) -> Language:
    return _LANGUAGES[route % 4]
