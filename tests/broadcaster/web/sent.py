"""A warning that went out, the link that stood in it, and whether the register is as it was."""

import re
from collections.abc import Sequence
from datetime import timedelta

import httpx

from broadcaster import database, links
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW
from tests.broadcaster.town import Town


def warned(
    register: Connection, people: Town, contact: ContactId, *, by: SendingChannel, language: Language = Language.KK
) -> str:
    """The link that stood in the message."""
    campaign = people.campaign(state="sending", started_at=NOW - timedelta(hours=1))
    with database.transaction(register):
        row = [campaign, contact, route_of(by, language), State.ACCEPTED, 60]
        register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, ?)", row)
    return f"/u/{links.stop_token(KEY, campaign, contact)}"


def form_of(page: httpx.Response) -> str:
    """The name of this showing of a page."""
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def dump(register: Connection) -> Sequence[str]:
    return list(register.iterdump())
