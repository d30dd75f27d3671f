"""Where somebody who wants to be forgotten wrote the words of a case that others brought too, others' words take their place.

Called by reports, inside its transaction. Only words whose author let us keep them; where there are none, the case is erased.
"""

import sqlite3
from datetime import datetime

from bot.moderation import abuse, cases, quorum, sketches
from bot.moderation.cases import Case
from broadcaster import audit, database
from broadcaster.database import Connection
from content.language import Language

_SQL = database.queries_beside(__file__)


def take_over(connection: Connection, asker: bytes, *, now: datetime) -> None:
    """Of every case that shows the words of this person and of nobody else."""
    for kept in connection.execute(_SQL["kept"], {"asker": asker}).fetchall():
        for case in cases.worded(connection, kept["text"]):
            asked = {"case": case.id, "asker": asker, "text": case.text}
            if connection.execute(_SQL["anothers"], asked).fetchone() is None:
                _give_words_up(connection, case, connection.execute(_SQL["others"], asked).fetchall(), now)


def _give_words_up(connection: Connection, case: Case, others: list[sqlite3.Row], now: datetime) -> None:
    """To the nearest of the others' words: the same but for an emoji, if there are. What was cleared holds for no other words."""
    same = [row for row in others if sketches.has_same_words(row["text"], case.text)]
    clears = case.ruling is not None and case.ruling.clears
    if not same and (clears or not others):
        cases.erase(connection, case.id)
        return
    before = sketches.sketch(case.text)
    nearest = max(same or others, key=lambda row: sketches.similarity(before, sketches.sketch(row["text"])))
    for each in ("unlearn", "blank_cards"):
        connection.execute(_SQL[each], {"case": case.id})
    cases.reword(connection, case, nearest["text"], Language(nearest["language"]))
    if not same:
        _look_again(connection, case, nearest, others, now)
    detail = {"again": not same}
    audit.append(connection, at=now, who="bot", action="case.take-over", subject=f"case {case.id}", detail=detail)


def _look_again(connection: Connection, case: Case, words: sqlite3.Row, others: list[sqlite3.Row], now: datetime) -> None:
    """Nobody has voted on these words: a new round, the last decision stands until the next."""
    cases.open_again(connection, case, votes=quorum.votes_for(case.harm), now=now)
    abuse.still_alarmed(connection, case.id, words["report"], now=now)
    for each in ("unclaim", "none_verbatim"):
        connection.execute(_SQL[each], {"case": case.id})
    for row in others:
        if sketches.is_verbatim(row["text"], words["text"]):
            connection.execute(_SQL["verbatim"], {"report": row["report"]})
