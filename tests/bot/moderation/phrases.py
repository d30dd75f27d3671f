"""Phrases that wait for a review, or have passed it, without the cases' whole history."""

from broadcaster import database
from tests.bot.moderation.hall import Hall

PHRASE = (
    "INSERT INTO phrase (known_case, version, state, intent, language, text, proposed_at, by, at) "
    "VALUES (?, 1, ?, ?, 'ru', ?, ?, ?, ?)"
)
CASE = (
    "INSERT INTO known_case (text, language, harm, state, missing, verdict, version, turn, first_seen, last_seen, opened_at, "
    "decided_at) VALUES ('x', 'ru', 'low', 'judged', 0, 'scam', 1, 0, ?1, ?1, ?1, ?1)"
)
REPORT = (
    "INSERT INTO report (known_case, asker, door, language, kind, verbatim, wants_answer, at) "
    "VALUES (?, randomblob(32), 'web', 'ru', 'ask', 1, 1, ?)"
)


def phrase(hall: Hall, text: str, *, accepted: bool = False, intent: str = "romance") -> int:
    """Of a case nobody has voted on; returns its id."""
    at = database.instant(hall.now)
    case = hall.register.execute(CASE, [at]).lastrowid
    hall.register.execute(REPORT, [case, at])
    review = ("accepted", hall.people["Erlan"].id, at) if accepted else ("proposed", None, None)
    return hall.register.execute(PHRASE, [case, review[0], intent, text, at, *review[1:]]).lastrowid or 0
