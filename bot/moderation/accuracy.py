"""How well volunteers judge, and how much they agree. Called by the pages.

Only how often somebody was right counts, never how fast or how much: whoever is praised for speed stops reading.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import krippendorff

from bot.moderation.cases import Ruling
from broadcaster import database
from broadcaster.database import Connection
from broadcaster.proportions import Share
from broadcaster.staff import StaffId

RECENT = 1_000
"""Cases that the agreement is reckoned from."""

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`share`: of the votes whose right answer is known, the right ones. `tests`: so many of them answered a test question."""

    staff: StaffId
    name: str
    share: Share
    tests: int


def ranking(connection: Connection) -> Sequence[Score]:
    """By the lower end of the interval: two right of two prove less than ninety of a hundred."""
    scores = [
        Score(staff=StaffId(row["id"]), name=row["name"], share=Share(of=row["judged"], hits=row["hits"]), tests=row["tests"])
        for row in connection.execute(_SQL["scores"])
    ]
    return sorted(scores, key=lambda each: (-each.share.wilson[0], each.name))


def agreement(connection: Connection) -> float | None:
    """Krippendorff's alpha: 1 all agree, 0 as if they rolled dice. None while too little was judged by more than one."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * len(Ruling))
    for row in connection.execute(_SQL["opinions"], {"most": RECENT}):
        counts[row["known_case"]][list(Ruling).index(Ruling(row["verdict"]))] = row["n"]
    compared = [each for each in counts.values() if sum(each) > 1]
    given = {place for each in compared for place, n in enumerate(each) if n}
    if len(given) < 2:
        return None
    return float(krippendorff.alpha(value_counts=compared, level_of_measurement="nominal"))
