"""What `./run` puts before the demo's volunteers: cases that wait, one judged, one for a senior. Called by `python -m bot demo`.

Made through the same doors as real ones, after `python -m broadcaster demo`; only where nobody judges yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from bot import tickets
from bot.masking import mask
from bot.message import Door, Incoming
from bot.moderation import cases, decisions, reports, volunteers
from bot.moderation.cases import Ruling
from bot.moderation.places import places_in
from bot.moderation.reports import Reporter
from bot.turn import turn_of
from bot.verdict.evidence import Level, Verdict
from broadcaster import demo_sign_in, staff
from broadcaster.database import Connection
from broadcaster.staff import Staff
from content.language import Language

SENIOR = "Aliya"
_CASES = Path(__file__).with_name("demo_cases.yaml")
_BETWEEN = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """A row of demo_cases.yaml. `votes`: by name, what they say and its scheme."""

    text: str
    language: Language
    asked: int
    hours: int
    scheme: str | None = None
    votes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def prepare(connection: Connection, *, now: datetime) -> int:
    """How many messages; 0 where it was done before, and where somebody else than the demo's people works here."""
    people = {each.staff.name: each.staff for each in staff.every(connection, now=now)}
    if set(people) != set(demo_sign_in.PEOPLE) or volunteers.are_on_duty(connection):
        return 0
    for name in (*demo_sign_in.VOLUNTEERS, SENIOR):
        volunteers.enrol(connection, people[name], senior=name == SENIOR, who="demo", now=now)
    messages = [_Message(**row) for row in yaml.safe_load(_CASES.read_text(encoding="utf-8"))]
    for number, message in enumerate(messages):
        came = now - timedelta(hours=message.hours)
        for nth in range(message.asked):
            _ask(connection, message, f"demo-{number}-{nth}", now=came + nth * _BETWEEN)
        _vote(connection, message, people, now=came + message.asked * _BETWEEN)
    return len(messages)


def _ask(connection: Connection, message: _Message, sender: str, *, now: datetime) -> None:
    """In a browser: nobody there has an address that an answer could go to."""
    language = Language(message.language)
    turn = turn_of(Incoming(door=Door.WEB, sender=sender, message_id=sender, received_at=now), language, connection)
    unsure = Verdict(level=Level.DOUBTFUL, scheme=message.scheme, confidence=0.5, reasons=(), checks=())
    question = tickets.remember(connection, turn.asker, mask(message.text), unsure, door=Door.WEB, language=language, now=now)
    reporter = Reporter(asker=turn.asker, address=turn.address, door=Door.WEB, language=language)
    reports.ask(connection, reporter, question, now=now)


def _vote(connection: Connection, message: _Message, people: Mapping[str, Staff], *, now: datetime) -> None:
    case = cases.find(connection, mask(message.text).text)
    if case is None:
        return
    named = places_in(case.text)
    for name, (ruling, scheme) in message.votes.items():
        decisions.vote(connection, case.id, by=people[name], ruling=Ruling(ruling), scheme=scheme, named=named, now=now)
