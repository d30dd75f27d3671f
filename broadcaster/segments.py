"""The people of a segment: a rule becomes a condition in SQL in which every word of the rule is a parameter.

Whom of them a campaign reaches is asked of `reach`.
"""

from datetime import datetime

from broadcaster import database, suspects
from broadcaster.addresses import Address, Channel, mask
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.reach_routes import Expression
from broadcaster.segment_rules import (
    AllOf,
    AnyOf,
    Everybody,
    FollowersOf,
    HasChannel,
    HasTopic,
    LivesIn,
    Not,
    ReportersOf,
    Rule,
    Speaks,
)
from broadcaster.suspects import BadSuspect, UnknownSuspect
from broadcaster.telemetry import Redactor

_SQL = database.queries_beside(__file__)
_FOLLOWED = (suspects.Kind.HANDLE, suspects.Kind.LINK, suspects.Kind.PHONE, suspects.Kind.ORGANISATION)


def select(connection: Connection, rule: Rule) -> Expression:
    """A condition over a row of `contact`, true or false and never NULL. Raises UnknownSuspect.

    Holds for the snapshots of this moment: make it where it is used.
    """
    writing = _Writing(connection)
    return Expression(sql=writing.condition(rule), parameters=writing.parameters)


def count(connection: Connection, rule: Rule) -> int:
    """How many people we know in it, reachable or not. Raises UnknownSuspect."""
    segment = select(connection, rule)
    row = connection.execute(_SQL["count"].replace("/*segment*/", segment.sql), segment.parameters).fetchone()
    return int(row["n"])


def sample(connection: Connection, rule: Rule, n: int) -> tuple[str, ...]:
    """Masked addresses of at most n of them. Raises UnknownSuspect."""
    segment = select(connection, rule)
    rows = connection.execute(_SQL["sample"].replace("/*segment*/", segment.sql), {**segment.parameters, "n": n})
    return tuple(mask(Address(Channel(row["channel"]), row["value"])) for row in rows)


def suspect_of(connection: Connection, value: str) -> int:
    """Whose followers are meant: a handle, a link, a number or an organisation, as staff write it.

    Raises UnknownSuspect, which masks numbers.
    """
    for kind in _FOLLOWED:
        try:
            return suspects.identity(connection, kind, value)
        except (BadSuspect, UnknownSuspect):
            continue
    raise UnknownSuspect(f"{name_of_suspect(value)} is not in the register of suspects")


def name_of_suspect(value: str) -> str:
    """As it may be printed: a number is masked."""
    return Redactor().line(value)


class _Writing:
    def __init__(self, connection: Connection) -> None:
        self.parameters: dict[str, object] = {}
        self._connection = connection

    def condition(self, rule: Rule) -> str:
        match rule:
            case Everybody():
                return _SQL["everybody"]
            case Speaks():
                return self._with("speaks", rule.language.value)
            case LivesIn():
                return self._with("lives_in", rule.region)
            case HasTopic():
                return self._with("has_topic", rule.topic)
            case HasChannel():
                return self._with("has_channel", SendingChannel(rule.channel).addresses[0].value)
            case FollowersOf():
                return self._followers(suspect_of(self._connection, rule.suspect))
            case ReportersOf():
                return self._with("reported", rule.scheme) if self._reports_are_kept() else _SQL["nobody"]
            case Not():
                return f"NOT ({self.condition(rule.rule)})"
            case AllOf():
                return " AND ".join(f"({self.condition(each)})" for each in rule.rules)
            case AnyOf():
                return " OR ".join(f"({self.condition(each)})" for each in rule.rules)

    def _with(self, name: str, value: object, **more: object) -> str:
        parameter = f"segment_{len(self.parameters)}"
        self.parameters[parameter] = value
        for suffix, another in more.items():
            self.parameters[f"{parameter}_{suffix}"] = another
        return _SQL[name].replace(":value", f":{parameter}")

    def _followers(self, suspect: int) -> str:
        latest = self._connection.execute(_SQL["latest_snapshot"], {"suspect": suspect}).fetchone()["taken_at"]
        return self._with("follows", suspect, since=int(datetime.fromisoformat(latest).timestamp()) if latest else 0)

    def _reports_are_kept(self) -> bool:
        """By the package above, once people can report."""
        return bool(self._connection.execute(_SQL["columns_of_report"]).fetchone()["n"] == 2)
