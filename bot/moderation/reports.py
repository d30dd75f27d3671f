"""What citizens say of a message: seen it, asked the volunteers, reported it, disagreed. Called by the conversation.

The number of a report is the ticket that its sender can name. Whoever is blocked gets one too, and changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot import tickets
from bot.message import Door
from bot.moderation import abuse, cases, quorum, sketches, taking_over
from bot.moderation.abuse import Spoken
from bot.moderation.cases import Case, CaseId, Harm, Judgement, NothingToJudge, State
from bot.moderation.places import places_in
from bot.tickets import Kept, KeptAs, QuestionId
from broadcaster import audit, contacts, database
from broadcaster.addresses import Address
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from content.language import Language

ReportId = NewType("ReportId", int)
_SQL = database.queries_beside(__file__)
_KEPT_AS = {"ask": KeptAs.TICKET, "report": KeptAs.REPORT, "disagree": KeptAs.DISAGREEMENT}


class Kind(StrEnum):
    SEEN = "seen"
    ASK = "ask"
    REPORT = "report"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """`asker` is the keyed hash of the address; `address` is kept, as a contact, only of whoever asked for an answer."""

    asker: bytes
    address: Address
    door: Door
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`promised`: an answer will come. `judgement`: volunteers judged the message before, it can be told at once. `scheme`: as
    their report has it."""

    ticket: str
    promised: bool
    scheme: str | None = None
    judgement: Judgement | None = None


def ask(connection: Connection, reporter: Reporter, question: QuestionId, *, now: datetime) -> Receipt:
    """«Ask the volunteers»: keeps the text with the person's consent and promises an answer. Raises NotTheirs."""
    return _file(connection, reporter, question, Kind.ASK, now=now)


def report(
    connection: Connection, reporter: Reporter, question: QuestionId, *, scheme: str | None = None, now: datetime
) -> Receipt:
    """A message, link, number or account reported as fraud, of this scheme as they see it. Raises NotTheirs."""
    return _file(connection, reporter, question, Kind.REPORT, scheme=scheme, now=now)


def disagree(connection: Connection, reporter: Reporter, question: QuestionId, *, opinion: str = "", now: datetime) -> Receipt:
    """The verdict was wrong, they say. Opens a judged case again, once it was confirmed for as many more people; where they only
    know what the program said, they hear the volunteers first. Raises NotTheirs."""
    return _file(connection, reporter, question, Kind.DISAGREE, opinion=opinion, now=now)


def seen(
    connection: Connection,
    reporter: Reporter,
    case: Case,
    text: str,
    *,
    told: Judgement | None,
    question: QuestionId | None,
    now: datetime,
) -> None:
    """One more person met this message: counted once for each. No contact is made of a mere question."""
    with database.transaction(connection, durable=False):
        if not abuse.counts(connection, reporter.asker, now=now):
            return
        row = _row(reporter, case, text, Kind.SEEN, told, now=now) | {"question": question, "scheme": None, "contact": None}
        if connection.execute(_SQL["see_again"], row).rowcount == 0:
            _count(connection, reporter, case, text, row, harm=case.harm, now=now)


def ticket_of(id: ReportId, at: datetime) -> str:
    return f"{at.year}-{id:06d}"


def is_promised(text: str) -> bool:
    """Whether volunteers answer about such a text: of a mere name or number nobody is told whether it was reported."""
    return not sketches.is_hardly_more_than_a_name(text)


def forget(connection: Connection, asker: bytes, *, now: datetime) -> None:
    """Erases the texts that they alone have brought, with all votes on them; cuts them off from those that others brought too,
    which others' words stand for from now on. Before their questions are forgotten: by these their words are known."""
    with database.transaction(connection):
        for row in connection.execute(_SQL["theirs_alone"], {"asker": asker}).fetchall():
            cases.erase(connection, CaseId(row["id"]))
        taking_over.take_over(connection, asker, now=now)
        for each in ("forget_sightings", "forget"):
            connection.execute(_SQL[each], {"asker": asker})


def delete_old(connection: Connection, *, now: datetime) -> None:
    """Who saw a message is forgotten with the questions nobody agreed to keep; that somebody did still counts."""
    with database.transaction(connection):
        connection.execute(_SQL["forget_seen"], {"before": database.instant(now - tickets.KEPT_FOR)})
        abuse.delete_old(connection, now=now)


