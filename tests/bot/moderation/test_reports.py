"""What citizens say, who is behind it, and what of it counts."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.message import Door
from bot.moderation import abuse, cases, decisions, reports
from bot.moderation.abuse import A_DAY, BURST, UnknownReport
from bot.moderation.cases import Ruling, State
from bot.tickets import NotTheirs
from broadcaster import contacts, segments, suspects
from broadcaster.addresses import Channel, normalise
from broadcaster.segment_rules import ReportersOf
from broadcaster.staffing import NoReason
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, TIMUR, ZARINA, Hall
from tests.bot.people import NOON


def known_for_weeks(hall: Hall, *senders: str) -> None:
    for sender in senders:
        hall.question(sender, "сәлем")
    hall.waits(timedelta(days=8))


def strangers(count: int) -> list[str]:
    return [f"+7705{number:07d}" for number in range(count)]


class TestAReport:
    def test_its_number_is_the_ticket(self, hall: Hall) -> None:
        receipt = hall.asks(AIGUL, FINE)
        (row,) = hall.rows("report")
        assert receipt.ticket == f"2026-{row['id']:06d}"
        assert (row["kind"], row["wants_answer"], row["verbatim"], row["told_version"]) == ("ask", 1, 1, 0)

    def test_what_volunteers_see_is_masked(self, hall: Hall) -> None:
        hall.asks(AIGUL, "Скиньте предоплату на карту 4400 4302 1234 5604 сегодня, иначе отдам другому")
        assert "4400" not in str(hall.rows("known_case"))

    def test_nobody_reports_anothers_question(self, hall: Hall) -> None:
        theirs = hall.question(AIGUL, FINE)
        with pytest.raises(NotTheirs):
            reports.ask(hall.register, hall.reporter(TIMUR), theirs, now=hall.now)
        assert not hall.rows("report")
        assert not hall.rows("known_case")

    def test_copies_from_several_people_are_one_case(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        hall.reports(TIMUR, "🔥 " + FINE.replace("50%", "70%").replace("egov-aiyppul.top", "aiyppul-egov.shop"))
        assert hall.case_of(FINE).sightings == 2
        assert [row["verbatim"] for row in hall.rows("report")] == [1, 0]

    def test_who_asked_and_then_reports_has_one_ticket(self, hall: Hall) -> None:
        first, second = hall.asks(AIGUL, FINE), hall.reports(AIGUL, FINE, "romance")
        assert first.ticket == second.ticket
        (row,) = hall.rows("report")
        assert (row["kind"], row["scheme"]) == ("report", "romance")

    def test_what_was_judged_before_is_known_at_once(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        assert hall.asks(TIMUR, FINE).judgement is None
        hall.waits(decisions.REVIEW)
        said = hall.asks(ZARINA, FINE).judgement
        assert said is not None
        assert said.ruling is Ruling.SCAM
        assert [row["told_version"] for row in hall.rows("report")] == [0, 0, 1]

    def test_a_text_without_words_gets_a_ticket_and_no_case(self, hall: Hall) -> None:
        assert hall.asks(AIGUL, "🙏").ticket == "2026-000001"
        assert not hall.rows("known_case")


class TestSightings:
    def test_each_person_who_meets_a_known_message_counts_once(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        for sender in (TIMUR, TIMUR, ZARINA, AIGUL):
            reports.seen(hall.register, hall.reporter(sender), case, FINE, told=None, question=None, now=hall.now)
        assert hall.case_of(FINE).sightings == 3
        assert contacts.find(hall.register, normalise(Channel.PHONE, TIMUR)) is None

    def test_who_saw_it_is_forgotten_after_a_month_and_still_counts(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        reports.seen(hall.register, hall.reporter(TIMUR), hall.case_of(FINE), FINE, told=None, question=None, now=hall.now)
        reports.delete_old(hall.register, now=NOON + timedelta(days=31))
        assert [row["asker"] is None for row in hall.rows("report")] == [False, True]
        assert hall.case_of(FINE).sightings == 2


class TestDisagreeing:
    def test_it_opens_a_judged_case_again_and_the_judgement_stands_meanwhile(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.waits(timedelta(hours=1))
        hall.disagrees(TIMUR, FINE)
        again = cases.with_id(hall.register, case.id)
        assert (again.state, again.round) == (State.OPEN, 2)
        assert hall.audited("case.open-again") == 1
        said = cases.judgement_of(hall.register, FINE, now=hall.now)
        assert said is not None
        assert (said.ruling, said.open_again) == (Ruling.SCAM, True)

    def test_a_decision_that_they_were_not_told_is_not_what_they_disagree_with(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.disagrees(TIMUR, FINE)
        assert cases.with_id(hall.register, case.id).state is State.JUDGED

    def test_confirmed_once_it_takes_two_who_disagree(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.waits(timedelta(hours=1))
        hall.disagrees(TIMUR, FINE)
        for name in ("Arman", "Bota"):
            hall.votes(name, case.id)
        hall.waits(timedelta(hours=1))
        for _ in range(3):
            hall.disagrees(TIMUR, FINE)
        assert cases.with_id(hall.register, case.id).state is State.JUDGED
        hall.disagrees(ZARINA, FINE)
        assert cases.with_id(hall.register, case.id).state is State.OPEN


class TestSegments:
    def test_those_who_met_a_scheme_can_be_written_to(self, hall: Hall) -> None:
        hall.reports(AIGUL, FINE, "phishing-link")
        hall.reports(TIMUR, HOAX, "romance")
        met = {scheme: segments.count(hall.register, ReportersOf(scheme=scheme)) for scheme in ("phishing-link", "romance", "x")}
        assert met == {"phishing-link": 1, "romance": 1, "x": 0}
        assert segments.sample(hall.register, ReportersOf(scheme="romance"), 5) == ("+7701***4321",)

    def test_a_decision_moves_them_to_its_scheme_and_a_cleared_message_out(self, hall: Hall) -> None:
        hall.reports(AIGUL, FINE, "romance")
        case = hall.case_of(FINE)
        for name in ("Arman", "Bota"):
            hall.votes(name, case.id, scheme="phishing-link")
        assert segments.count(hall.register, ReportersOf(scheme="romance")) == 0
        assert segments.count(hall.register, ReportersOf(scheme="phishing-link")) == 1
        decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.GENUINE, now=hall.now)
        assert segments.count(hall.register, ReportersOf(scheme="phishing-link")) == 0

    def test_a_forgotten_person_is_in_none_and_what_others_brought_too_stays(self, hall: Hall) -> None:
        hall.reports(AIGUL, FINE)
        hall.reports(TIMUR, FINE)
        contacts.forget(hall.register, normalise(Channel.WHATSAPP, TIMUR))
        reports.forget(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
        contacts.forget(hall.register, normalise(Channel.WHATSAPP, AIGUL))
        assert segments.count(hall.register, ReportersOf(scheme="phishing-link")) == 0
        row = hall.rows("report")[0]
        assert (row["asker"], row["contact"], row["question"], row["wants_answer"]) == (None, None, None, 0)
        assert hall.case_of(FINE).sightings == 2

    def test_what_they_alone_brought_is_erased_with_all_that_hangs_on_it(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.waits(timedelta(hours=1))
        hall.disagrees(AIGUL, FINE)
        hall.votes("Dias", case.id)
        reports.forget(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
        for table in ("known_case", "sketch", "report", "vote", "decision", "claim", "spoken_of"):
            assert not hall.rows(table), table

    def test_when_the_last_of_several_is_forgotten_the_text_goes_too(self, hall: Hall) -> None:
        hall.reports(AIGUL, FINE)
        hall.reports(TIMUR, FINE)
        reports.forget(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
        assert len(hall.rows("known_case")) == 1
        reports.forget(hall.register, hall.reporter(TIMUR).asker, now=hall.now)
        assert not hall.rows("known_case")

    def test_a_browser_leaves_no_contact(self, hall: Hall) -> None:
        hall.asks("session-1", FINE, door=Door.WEB)
        assert not hall.rows("contact")

    def test_a_ticket_grants_no_consent_to_warnings(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        assert contacts.mydata(hall.register, normalise(Channel.WHATSAPP, AIGUL)).agreed == ()


class TestAbuse:
    def test_five_hundred_strangers_against_one_good_site_decide_nothing_and_raise_one_alarm(self, hall: Hall) -> None:
        """A2: each with other words, within an hour."""
        words = "обман деньги карта вчера сестра перевод кабинет кредит пароль товар возврат бонус оплата".split()  # noqa: SIM905
        with capture_logs() as logs:
            for number, sender in enumerate(strangers(500)):
                picked = " ".join(words[(number * step + step) % len(words)] for step in (1, 2, 4, 7, 11))
                hall.reports(sender, f"{picked} {number} мошенники сидят на kaspi.kz, закройте сайт")
                hall.waits(timedelta(seconds=6))
        assert [entry["event"] for entry in logs if entry["event"] == "reports.burst"] == ["reports.burst"]
        assert "kaspi" not in str(logs)
        assert hall.audited("reports.burst") == 1
        assert not hall.rows("decision")
        assert not hall.rows("suspect")
        assert suspects.look_up(hall.register, links=["kaspi.kz"]) == ()
        assert {row["state"] for row in hall.rows("known_case")} == {"senior"}

    def test_as_many_old_acquaintances_are_no_alarm(self, hall: Hall) -> None:
        known_for_weeks(hall, *strangers(BURST + 5))
        for sender in strangers(BURST + 5):
            hall.reports(sender, FINE)
        assert not hall.rows("alarm")
        assert hall.case_of(FINE).state is State.OPEN

    def test_strangers_over_a_whole_day_are_no_alarm(self, hall: Hall) -> None:
        for sender in strangers(BURST + 5):
            hall.reports(sender, FINE)
            hall.waits(timedelta(minutes=10))
        assert not hall.rows("alarm")

    def test_whoever_is_blocked_is_thanked_and_changes_nothing(self, hall: Hall) -> None:
        hall.reports(TIMUR, FINE)
        abuse.block(hall.register, 1, by=hall.people["Gulnar"], reason="лживые жалобы на +7 701 765 43 21", now=hall.now)
        (blocked,) = hall.rows("blocked_reporter")
        assert "765" not in str(blocked["reason"])
        assert hall.case_of(FINE).sightings == 0
        assert segments.count(hall.register, ReportersOf(scheme="phishing-link")) == 0
        before = hall.rows("known_case")
        assert hall.reports(TIMUR, HOAX).ticket == "2026-000002"
        reports.seen(hall.register, hall.reporter(TIMUR), hall.case_of(FINE), FINE, told=None, question=None, now=hall.now)
        assert hall.disagrees(TIMUR, FINE).ticket == "2026-000003"
        assert hall.rows("known_case") == before
        abuse.unblock(hall.register, 1, by=hall.people["Gulnar"], now=hall.now)
        hall.reports(TIMUR, HOAX)
        assert hall.case_of(HOAX).sightings == 1

    def test_a_block_has_a_reason_and_somebody_it_is_about(self, hall: Hall) -> None:
        hall.reports(TIMUR, FINE)
        with pytest.raises(NoReason):
            abuse.block(hall.register, 1, by=hall.people["Gulnar"], reason=" ", now=hall.now)
        with pytest.raises(UnknownReport):
            abuse.block(hall.register, 9, by=hall.people["Gulnar"], reason="спам", now=hall.now)

    def test_one_persons_many_reports_count_only_so_often_a_day(self, hall: Hall) -> None:
        for number in range(A_DAY + 5):
            hall.reports(TIMUR, " ".join(f"{word}{chr(0x430 + number)}ин" for word in ("кар", "дом", "лес", "вол", "том", "сон")))
        assert len(hall.rows("known_case")) == A_DAY
        hall.waits(timedelta(days=1, seconds=1))
        hall.reports(TIMUR, FINE)
        assert hall.case_of(FINE).sightings == 1
