"""Votes, decisions, corrections: what they change, all of it or nothing, once."""

import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.moderation import cases, decisions, volunteers
from bot.moderation.cases import Ruling, State
from bot.moderation.decisions import AlreadyVoted, CaseClosed, NotInText, NotVoted
from bot.moderation.places import Place
from bot.moderation.quorum import Decided, MoreVotes, ToSenior, Why
from bot.moderation.volunteers import NotAVolunteer, NotSenior
from broadcaster import audit, database, staff, suspects
from broadcaster.addresses import AddressKey
from broadcaster.campaign_states import Role
from broadcaster.suspects import Kind
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, SAFE, TIMUR, ZARINA, Hall
from tests.bot.people import NOON

SITE = Place(Kind.LINK, "egov-aiyppul.top")

ROOT = Path(__file__).parents[3]
KILLED = """
import os, signal, sys
from bot.moderation import decisions
from bot.moderation.cases import CaseId, Ruling
from bot.moderation.places import Place
from broadcaster import database, staff
from broadcaster.addresses import AddressKey
from broadcaster.suspects import Kind
from tests.bot.people import NOON

file, case, statement = sys.argv[1:]
register = database.open(f"sqlite:///{file}", AddressKey(b"k" * 32))
bota = staff.find(register, "Bota")
register.set_trace_callback(lambda said: said.startswith(statement) and os.kill(os.getpid(), signal.SIGKILL))
site = Place(Kind.LINK, "egov-aiyppul.top")
decisions.vote(register, CaseId(int(case)), by=bota, ruling=Ruling.SCAM, scheme="romance", named=[site], now=NOON)
"""
"""A vote that decides, in a process that dies at the statement it is told."""


def is_listed(hall: Hall, site: str = "egov-aiyppul.top") -> bool:
    return bool(suspects.look_up(hall.register, links=[site]))