def _file(
    connection: Connection,
    reporter: Reporter,
    question: QuestionId,
    kind: Kind,
    *,
    scheme: str | None = None,
    opinion: str = "",
    now: datetime,
) -> Receipt:
    with database.transaction(connection):
        kept = tickets.keep(connection, reporter.asker, question, _KEPT_AS[kind], opinion=opinion, now=now)
        harm, promised = quorum.harm_of(kept.scheme or scheme), is_promised(kept.text)
        case = _case_of(connection, reporter, kept, harm, now)
        if case is None:
            nothing = _row(reporter, None, kept.text, kind, None, now=now)
            nothing |= {"question": question, "scheme": None, "contact": None}
            id = ReportId(connection.execute(_SQL["add"], nothing).lastrowid or 0)
            return Receipt(ticket=ticket_of(id, now), promised=promised, scheme=scheme or kept.scheme)
        judgement = cases.judgement(connection, case, kept.text, now=now)
        heard = judgement is not None and _was_heard(connection, reporter, judgement, question)
        if kind is Kind.DISAGREE and judgement is not None and not heard:
            kind = Kind.ASK
        row = _row(reporter, case, kept.text, kind, judgement, now=now)
        row |= {"question": question, "scheme": scheme or kept.scheme, "contact": _contact(connection, reporter, now)}
        known = connection.execute(_SQL["of_asker"], row).fetchone()
        if known is not None:
            connection.execute(_SQL["say_more"], row)
            if known["withdrawn"]:
                cases.sighted(connection, case.id, harm=harm, now=now)
        id = ReportId(known["id"]) if known else _count(connection, reporter, case, kept.text, row, harm=harm, now=now)
        if kind is Kind.DISAGREE and judgement is not None and judgement.ruling is case.ruling:
            _contradict(connection, case, now)
            abuse.still_alarmed(connection, case.id, id, now=now)
        told = None if kind is Kind.DISAGREE else judgement
        return Receipt(ticket=ticket_of(id, now), promised=promised, scheme=scheme or kept.scheme, judgement=told)


def _case_of(connection: Connection, reporter: Reporter, kept: Kept, harm: Harm, now: datetime) -> Case | None:
    """None where the report changes nothing."""
    if not abuse.counts(connection, reporter.asker, now=now):
        return None
    try:
        return cases.open_or_add(
            connection,
            kept.text,
            language=kept.language,
            scheme_said=kept.scheme,
            harm=harm,
            votes=quorum.votes_for(harm),
            now=now,
        )
    except NothingToJudge:
        return None


def _count(
    connection: Connection, reporter: Reporter, case: Case, text: str, row: dict[str, object], *, harm: Harm, now: datetime
) -> ReportId:
    newcomer = abuse.is_newcomer(connection, reporter.asker, now=now)
    id = ReportId(connection.execute(_SQL["add"], row).lastrowid or 0)
    cases.sighted(connection, case.id, harm=harm, now=now)
    abuse.spoken(connection, Spoken(report=id, case=case.id, places=places_in(text), newcomer=newcomer), now=now)
    return id


def _was_heard(connection: Connection, reporter: Reporter, judgement: Judgement, question: QuestionId) -> bool:
    """Whether they know this judgement: told it before, or in the answer to this very question."""
    asked = {"case": judgement.case, "version": judgement.version, "asker": reporter.asker, "question": question}
    return connection.execute(_SQL["heard"], asked).fetchone() is not None


def _contradict(connection: Connection, case: Case, now: datetime) -> None:
    """Confirmed once, a decision takes two people to open again, then three: one who never agrees keeps nobody busy."""
    asked = {"case": case.id, "since": database.instant(case.decided_at or now)}
    against = connection.execute(_SQL["contradictions"], asked).fetchone()["n"]
    if case.state is State.JUDGED and against >= case.round:
        cases.open_again(connection, case, votes=quorum.votes_for(case.harm), now=now)
        detail = {"round": case.round + 1, "against": against}
        audit.append(connection, at=now, who="bot", action="case.open-again", subject=f"case {case.id}", detail=detail)


def _contact(connection: Connection, reporter: Reporter, now: datetime) -> ContactId | None:
    """Whom to write the answer to. A browser has no address to write to."""
    if reporter.door in (Door.WEB, Door.TERMINAL):
        contact = contacts.find(connection, reporter.address)
        return contact.id if contact else None
    return contacts.record(connection, reporter.address, now=now)


def _row(
    reporter: Reporter, case: Case | None, text: str, kind: Kind, told: Judgement | None, *, now: datetime
) -> dict[str, object]:
    return {
        "case": case.id if case else None,
        "asker": reporter.asker,
        "door": reporter.door,
        "language": reporter.language,
        "kind": kind,
        "verbatim": int(case is not None and sketches.is_verbatim(text, case.text)),
        "wants_answer": int(kind is not Kind.SEEN and case is not None and is_promised(text)),
        "told_version": told.version if told else 0,
        "withdrawn": int(case is None),
        "now": database.instant(now),
    }
