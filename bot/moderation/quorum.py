"""When volunteers' votes are a decision: the rules of quorum.yaml, applied. Pure. Called by reports.

Volunteers who contradict each other are never outvoted: a senior decides. So is whatever may cost people most.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from bot.moderation.cases import Harm, Ruling
from bot.moderation.places import Place
from broadcaster.staff import StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """`named`: what in the text belongs to the swindlers, as this voter sees it."""

    by: StaffId
    ruling: Ruling
    scheme: str | None = None
    sure: bool = True
    named: frozenset[Place] = frozenset()


class Why(StrEnum):
    """Why volunteers alone do not decide."""

    HARM = "harm"
    DISAGREEMENT = "disagreement"
    UNDECIDED = "undecided"
    PROTECTED = "protected"
    BURST = "burst"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    ruling: Ruling
    scheme: str | None
    named: frozenset[Place]


@dataclass(frozen=True, slots=True)
class MoreVotes:
    """At least so many."""

    missing: int


@dataclass(frozen=True, slots=True)
class ToSenior:
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    agree: float
    most: int
    senior: bool


_FILE = yaml.safe_load(Path(__file__).with_name("quorum.yaml").read_text(encoding="utf-8"))
RULES: Mapping[Harm, Rule] = {harm: Rule(**_FILE["harm"][harm]) for harm in Harm}
NAMED_BY: int = _FILE["named_by"]
HARM_OF: Mapping[str, Harm] = {scheme: Harm(harm) for harm, schemes in _FILE["harm_of"].items() for scheme in schemes}


def harm_of(scheme: str | None) -> Harm:
    """What believing a message of this scheme may cost."""
    return HARM_OF.get(scheme or "", Harm.MEDIUM)


def votes_for(harm: Harm) -> int:
    """How many a new case waits for, if all are sure and agree."""
    return math.ceil(RULES[harm].agree)


def count(votes: Sequence[Vote], harm: Harm) -> Decided | MoreVotes | ToSenior:
    """The votes of one round, each volunteer's once."""
    rule = RULES[harm]
    sides = {vote.ruling.clears for vote in votes if vote.sure}
    if len(sides) == 2:
        return ToSenior(Why.DISAGREEMENT)
    weights = {each: sum(_weight(vote) for vote in votes if vote.ruling is each) for each in Ruling}
    leading, weight = max(weights.items(), key=lambda each: each[1])
    if weight >= rule.agree:
        return ToSenior(Why.HARM) if rule.senior else _decided(leading, [vote for vote in votes if vote.ruling is leading])
    if len(votes) >= rule.most:
        return ToSenior(Why.UNDECIDED)
    return MoreVotes(max(1, math.ceil(rule.agree - weight)))


def _weight(vote: Vote) -> float:
    return 1.0 if vote.sure else 0.5


def _decided(ruling: Ruling, agreeing: Sequence[Vote]) -> Decided:
    """The scheme most of them chose, at a tie the first; whatever enough of them named."""
    schemes = Counter(vote.scheme for vote in agreeing if vote.scheme)
    named = Counter(place for vote in agreeing for place in vote.named)
    return Decided(
        ruling=ruling,
        scheme=schemes.most_common(1)[0][0] if schemes else None,
        named=frozenset(place for place, voters in named.items() if voters >= NAMED_BY),
    )
