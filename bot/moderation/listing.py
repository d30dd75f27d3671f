"""What a decision puts into the register of suspects, and what a later one takes back. Called in the transaction of decisions."""

from datetime import datetime

from bot.moderation.cases import Case, Ruling
from bot.moderation.places import Place
from bot.moderation.quorum import Decided
from broadcaster import database, suspects
from broadcaster.database import Connection
from broadcaster.suspects import BadSuspect, Kind, Source

_SQL = database.queries_beside(__file__)


def put(connection: Connection, case: Case, decided: Decided, version: int, *, now: datetime) -> int:
    """How many, by the register's own rules: a private person's number is told to nobody, a site that all share is refused,
    and what was cleared once stays so until an approver says otherwise."""
    if decided.ruling is not Ruling.SCAM:
        return 0
    listed = 0
    for place in sorted(decided.named):
        try:
            suspects.enter(
                connection,
                place.kind,
                place.value,
                scheme=decided.scheme or case.scheme_said or "phishing-link",
                source=Source.VOLUNTEERS,
                first_seen=case.first_seen,
                now=now,
            )
        except BadSuspect:
            continue
        connection.execute(_SQL["list"], {"id": case.id, "version": version, "kind": place.kind, "value": place.value})
        listed += 1
    return listed


def take_back(connection: Connection, case: Case, decided: Decided, *, now: datetime) -> int:
    """What this case alone put there and names no more; how many."""
    kept = decided.named if decided.ruling is Ruling.SCAM else frozenset()
    taken = 0
    for row in connection.execute(_SQL["listed_alone"], {"id": case.id}).fetchall():
        place = Place(Kind(row["kind"]), row["value"])
        if place not in kept:
            taken += suspects.take_back(connection, place.kind, place.value, source=Source.VOLUNTEERS, now=now)
    return taken


def with_those_before(connection: Connection, case: Case, decided: Decided) -> Decided:
    """Whoever confirms a fraud and names nothing takes nothing back; a senior may."""
    if decided.ruling is not Ruling.SCAM or case.ruling is not Ruling.SCAM:
        return decided
    before = connection.execute(_SQL["listed"], {"id": case.id, "version": case.version})
    named = decided.named | {Place(Kind(row["kind"]), row["value"]) for row in before}
    return Decided(ruling=decided.ruling, scheme=decided.scheme, named=named)
