"""What the register knows of the links, handles, numbers, cards and accounts in a text. Called for every judged question.

A register that cannot be read knows nothing: the verdict then rests on the other evidence.
"""

import re
from collections.abc import Sequence

import structlog

from bot.verdict import links, phones
from bot.verdict.evidence import Known
from broadcaster import suspects
from broadcaster.database import Connection, DatabaseUnavailable

log = structlog.get_logger()

MOST = 30
"""Look-ups of one kind for one text: a text of a thousand links is not a question."""

_IBAN = re.compile(r"(?i)\bKZ\d{2}(?:[ -]?[A-Z0-9]){16}\b")


def known_of(text: str, cards: Sequence[str], register: Connection) -> Known:
    """`cards` are the numbers found when the text was masked."""
    try:
        found = suspects.look_up(
            register,
            handles=links.handles(text)[:MOST],
            links=links.addresses(text)[:MOST],
            phones=phones.numbers(text)[:MOST],
            cards=cards[:MOST],
            ibans=_IBAN.findall(text)[:MOST],
        )
    except DatabaseUnavailable:
        log.warning("suspects.not_asked", effect="the verdict rests on the other evidence")
        return Known()
    return Known(suspects=tuple((each.scheme, each.name) for each in found))
