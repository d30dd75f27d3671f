"""Which address somebody means who writes one without its channel: whatever of its readings the register knows."""

from broadcaster import addresses, contacts
from broadcaster.addresses import Address, BadAddress, Channel
from broadcaster.database import Connection

_READINGS = (Channel.PHONE, Channel.TELEGRAM, Channel.RELAY, Channel.PUSH)


def recognise(connection: Connection, raw: str) -> tuple[Address, ...]:
    """`700000001` may be a Telegram chat or a telephone number: the known ones of both, else the number.

    For a STOP, where one address too many is better than one too few. Raises BadAddress.
    """
    readings = []
    for channel in _READINGS:
        try:
            readings.append(addresses.normalise(channel, raw))
        except BadAddress:
            continue
    known = tuple(address for address in readings if contacts.find(connection, address) is not None)
    if known:
        return known
    for address in readings:
        if address.channel is Channel.PHONE:
            return (address,)
    raise BadAddress("not known here, and no telephone number: if it is another address, name its --channel")
