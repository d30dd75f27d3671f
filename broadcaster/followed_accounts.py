"""Accounts whose followers we know, to choose from in a form. A number is never among them: most are private persons'."""

from broadcaster import database
from broadcaster.database import Connection

MOST = 200
_SQL = database.queries_beside(__file__)


def names(connection: Connection) -> tuple[str, ...]:
    """As the register spells them; those looked at last come first."""
    return tuple(row["value"] for row in connection.execute(_SQL["names"], {"most": MOST}))
