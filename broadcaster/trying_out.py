"""The sender's part of test messages: one after another, beside the lanes, through the same providers.

Whatever goes wrong here, the sending of campaigns goes on.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from broadcaster import test_messages
from broadcaster.channels.message import Provider
from broadcaster.channels.outcome import Outcome, Unknown
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.ledger_codes import SendingChannel
from broadcaster.test_messages import ADDRESSES, Claimed

OnLedger = Callable[[Callable[[Connection], Any]], Awaitable[Any]]
"""Does it with the connection of the thread that writes."""


async def send_one(on_ledger: OnLedger, providers: Mapping[SendingChannel, Provider], now: Callable[[], datetime]) -> bool:
    """Claimed, sent, written down. False: nobody has asked for one."""
    channels = ADDRESSES.keys() & providers.keys()
    try:
        claimed: Claimed | None = await on_ledger(lambda connection: test_messages.claim(connection, channels, now=now()))
        if claimed is None:
            return False
        outcome = await _sent(providers[claimed.channel], claimed)
        await on_ledger(lambda connection: test_messages.settle(connection, claimed.id, outcome, now=now()))
    except DatabaseUnavailable as error:
        structlog.get_logger().error("test_message.unavailable", reason=str(error))
        return False
    return True


async def _sent(provider: Provider, claimed: Claimed) -> Outcome:
    try:
        return await provider.send(claimed.message)
    except Exception as error:  # a provider promises to raise nothing; if it does, the message may have gone out
        structlog.get_logger().error("provider.broke", kind=type(error).__name__)
        return Unknown(reason=f"broke: {type(error).__name__}")
