"""What staff typed to find one person: a telephone number in any spelling, a Telegram id, a partner's pseudonym.

Ten digits may be a number or a chat: whichever of them the register knows is meant. Nothing here says what was typed.
"""

from broadcaster import database
from broadcaster.addresses import Address, BadAddress, Channel, normalise
from broadcaster.database import Connection

_SQL = database.queries_beside(__file__)
_TRIED = (Channel.PHONE, Channel.TELEGRAM, Channel.RELAY)


class NoAddress(ValueError):
    """This is no telephone number, Telegram id or partner/pseudonym."""


class TwoPeople(ValueError):
    """This is the number of one person and the Telegram id of another: write phone: or telegram: before it."""


def find(connection: Connection, typed: str) -> Address | None:
    """None: the register has never heard of it. `telegram:…`, `phone:…` say which it is. Raises NoAddress, TwoPeople."""
    known = [each for each in _candidates(typed) if _is_known(connection, each)]
    if len(known) > 1:
        raise TwoPeople
    return known[0] if known else None


def _candidates(typed: str) -> list[Address]:
    word, colon, rest = typed.strip().partition(":")
    named = word.strip().casefold()
    channels, value = ((Channel(named),), rest) if colon and named in set(Channel) else (_TRIED, typed)
    found = []
    for channel in channels:
        try:
            found.append(normalise(channel, value))
        except BadAddress:
            continue
    if not found or "*" in typed:  # copied as we print it, masked: it would be read as some other, shorter number
        raise NoAddress
    return found


def _is_known(connection: Connection, address: Address) -> bool:
    return bool(connection.execute(_SQL["is_known"], {"hash": connection.address_key.hash(address)}).fetchone()[0])
