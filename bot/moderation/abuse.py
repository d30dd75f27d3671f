"""How false reports are kept from doing harm: blocked reporters, too many from one person, many strangers at once, good names.

Called by reports. Nothing here decides a case: what looks wrong is thanked and not counted, or goes to a senior with one alarm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
import yaml

from bot.moderation import volunteers
from bot.moderation.places import Place, is_official
from bot.verdict.brands import NEVER_ACCUSED
from broadcaster import audit, database, suspects
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.staffing import LONGEST_REASON, NoReason
from broadcaster.suspects import Kind
from broadcaster.telemetry import Redactor

log = structlog.get_logger()

A_DAY = 20
"""Reports of one person that count in a day; nobody is cheated more often."""

NEWCOMER = timedelta(days=7)
"""For so long after their first word to us somebody is a newcomer."""

BURST, WITHIN, ALARM_LASTS = 30, timedelta(hours=1), timedelta(days=1)
"""So many newcomers about one name within that time are an alarm, one a day."""

_SQL = database.queries_beside(__file__)
_FILE = yaml.safe_load(Path(__file__).with_name("protected.yaml").read_text(encoding="utf-8"))
_PROTECTED = {
    Kind.LINK: NEVER_ACCUSED | set(_FILE["sites"]),
    Kind.HANDLE: {suspects.normalise(Kind.HANDLE, handle) for handle in _FILE["handles"]},
    Kind.PHONE: {suspects.normalise(Kind.PHONE, phone) for phone in _FILE["phones"]},
}


class UnknownReport(LookupError):
    """There is no such report, or its sender asked to be forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a report speaks of: its case and the places in its text."""

    report: int
    case: int
    places: Sequence[Place]
    newcomer: bool


def is_protected(place: Place) -> bool:
    """A name that volunteers alone never mark: banks, the state, what protected.yaml adds."""
    return place.value in _PROTECTED[place.kind] or is_official(place)


def accuses_protected(named: Iterable[Place], places: Sequence[Place]) -> bool:
    """Whether calling a text a fraud marks a good name: one that was named, or a text that speaks of nothing else."""
    return any(map(is_protected, named)) or (bool(places) and all(map(is_protected, places)))


def block(connection: Connection, report: int, *, by: Staff, reason: str, now: datetime) -> None:
    """Whoever sent this report is thanked from now on and changes nothing; all their reports are withdrawn. The volunteer
    never learns who it is. Raises NotSenior, NoReason, UnknownReport."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise NoReason
    with database.transaction(connection):
        volunteers.check_senior(connection, by)
        row = connection.execute(_SQL["sender"], {"report": report}).fetchone()
        if row is None:
            raise UnknownReport
        kept = Redactor().line(reason)
        new = {"asker": row["asker"], "by": by.id, "reason": kept, "now": database.instant(now)}
        connection.execute(_SQL["block"], new)
        connection.execute(_SQL["recount"], new)
        connection.execute(_SQL["withdraw"], new)
        audit.append(
            connection, at=now, who=by.name, action="reporter.block", subject=f"report {report}", detail={"reason": kept}
        )


def unblock(connection: Connection, report: int, *, by: Staff, now: datetime) -> None:
    """Their next reports count again. Raises NotSenior, UnknownReport."""
    with database.transaction(connection):
        volunteers.check_senior(connection, by)
        row = connection.execute(_SQL["sender"], {"report": report}).fetchone()
        if row is None:
            raise UnknownReport
        if connection.execute(_SQL["unblock"], {"asker": row["asker"]}).rowcount:
            audit.append(connection, at=now, who=by.name, action="reporter.unblock", subject=f"report {report}", detail={})


def counts(connection: Connection, asker: bytes, *, now: datetime) -> bool:
    """Whether this person's next report changes anything: not blocked, not too many of theirs within a day."""
    row = connection.execute(_SQL["standing"], {"asker": asker, "since": database.instant(now - timedelta(days=1))}).fetchone()
    return not row["blocked"] and row["lately"] < A_DAY


def is_newcomer(connection: Connection, asker: bytes, *, now: datetime) -> bool:
    first = connection.execute(_SQL["first_word"], {"asker": asker}).fetchone()["first"]
    return first is None or datetime.fromisoformat(first) > now - NEWCOMER


def spoken(connection: Connection, spoken: Spoken, *, now: datetime) -> None:
    """Remembers what was spoken of. Where newcomers come in a burst, what they speak of waits for a senior from now on, with one
    alarm a day. Inside the caller's transaction."""
    names = [*(_name(connection, place) for place in spoken.places), f"case:{spoken.case}"]
    for name in names:
        row = {"place": name, "report": spoken.report, "newcomer": int(spoken.newcomer), "now": database.instant(now)}
        connection.execute(_SQL["spoken"], row)
    if not spoken.newcomer:
        return
    since, lately = database.instant(now - WITHIN), database.instant(now - ALARM_LASTS)
    alarmed = [name for name in names if connection.execute(_SQL["alarmed"], {"place": name, "lately": lately}).fetchone()]
    if alarmed:
        connection.execute(_SQL["this_to_senior"], {"case": spoken.case})
    bursting: dict[str, int] = {}
    for name in set(names).difference(alarmed):
        reports = connection.execute(_SQL["burst"], {"place": name, "since": since}).fetchone()["n"]
        if reports >= BURST:
            bursting[name] = reports
            connection.execute(_SQL["alarm"], {"place": name, "reports": reports, "now": database.instant(now)})
            connection.execute(_SQL["to_senior"], {"place": name, "since": since})
    if bursting and not alarmed:
        _alarm(connection, *max(bursting.items()), now)


def still_alarmed(connection: Connection, case: int, report: int, *, now: datetime) -> None:
    """A case that came to be open by this report while an alarm about it lasts waits for a senior too. Inside the caller's
    transaction."""
    row = {"case": case, "report": report, "lately": database.instant(now - ALARM_LASTS)}
    connection.execute(_SQL["still_alarmed"], row)


def delete_old(connection: Connection, *, now: datetime) -> None:
    """What bursts are no longer counted from. Inside the caller's transaction."""
    connection.execute(_SQL["delete_old"], {"before": database.instant(now - 2 * ALARM_LASTS)})


def _alarm(connection: Connection, name: str, reports: int, now: datetime) -> None:
    """Said in the log without the name: a number or a handle may be somebody's own."""
    detail = {"reports": reports, "within_minutes": int(WITHIN.total_seconds() // 60)}
    audit.append(connection, at=now, who="bot", action="reports.burst", subject=name, detail=detail)
    log.error("reports.burst", place=name.partition(":")[0], reports=reports, effect="these cases wait for a senior")


def _name(connection: Connection, place: Place) -> str:
    """Numbers and handles as a keyed hash: many are a private person's."""
    if place.kind is Kind.LINK:
        return f"link:{place.value}"
    return f"{place.kind}:{connection.address_key.digest(place.kind, place.value).hex()[:16]}"
