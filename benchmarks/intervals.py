"""Shares with their 95 % interval, so that no figure of ours stands without its uncertainty."""

import math
from dataclasses import dataclass

Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `count`, printed as `96.4 % (94.1–97.8, n 412)`; the interval is Wilson's."""

    hits: int
    count: int

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        if not self.count:
            return 0.0, 1.0
        n, p = self.count, self.value
        centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        if not self.count:
            return "–"
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({100 * low:.1f}–{100 * high:.1f}, n {self.count})"


def share(outcomes: list[bool]) -> Share:
    """Share of the true ones."""
    return Share(hits=sum(outcomes), count=len(outcomes))
