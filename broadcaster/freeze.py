"""The audience of a campaign as of one moment: one delivery per person, by one statement, as the campaign starts.

Who is warned first (the canary) and who later (the waiting group, for the measured effect) is drawn here too: by a polynomial of
degree three over GF(2^31 - 1) whose coefficients are keyed: any four people's draws are independent, and nobody without the key
can tell them beforehand. In SQL it costs a tenth of a hash in Python.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from broadcaster import batches, campaigns, database, segments, tallies
from broadcaster.campaign_content import Content
from broadcaster.database import Connection
from broadcaster.policy import Policy
from broadcaster.reach import NobodyToReach
from broadcaster.reach_routes import first_route, routed
from broadcaster.segment_rules import AllOf, AnyOf, FollowersOf, Rule

_SQL = database.queries_beside(__file__)
_PRIME = 2**31 - 1
_DRAW = _SQL["draw"]


class NotStarted(Exception):
    """This campaign cannot start now: it is not scheduled for now or not approved as it stands, or everything is stopped."""


def freeze(connection: Connection, campaign: int, *, now: datetime, policy: Policy) -> int:
    """Scheduled → sending, with its audience; how many they are. Raises NotStarted, NobodyToReach, UnknownSuspect.

    The canary and the waiting group stand in `due`, everybody else in the range.
    """
    with database.transaction(connection):
        if not campaigns.begin(connection, campaign, now=now):
            raise NotStarted
        content = batches.terms_of(connection, campaign).content
        _write_audience(connection, campaign, content)
        frozen = _Frozen(connection, campaign, now)
        audience = frozen.count()
        if audience == 0:
            raise NobodyToReach
        share, hours = waiting_share(content, audience, policy), content.control_hours
        waiting = frozen.draw_waiting(share)
        frozen.draw_canary(policy)
        frozen.line_up(later=now + timedelta(hours=hours))
        about = {"campaign": campaign, "audience": tallies.fill(connection, campaign), "hours": hours if share else 0}
        connection.execute(_SQL["note_audience"], {**about, "waiting": waiting})
    return audience


def waiting_share(content: Content, audience: int, policy: Policy) -> float:
    """Of the audience, for the waiting group: what the file says, or the policy's for many followers of a suspect."""
    if content.emergency:
        return 0
    if content.control is not None:
        return content.control
    many = audience > policy.control.followers_over and _are_followers(content.rule)
    return policy.control.share if many else 0


def _are_followers(rule: Rule) -> bool:
    match rule:
        case FollowersOf():
            return True
        case AllOf():
            return any(_are_followers(each) for each in rule.rules)
        case AnyOf():
            return all(_are_followers(each) for each in rule.rules)
        case _:
            return False


def _write_audience(connection: Connection, campaign: int, content: Content) -> None:
    route = first_route(content.channels, purpose=content.purpose, scheme=content.scheme, legal_basis=content.legal_basis)
    people = routed(segments.select(connection, content.rule), route)
    sql = _SQL["write_audience"].replace("/*routed*/", people.sql)
    connection.execute(sql, {**people.parameters, "campaign": campaign})


class _Frozen:
    def __init__(self, connection: Connection, campaign: int, now: datetime) -> None:
        self._connection, self._campaign, self._now = connection, campaign, now

    def count(self) -> int:
        return int(self._connection.execute(_SQL["count"], {"campaign": self._campaign}).fetchone()["n"])

    def draw_waiting(self, share: float) -> int:
        if not share:
            return 0
        drawn = self._drawn("draw_share", "waiting", below=int(share * _PRIME))
        self._connection.execute(_SQL["note_waiting"], {"campaign": self._campaign})
        return drawn

    def draw_canary(self, policy: Policy) -> None:
        """Never fewer than the policy's least, if need be everybody."""
        drawn = self._drawn("draw_share", "canary", below=int(policy.canary.share * _PRIME))
        if drawn < policy.canary.at_least:
            self._drawn("draw_some", "canary", some=policy.canary.at_least - drawn)

    def line_up(self, *, later: datetime) -> None:
        moments = {"now": int(self._now.timestamp()), "later": int(later.timestamp())}
        self._connection.execute(_SQL["line_up"], {"campaign": self._campaign, **moments})

    def _drawn(self, name: str, noun: str, **how: int) -> int:
        sql = _SQL[name].replace("/*draw*/", _DRAW)
        parameters = {**_coefficients(self._connection, self._campaign, noun), "campaign": self._campaign, **how}
        return self._connection.execute(sql, parameters).rowcount


def _coefficients(connection: Connection, campaign: int, noun: str) -> Mapping[str, int]:
    digest = connection.address_key.digest(f"draw {noun}", str(campaign))
    return {name: int.from_bytes(digest[place : place + 8]) % _PRIME for name, place in zip("abcd", (0, 8, 16, 24), strict=True)}
