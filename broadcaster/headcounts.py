"""Every count of people that a preview needs, by name: `Headcounts` counts now, the console's `live_counts` keeps the answers.

Whoever decides (`submitting`, `freeze`) counts for themselves and trusts no kept number.
"""

from broadcaster import audience, reach, segments
from broadcaster.campaign_content import Content
from broadcaster.database import Connection
from broadcaster.reach import Reach
from broadcaster.segment_rules import Rule


class Headcounts:
    """Each raises UnknownSuspect."""

    def reached(self, connection: Connection, content: Content) -> Reach:
        return audience.reached(connection, content)

    def known(self, connection: Connection, rule: Rule) -> int:
        return segments.count(connection, rule)

    def sample(self, connection: Connection, rule: Rule, n: int) -> tuple[str, ...]:
        return segments.sample(connection, rule, n)

    def shared(self, connection: Connection, rule: Rule, campaign: int) -> int:
        return reach.shared(connection, rule, campaign)


FRESH = Headcounts()
