"""Whom a campaign would reach now: the reach of what its content says. For the check before submission, preview and report."""

from broadcaster import reach
from broadcaster.campaign_content import Content
from broadcaster.database import Connection
from broadcaster.reach import Reach


def reached(connection: Connection, content: Content) -> Reach:
    """Raises UnknownSuspect."""
    return reach.measure(
        connection,
        content.rule,
        content.channels,
        purpose=content.purpose,
        scheme=content.scheme,
        legal_basis=content.legal_basis,
    )
