"""Whether a newly trained archive may take over: compares what both answered to the same texts. Pure. Called by releasing.

The limits stand in nlu/evaluation/gate.yaml.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

Outcomes = Mapping[str, Sequence[bool]]
"""Figure → whether each text was answered right, always in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`noise`: standard errors that a figure may fall; `least`: share that it must always have."""

    noise: float
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One figure: texts answered right by the old and the new archive, of `count`; `needed` of them pass."""

    figure: str
    old: int
    new: int
    count: int
    needed: int

    @property
    def passes(self) -> bool:
        return self.new >= self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How many new phrases may contradict what the old archive is `sure` of."""

    sure: float
    most: float
    noise: float

    def stops(self, contradicted: int, count: int) -> bool:
        expected = self.most * count
        return contradicted > max(1, expected + self.noise * math.sqrt(expected))


class DifferentExamination(Exception):
    """Both archives must answer the same texts, and at least one for each limit."""


def limits_in(file: Path) -> Mapping[str, Limit]:
    figures: Mapping[str, Mapping[str, float]] = yaml.safe_load(file.read_text(encoding="utf-8"))["figures"]
    return {figure: Limit(**limit) for figure, limit in figures.items()}


def batch_in(file: Path) -> Batch:
    return Batch(**yaml.safe_load(file.read_text(encoding="utf-8"))["batch"])


def compare(old: Outcomes, new: Outcomes, limits: Mapping[str, Limit]) -> Sequence[Compared]:
    """One for each limit, in the file's order. Raises DifferentExamination."""
    return [_compared(figure, old.get(figure, ()), new.get(figure, ()), limit) for figure, limit in limits.items()]


def _compared(figure: str, old: Sequence[bool], new: Sequence[bool], limit: Limit) -> Compared:
    if not old or len(old) != len(new):
        raise DifferentExamination
    changed = sum(before != after for before, after in zip(old, new, strict=True))
    allowed = math.floor(limit.noise * math.sqrt(changed))
    needed = max(sum(old) - allowed, math.ceil(limit.least * len(old)))
    return Compared(figure=figure, old=sum(old), new=sum(new), count=len(old), needed=needed)
