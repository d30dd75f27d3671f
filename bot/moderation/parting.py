"""Whoever waits with other words than those just cleared: their message is not cleared with it, but judged for itself.

Called by decisions, inside its transaction. Whose words are the same, but for a hidden number or an end that was cut off, stays
and is told what was seen (telling).
"""

from datetime import datetime

from bot.moderation import abuse, cases, quorum, sketches
from bot.moderation.cases import Case
from broadcaster import database
from broadcaster.database import Connection

_SQL = database.queries_beside(__file__)


def part(connection: Connection, case: Case, *, now: datetime) -> None:
    """Each to the case of their words, or to a new one: also where they have a report there, for each ticket gets its answer."""
    for row in connection.execute(_SQL["others"], {"id": case.id}).fetchall():
        text = row["text"]
        if sketches.has_same_words(text, case.text):
            continue
        for opens in (cases.open_or_add, cases.open_new):
            own = opens(
                connection,
                text,
                language=case.language,
                scheme_said=row["scheme"],
                harm=case.harm,
                votes=quorum.votes_for(case.harm),
                now=now,
            )
            moved = {"report": row["report"], "case": own.id, "verbatim": int(sketches.is_verbatim(text, own.text))}
            if connection.execute(_SQL["move"], moved).rowcount:
                break
        connection.execute(_SQL["untell"], moved)
        connection.execute(_SQL["owe"], moved)
        cases.sighted(connection, own.id, harm=case.harm, now=now)
        abuse.still_alarmed(connection, own.id, row["report"], now=now)
