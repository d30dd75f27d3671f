"""A campaign's message to every colleague who has said on their page that they may be sent tests: one press, 50 people at most.

The same rules as for a test to oneself, and the same rows: `test_messages` claims, sends and shows them.
"""

from collections.abc import Mapping
from datetime import datetime

from broadcaster import database, staff_addresses, test_messages
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.staff import Staff
from broadcaster.test_messages import ADDRESSES
from content.language import Language
from content.library import Library

MOST = 50


class NoGuests(LookupError):
    """No colleague has said that tests may be sent to them on this channel."""


def sizes(connection: Connection, campaign: Campaign, *, by: Staff) -> Mapping[SendingChannel, int]:
    """To how many it would go on each channel of the campaign; not to whoever presses, who has a button of their own."""
    found = {
        channel: len(staff_addresses.guests(connection, ADDRESSES[channel], but=by.id, most=MOST))
        for channel in campaign.content.channels
        if channel in ADDRESSES
    }
    return {channel: n for channel, n in found.items() if n}


def ask(
    connection: Connection,
    campaign: Campaign,
    *,
    by: Staff,
    channel: SendingChannel,
    language: Language,
    mark: str,
    words: Library,
    public_url: str,
    now: datetime,
) -> int:
    """`mark`, the first line, says that it is a test. Raises TooLate, CannotBeTried, NoGuests, TooManyTests."""
    text = test_messages.text_of(connection, campaign, channel, language, mark=mark, words=words, public_url=public_url)
    with database.transaction(connection):
        guests = staff_addresses.guests(connection, ADDRESSES[channel], but=by.id, most=MOST)
        if not guests:
            raise NoGuests
        return test_messages.press(connection, campaign, guests, by=by, channel=channel, language=language, text=text, now=now)