class TestVotes:
    def test_two_who_agree_decide_and_all_of_it_is_there(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        assert hall.votes("Arman", case.id, named=[SITE]) == MoreVotes(1)
        assert isinstance(hall.votes("Bota", case.id, named=[SITE]), Decided)
        judged = cases.with_id(hall.register, case.id)
        assert (judged.state, judged.ruling, judged.scheme, judged.version) == (State.JUDGED, Ruling.SCAM, "phishing-link", 1)
        assert judged.decided_at == NOON
        assert is_listed(hall)
        assert [row["scheme"] for row in hall.rows("report")] == ["phishing-link"]
        assert hall.audited("case.decide") == 1
        assert audit.verify(hall.register) is None

    def test_one_vote_each(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        hall.votes("Arman", case.id)
        with pytest.raises(AlreadyVoted):
            hall.votes("Arman", case.id, Ruling.GENUINE)
        assert len(hall.rows("vote")) == 1

    def test_a_new_round_asks_everybody_again(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.waits(timedelta(hours=1))
        hall.disagrees(TIMUR, FINE)
        assert isinstance(hall.votes("Arman", case.id), MoreVotes)

    def test_whoever_is_no_volunteer_does_not_vote(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        hall.people["Saule"] = staff.add(hall.register, "Saule", Role.APPROVER, who="setup", now=NOON)
        volunteers.leave(hall.register, hall.people["Arman"].id, who="setup", now=NOON)
        for name in ("Saule", "Arman"):
            with pytest.raises(NotAVolunteer):
                hall.votes(name, case.id)
        with pytest.raises(NotAVolunteer):
            volunteers.enrol(hall.register, hall.people["Saule"], who="setup", now=NOON)

    def test_only_what_stands_in_the_text_is_named(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        with pytest.raises(NotInText):
            hall.votes("Arman", hall.case_of(FINE).id, named=[Place(Kind.LINK, "rival-shop.kz")])
        assert not hall.rows("vote")

    def test_what_one_alone_names_is_not_listed(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        hall.votes("Arman", case.id, named=[SITE])
        hall.votes("Bota", case.id)
        assert not is_listed(hall)

    def test_a_text_that_is_cleared_accuses_nobody(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.GENUINE, named=[SITE])
        assert not is_listed(hall)
        assert not hall.rows("named")

    def test_a_private_persons_number_is_told_to_nobody(self, hall: Hall) -> None:
        text = SAFE.replace("резервный", "другой")
        number = Place(Kind.PHONE, "+77015554433")
        hall.asks(AIGUL, text)
        for name in ("Arman", "Bota"):
            hall.votes(name, hall.case_of(text).id, named=[number])
        assert [row["kind"] for row in hall.rows("listed")] == ["phone"]
        assert suspects.look_up(hall.register, phones=["+77015554433"]) == ()

    def test_a_site_that_everybody_shares_is_never_listed(self, hall: Hall) -> None:
        text = "Заработок на отзывах, пишите куратору сюда, первый день уже оплачен: https://youtube.com/watch?v=1"
        site = Place(Kind.LINK, "youtube.com")
        hall.asks(AIGUL, text)
        case = hall.case_of(text)
        hall.votes("Arman", case.id, named=[site])
        assert hall.votes("Bota", case.id, named=[site]) == ToSenior(Why.PROTECTED)
        decisions.settle(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.SCAM, named=[site], now=hall.now)
        assert not is_listed(hall, "youtube.com")


class TestIndependence:
    def test_nobody_sees_what_others_think_before_their_own_vote(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        hall.votes("Arman", case.id, Ruling.DOUBTFUL)
        with pytest.raises(NotVoted):
            decisions.opinions(hall.register, case.id, by=hall.people["Bota"])
        with pytest.raises(NotVoted):
            decisions.opinions(hall.register, case.id, by=hall.people["Gulnar"])
        hall.votes("Bota", case.id, sure=False)
        seen = decisions.opinions(hall.register, case.id, by=hall.people["Bota"])
        assert [each.ruling for each in seen.votes] == [Ruling.DOUBTFUL, Ruling.SCAM]
        assert seen.scheme_said == "phishing-link"

    def test_a_vote_of_an_earlier_round_opens_nothing(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.waits(timedelta(hours=1))
        hall.disagrees(TIMUR, FINE)
        hall.votes("Dias", case.id)
        with pytest.raises(NotVoted):
            decisions.opinions(hall.register, case.id, by=hall.people["Arman"])


class TestSeniors:
    def test_those_who_contradict_each_other_are_settled_by_a_senior(self, hall: Hall) -> None:
        hall.asks(AIGUL, HOAX, scheme=None)
        case = hall.case_of(HOAX)
        hall.votes("Arman", case.id)
        assert hall.votes("Bota", case.id, Ruling.HOAX) == ToSenior(Why.DISAGREEMENT)
        with pytest.raises(CaseClosed):
            hall.votes("Dias", case.id)
        with pytest.raises(NotSenior):
            decisions.settle(hall.register, case.id, by=hall.people["Dias"], ruling=Ruling.HOAX, now=hall.now)
        assert decisions.opinions(hall.register, case.id, by=hall.people["Gulnar"]).why is Why.DISAGREEMENT
        decisions.settle(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.HOAX, now=hall.now)
        judged = cases.with_id(hall.register, case.id)
        assert (judged.state, judged.ruling, judged.why) == (State.JUDGED, Ruling.HOAX, None)
        with pytest.raises(CaseClosed):
            decisions.settle(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.SCAM, now=hall.now)

    def test_who_voted_does_not_settle(self, hall: Hall) -> None:
        hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
        case = hall.case_of(SAFE)
        hall.votes("Gulnar", case.id)
        assert hall.votes("Bota", case.id) == ToSenior(Why.HARM)
        with pytest.raises(AlreadyVoted):
            decisions.settle(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.SCAM, now=hall.now)

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("kaspi.kz обманывает всех, сайт мошенников, деньги пропали, не входите", [Place(Kind.LINK, "kaspi.kz")]),
            ("kaspi.kz обманывает всех, сайт мошенников, деньги пропали, не входите", []),
            ("Госуслуги поддельные: mvd.gov.kz крадёт данные, это мошенники, передайте всем", []),
            ("Платите штраф тут: egov-aiyppul.top или на egov.kz, оба сайта собирают карты", [Place(Kind.LINK, "egov.kz")]),
        ],
    )
    def test_a_protected_name_is_never_marked_by_volunteers_alone(self, hall: Hall, text: str, named: list[Place]) -> None:
        hall.asks(AIGUL, text)
        case = hall.case_of(text)
        hall.votes("Arman", case.id, named=named)
        assert hall.votes("Bota", case.id, named=named) == ToSenior(Why.PROTECTED)
        assert cases.with_id(hall.register, case.id).state is State.SENIOR
        assert not hall.rows("decision")
        assert not hall.rows("suspect")

    def test_a_fraud_that_mentions_the_bank_beside_its_own_site_is_the_volunteers(self, hall: Hall) -> None:
        text = "Kaspi.kz: бонус 50 000, заберите сегодня до полуночи на странице kaspi-bonus.top"
        hall.asks(AIGUL, text)
        hall.votes("Arman", hall.case_of(text).id, named=[Place(Kind.LINK, "kaspi-bonus.top")])
        decided = hall.votes("Bota", hall.case_of(text).id, named=[Place(Kind.LINK, "kaspi-bonus.top")])
        assert isinstance(decided, Decided)


class TestCorrections:
    def test_a_correction_is_the_next_version_and_takes_back_what_was_listed(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM, named=[SITE])
        assert is_listed(hall)
        hall.waits(timedelta(hours=2))
        with pytest.raises(NotSenior):
            decisions.correct(hall.register, case.id, by=hall.people["Dias"], ruling=Ruling.GENUINE, now=hall.now)
        decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.GENUINE, now=hall.now)
        corrected = cases.with_id(hall.register, case.id)
        assert (corrected.ruling, corrected.version) == (Ruling.GENUINE, 2)
        assert not is_listed(hall)
        assert [row["scheme"] for row in hall.rows("report")] == [None]
        assert [row["verdict"] for row in hall.rows("decision")] == ["scam", "genuine"]

    def test_what_others_say_too_stays_listed(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM, named=[SITE])
        suspects.add(
            hall.register,
            Kind.LINK,
            "egov-aiyppul.top",
            scheme="phishing-link",
            source=suspects.Source.PUBLIC_BODY,
            first_seen=NOON,
            now=NOON,
        )
        decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.GENUINE, now=hall.now)
        assert is_listed(hall)

    def test_whoever_waits_with_other_words_is_not_cleared_with_the_case(self, hall: Hall) -> None:
        other = FINE.replace("egov-aiyppul.top", "aiyppul-kz.shop")
        hall.asks(AIGUL, FINE)
        hall.asks(TIMUR, other)
        case = hall.case_of(FINE)
        for name in ("Arman", "Bota"):
            hall.votes(name, case.id, Ruling.GENUINE)
        theirs = hall.case_of(other)
        assert theirs.id != case.id
        assert (theirs.state, theirs.text, theirs.sightings) == (State.OPEN, other, 1)
        assert [row["known_case"] for row in hall.rows("report")] == [case.id, theirs.id]


class TestAllOrNothing:
    @pytest.mark.parametrize(
        "statement", ["INSERT INTO decision", "INTO suspect", "UPDATE report", "INTO audit", "UPDATE known_case"]
    )
    def test_a_decision_that_fails_on_its_way_leaves_nothing(self, hall: Hall, statement: str) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        hall.votes("Arman", case.id, named=[SITE])
        before = {table: hall.rows(table) for table in ("known_case", "vote", "decision", "suspect", "report", "audit", "listed")}
        table = {"INSERT INTO decision": "decision", "INTO suspect": "suspect", "UPDATE report": "report"}.get(statement, "")
        table = table or {"INTO audit": "audit", "UPDATE known_case": "known_case"}[statement]
        moment = "UPDATE" if statement.startswith("UPDATE") else "INSERT"
        hall.register.execute(
            f"CREATE TEMP TRIGGER broken BEFORE {moment} ON main.{table} BEGIN SELECT RAISE(ABORT, 'the disk died'); END"
        )
        with pytest.raises(sqlite3.IntegrityError):
            hall.votes("Bota", case.id, named=[SITE])
        hall.register.execute("DROP TRIGGER broken")
        assert {table: hall.rows(table) for table in before} == before
        assert isinstance(hall.votes("Bota", case.id, named=[SITE]), Decided)

    @pytest.mark.parametrize("statement", ["INSERT INTO vote", "INSERT INTO decision", "INSERT INTO listed", "INSERT INTO audit"])
    def test_a_process_killed_while_it_decides_leaves_nothing(self, hall: Hall, tmp_path: Path, statement: str) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        hall.votes("Arman", case.id, named=[SITE])
        before = {table: hall.rows(table) for table in ("known_case", "vote", "decision", "suspect", "report", "audit", "listed")}
        process = [sys.executable, "-c", KILLED, str(tmp_path / "saqbol.db"), str(case.id), statement]
        done = subprocess.run(process, cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
        assert {table: hall.rows(table) for table in before} == before
        assert isinstance(hall.votes("Bota", case.id, named=[SITE]), Decided)

    def test_two_deciding_votes_at_once_are_one_decision(self, hall: Hall, tmp_path: Path) -> None:
        hall.asks(AIGUL, FINE)
        hall.asks(ZARINA, FINE)
        case = hall.case_of(FINE)
        hall.votes("Arman", case.id, named=[SITE])
        together = threading.Barrier(3)
        came_to: list[str] = []

        def vote(name: str) -> None:
            own = database.open(f"sqlite:///{tmp_path / 'saqbol.db'}", AddressKey(b"k" * 32))
            together.wait()
            try:
                decisions.vote(
                    own, case.id, by=hall.people[name], ruling=Ruling.SCAM, scheme="phishing-link", named=[SITE], now=hall.now
                )
                came_to.append("decided")
            except CaseClosed:
                came_to.append("closed")
            finally:
                own.close()

        voters = [threading.Thread(target=vote, args=[name]) for name in ("Bota", "Dias", "Erlan")]
        for voter in voters:
            voter.start()
        for voter in voters:
            voter.join()
        assert sorted(came_to) == ["closed", "closed", "decided"]
        assert len(hall.rows("decision")) == 1
        assert hall.audited("case.decide") == 1
