"""Two shares compared: the difference, how sure it is, and how small a one a campaign could still show. Pure.

Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10): small groups and shares near 0 are what we have,
and there the textbook interval promises too much.
"""

import math
from dataclasses import dataclass

Z_95 = 1.959964
"""Two-sided 95 %."""

Z_POWER = 0.841621
"""80 % power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many people."""

    of: int
    hits: int

    @property
    def value(self) -> float:
        """Raises ZeroDivisionError where there is nobody."""
        return self.hits / self.of

    @property
    def wilson(self) -> tuple[float, float]:
        """95 % interval."""
        n, p = self.of, self.value
        centre = (p + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
        half = Z_95 / (1 + Z_95**2 / n) * math.sqrt(p * (1 - p) / n + Z_95**2 / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Between two shares, from -1 to 1, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def inconclusive(self) -> bool:
        """Chance alone may have made it."""
        return self.low <= 0 <= self.high


def difference(one: Share, other: Share) -> Difference:
    """`one` minus `other`."""
    (low_1, high_1), (low_2, high_2) = one.wilson, other.wilson
    p_1, p_2 = one.value, other.value
    return Difference(
        value=p_1 - p_2,
        low=p_1 - p_2 - math.hypot(p_1 - low_1, high_2 - p_2),
        high=p_1 - p_2 + math.hypot(high_1 - p_1, p_2 - low_2),
    )


def smallest_detectable(*, one: int, other: int, base: float) -> float | None:
    """The least rise above the share `base` that groups of these sizes show in 4 of 5 campaigns; None when no rise does."""
    if one < 1 or other < 1 or not _shows(one, other, base, 1.0):
        return None
    low, high = base, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (low, middle) if _shows(one, other, base, middle) else (middle, high)
    return high - base


def _shows(one: int, other: int, base: float, raised: float) -> bool:
    pooled = (one * raised + other * base) / (one + other)
    by_chance = math.sqrt(pooled * (1 - pooled) * (1 / one + 1 / other))
    spread = math.sqrt(raised * (1 - raised) / one + base * (1 - base) / other)
    return raised - base >= Z_95 * by_chance + Z_POWER * spread
