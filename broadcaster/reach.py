"""Whom a campaign will reach, told before anything is sent, and what the same people got lately.

Most followers of a suspect never wrote to us: of each the register knows an own address, a partner's pseudonym, or nothing.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from broadcaster import database, segments
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, channel_of, language_of
from broadcaster.reach_routes import IS_SILENCED, PLACE, first_route
from broadcaster.segment_rules import Rule
from content.language import Language

_SQL = database.queries_beside(__file__)
_STANDINGS = _SQL["standings"].replace("/*is_silenced*/", IS_SILENCED).replace("/*place*/", PLACE)
RECENT = timedelta(days=7)


class NobodyToReach(Exception):
    """Nobody of this segment can be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Counts of people. `known` = own + partner_only + stopped + left_topic + no_consent + no_address.

    own: by an address of theirs on a channel of the campaign. partner_only: only by a partner's pseudonym, whether this campaign
    uses it or not. stopped: said STOP. left_topic: left the topic of the scheme. no_consent: an address, but nobody asked them.
    no_address: none that is alive on the campaign's channels.
    """

    by_route: Mapping[tuple[SendingChannel, Language], int]
    known: int
    own: int
    partner_only: int
    stopped: int
    left_topic: int
    no_consent: int
    no_address: int

    @property
    def audience(self) -> int:
        """Who will be written to: what the freeze will count."""
        return sum(self.by_route.values())

    def by_channel(self) -> Mapping[SendingChannel, int]:
        counts: dict[SendingChannel, int] = {}
        for (channel, _), n in self.by_route.items():
            counts[channel] = counts.get(channel, 0) + n
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """People of the segment whom an earlier campaign reached or is about to. `same_text`: staff are stopped and asked."""

    campaign: int
    code: str
    name: str
    started_at: datetime
    people: int
    same_text: bool


def measure(
    connection: Connection, rule: Rule, channels: Sequence[SendingChannel], *, purpose: str, scheme: str, legal_basis: str
) -> Reach:
    """Of now; the audience is frozen when the campaign starts. Raises UnknownSuspect."""
    segment = segments.select(connection, rule)
    route = first_route(channels, purpose=purpose, scheme=scheme, legal_basis=legal_basis)
    own_channels = [channel for channel in channels if channel is not SendingChannel.RELAY]
    own_route = first_route(own_channels, purpose=purpose, scheme=scheme, legal_basis=legal_basis)
    sql = (
        _STANDINGS.replace("/*own_route*/", own_route.sql.replace(":route_", ":own_route_"))
        .replace("/*route*/", route.sql)
        .replace("/*segment*/", segment.sql)
    )
    parameters = {
        **segment.parameters,
        **route.parameters,
        **{f"own_{name}": value for name, value in own_route.parameters.items()},
        "relay": SendingChannel.RELAY.code,
    }
    standings: dict[str, int] = {}
    by_route: dict[tuple[SendingChannel, Language], int] = {}
    for row in connection.execute(sql, parameters):
        standings[row["standing"]] = standings.get(row["standing"], 0) + row["n"]
        if row["route"] is not None:
            key = channel_of(row["route"]), language_of(row["route"])
            by_route[key] = by_route.get(key, 0) + row["n"]
    return Reach(
        by_route=by_route,
        known=sum(standings.values()),
        own=standings.get("own", 0),
        partner_only=standings.get("partner", 0),
        stopped=standings.get("stopped", 0),
        left_topic=standings.get("left_topic", 0),
        no_consent=standings.get("no_consent", 0),
        no_address=standings.get("no_address", 0),
    )


def require_somebody(reach: Reach) -> None:
    """Zero reachable is an error, not a green campaign. Raises NobodyToReach, which says why."""
    if reach.audience:
        return
    reasons = {
        "said STOP": reach.stopped,
        "left the topic": reach.left_topic,
        "never agreed to it": reach.no_consent,
        "have no living address on these channels": reach.no_address,
        "can be reached through a partner only": reach.partner_only,
    }
    told = ", ".join(f"{n} {reason}" for reason, n in reasons.items() if n)
    raise NobodyToReach(f"nobody of {reach.known} people can be written to: {told}" if told else "the segment is empty")


def shared(connection: Connection, rule: Rule, campaign: int) -> int:
    """How many of the segment that campaign reached or is about to. Raises UnknownSuspect."""
    segment = segments.select(connection, rule)
    sql = _SQL["shared_people"].replace("/*segment*/", segment.sql)
    asked = {**segment.parameters, "earlier": campaign, "paper": SendingChannel.PAPER.code}
    return int(connection.execute(sql, asked).fetchone()["n"])


def overlap(
    connection: Connection,
    rule: Rule,
    *,
    campaign: int,
    content: Mapping[str, object],
    now: datetime,
    counting: Callable[[Connection, Rule, int], int] = shared,
) -> tuple[Overlap, ...]:
    """The latest first: campaigns of the last RECENT, and those of any age with the very text of `content`, a campaign file.

    `campaign` is the one that is looked at. Raises UnknownSuspect.
    """
    said = text_hash(content)
    found = []
    for row in connection.execute(_SQL["started_campaigns"], {"campaign": campaign}).fetchall():
        started_at = datetime.fromisoformat(row["started_at"])
        same_text = _text_hash_of_file(row["content"]) == said
        if not same_text and started_at < now - RECENT:
            continue
        people = counting(connection, rule, row["id"])
        if people:
            found.append(
                Overlap(
                    campaign=row["id"],
                    code=row["code"],
                    name=row["name"],
                    started_at=started_at,
                    people=people,
                    same_text=same_text,
                )
            )
    return tuple(found)


def text_hash(content: Mapping[str, object]) -> bytes:
    """Of what a campaign file says to people; how it is spaced does not count."""
    text = content.get("text")
    said = {language: str(words).split() for language, words in text.items()} if isinstance(text, Mapping) else None
    return hashlib.sha256(json.dumps([said, content.get("template")], sort_keys=True).encode()).digest()


@lru_cache(maxsize=4_096)
def _text_hash_of_file(content: str) -> bytes:
    """Every look reads every campaign that was ever sent, and those never change."""
    return text_hash(json.loads(content))
