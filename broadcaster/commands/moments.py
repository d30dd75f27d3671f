"""A moment as staff write it: a day or a day and an hour, in Kazakhstan unless a zone stands beside it."""

import argparse
from datetime import UTC, datetime

from broadcaster.lawful_hours import KAZAKHSTAN


def moment(text: str) -> datetime:
    """`2026-11-30`, `2026-11-30 10:00` or `2026-11-30T10:00+05:00`, in UTC; for argparse."""
    try:
        said = datetime.fromisoformat(text)
        return (said if said.tzinfo else said.replace(tzinfo=KAZAKHSTAN)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError('a moment looks like 2026-11-30 or "2026-11-30 10:00", Kazakhstan time') from None
