"""A hall of volunteers over a real register, and citizens who ask them: tests of moderation read as what people do."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import tickets
from bot.masking import mask
from bot.message import Door, Incoming
from bot.moderation import cases, decisions, reports, volunteers
from bot.moderation.cases import Case, CaseId, Ruling
from bot.moderation.gold import Known
from bot.moderation.places import Place
from bot.moderation.quorum import Decided, MoreVotes, ToSenior
from bot.moderation.reports import Receipt, Reporter
from bot.tickets import QuestionId
from bot.turn import turn_of
from bot.verdict.evidence import Level, Verdict
from broadcaster import staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff
from content.language import Language
from tests.bot.people import NOON

AIGUL, TIMUR, ZARINA = "+77011234567", "+77017654321", "+77025550011"
FINE = "Сізде төленбеген айыппұл бар, бүгін төлесеңіз 50% жеңілдік, сілтемеден төлеңіз: egov-aiyppul.top/pay"
SAFE = "Служба безопасности Нацбанка: ваши деньги переводят, срочно перенесите их на резервный счёт, звоните +7 701 555 44 33"
HOAX = "Завтра во всём городе на три дня отключат воду, наберите воды и передайте всем соседям, сын работает в водоканале"


@dataclass
class Hall:
    register: Connection
    now: datetime = NOON
    people: dict[str, Staff] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("Arman", "Bota", "Dias", "Erlan", "Gulnar"):
            self.people[name] = staff.add(self.register, name, Role.MODERATOR, who="setup", now=NOON)
            volunteers.enrol(self.register, self.people[name], senior=name == "Gulnar", who="setup", now=NOON)

    def waits(self, span: timedelta) -> None:
        self.now += span

    def reporter(self, sender: str, door: Door = Door.WHATSAPP) -> Reporter:
        incoming = Incoming(door=door, sender=sender, message_id="m", received_at=self.now)
        turn = turn_of(incoming, Language.RU, self.register)
        return Reporter(asker=turn.asker, address=turn.address, door=door, language=Language.RU)

    def question(self, sender: str, text: str, *, scheme: str | None = "phishing-link", door: Door = Door.WHATSAPP) -> QuestionId:
        verdict = Verdict(level=Level.DOUBTFUL, scheme=scheme, confidence=0.8, reasons=(), checks=())
        asker = self.reporter(sender, door).asker
        return tickets.remember(self.register, asker, mask(text), verdict, door=door, language=Language.RU, now=self.now)

    def asks(self, sender: str, text: str, *, scheme: str | None = "phishing-link", door: Door = Door.WHATSAPP) -> Receipt:
        question = self.question(sender, text, scheme=scheme, door=door)
        return reports.ask(self.register, self.reporter(sender, door), question, now=self.now)

    def reports(self, sender: str, text: str, scheme: str = "phishing-link") -> Receipt:
        question = self.question(sender, text, scheme=None)
        return reports.report(self.register, self.reporter(sender), question, scheme=scheme, now=self.now)

    def disagrees(self, sender: str, text: str) -> Receipt:
        return reports.disagree(self.register, self.reporter(sender), self.question(sender, text), now=self.now)

    def votes(
        self,
        name: str,
        case: CaseId,
        ruling: Ruling = Ruling.SCAM,
        *,
        scheme: str | None = "phishing-link",
        sure: bool = True,
        named: Collection[Place] = (),
    ) -> Decided | MoreVotes | ToSenior | Known:
        voter = self.people[name]
        scheme = None if ruling.clears else scheme
        return decisions.vote(self.register, case, by=voter, ruling=ruling, scheme=scheme, sure=sure, named=named, now=self.now)

    def case_of(self, text: str) -> Case:
        case = cases.find(self.register, mask(text).text)
        assert case is not None
        return case

    def judged(self, text: str, ruling: Ruling, *, named: Collection[Place] = ()) -> Case:
        """By two volunteers who agree, about a text somebody asked about."""
        self.asks(AIGUL, text)
        case = self.case_of(text)
        for name in ("Arman", "Bota"):
            self.votes(name, case.id, ruling, named=named)
        return cases.with_id(self.register, case.id)

    def rows(self, table: str) -> list[dict[str, object]]:
        return [dict(row) for row in self.register.execute(f"SELECT * FROM {table}")]

    def audited(self, action: str) -> int:
        return int(self.register.execute("SELECT count(*) FROM audit WHERE action = ?", [action]).fetchone()[0])
