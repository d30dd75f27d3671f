"""What a campaign did: from the tallies that are kept while it runs, so that a report of a million costs no scan."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from broadcaster import attempts, database
from broadcaster.campaign_records import UnknownCampaign
from broadcaster.database import Connection
from broadcaster.ledger_codes import State, channel_of, language_of

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`counts`: state → people. `by_channel` and `by_language`: name → state → people. `unsubscribed` by channel.

    `unknown`: messages whose answer was lost, for a person to decide. Money in tiyn; `reasons` of refusals → people.
    """

    code: str
    name: str
    state: str
    reason: str
    audience: int
    started_at: str | None
    ended_at: str | None
    counts: Mapping[str, int]
    by_channel: Mapping[str, Mapping[str, int]]
    by_language: Mapping[str, Mapping[str, int]]
    unsubscribed: int
    unsubscribed_by_channel: Mapping[str, int]
    unknown: int
    waiting_group: int
    reasons: Mapping[str, int]
    spent: int
    budget: int | None


def report_of(connection: Connection, campaign: int) -> Report:
    """Raises UnknownCampaign."""
    about = {"campaign": campaign}
    row = connection.execute(_SQL["campaign"], about).fetchone()
    if row is None:
        raise UnknownCampaign
    counts: Counter[str] = Counter()
    by_channel: dict[str, Counter[str]] = {}
    by_language: dict[str, Counter[str]] = {}
    for tally in connection.execute(_SQL["tallies"], about):
        word = State(tally["state"]).word
        counts[word] += tally["n"]
        by_channel.setdefault(channel_of(tally["route"]).value, Counter())[word] += tally["n"]
        by_language.setdefault(language_of(tally["route"]).value, Counter())[word] += tally["n"]
    left: Counter[str] = Counter()
    for each in connection.execute(_SQL["opt_outs"], about):
        left[channel_of(each["route"]).value] += each["n"]
    return Report(
        code=row["code"],
        name=row["name"],
        state=row["state"],
        reason=row["reason"] or "",
        audience=row["audience"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        counts=dict(counts),
        by_channel={channel: dict(states) for channel, states in by_channel.items()},
        by_language={language: dict(states) for language, states in by_language.items()},
        unsubscribed=left.total(),
        unsubscribed_by_channel=dict(left),
        unknown=counts[State.UNKNOWN.word],
        waiting_group=row["waiting_group"],
        reasons=attempts.reasons(connection, campaign),
        spent=row["spent"],
        budget=row["budget"],
    )
