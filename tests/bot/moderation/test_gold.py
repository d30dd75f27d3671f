"""Test questions: who chooses them, whom they are put to, how they look, and what an answer changes: nothing."""

import itertools
import sqlite3
from datetime import timedelta

import pytest

from bot.moderation import accuracy, card_records, cases, decisions, gold, queue
from bot.moderation.cases import Case, CaseId, Ruling, UnknownCase
from bot.moderation.decisions import AlreadyVoted, CaseClosed
from bot.moderation.gold import EVERY, PLACE, ROUND, Known, NotJudged
from bot.moderation.places import Place
from bot.moderation.queue import LEASE, PASSED, Task
from bot.moderation.quorum import MoreVotes
from bot.moderation.volunteers import NotSenior
from broadcaster.suspects import Kind
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, SAFE, TIMUR, ZARINA, Hall

SITE = Place(Kind.LINK, "egov-aiyppul.top")
PRIZE = "Поздравляем, вы выиграли автомобиль в розыгрыше магазина, оплатите доставку до вечера и назовите код из сообщения"
PARCEL = "Ваша посылка задержана на складе, уточните адрес и оплатите пошлину по ссылке post-kz-track.top сегодня"


def chosen(hall: Hall, text: str = FINE, ruling: Ruling = Ruling.SCAM) -> Case:
    """Judged by Arman and Bota, made a test question by Gulnar."""
    case = hall.judged(text, ruling)
    gold.use(hall.register, case.id, by=hall.people["Gulnar"], now=hall.now)
    return case


def has_voted_often(hall: Hall, name: str, times: int = PLACE) -> None:
    """On cases that were judged long ago, until they have so many votes."""
    done = hall.register.execute("SELECT count(*) FROM vote WHERE staff = ?", [hall.people[name].id]).fetchone()[0]
    for number in range(done, times):
        case = hall.register.execute(
            "INSERT INTO known_case (text, language, harm, state, missing, verdict, version, turn, first_seen, last_seen, "
            "opened_at, decided_at) VALUES (?1, 'ru', 'low', 'judged', 0, 'hoax', 1, 0, ?2, ?2, ?2, ?2)",
            [f"{name} {number}", hall.now.isoformat()],
        ).lastrowid
        hall.register.execute(
            "INSERT INTO vote (known_case, round, staff, verdict, sure, at) VALUES (?, 1, ?, 'hoax', 1, ?)",
            [case, hall.people[name].id, hall.now.isoformat()],
        )


def task(hall: Hall, name: str) -> Task | None:
    return queue.next_task(hall.register, hall.people[name], now=hall.now)


def given(hall: Hall, name: str) -> CaseId | None:
    shown = task(hall, name)
    return shown.case if shown else None


def put_to(hall: Hall, name: str, text: str = FINE, ruling: Ruling = Ruling.SCAM) -> Case:
    """They hold it as a test question."""
    case = chosen(hall, text, ruling)
    has_voted_often(hall, name)
    assert given(hall, name) == case.id
    return case


class TestChoosing:
    def test_a_senior_makes_a_judged_case_one_and_takes_it_back(self, hall: Hall) -> None:
        case = chosen(hall)
        gold.use(hall.register, case.id, by=hall.people["Gulnar"], now=hall.now)
        (row,) = hall.rows("known_case")
        assert (row["gold"], row["gold_scheme"], row["gold_by"]) == ("scam", "phishing-link", hall.people["Gulnar"].id)
        for _ in range(2):
            gold.drop(hall.register, case.id, by=hall.people["Gulnar"], now=hall.now)
        assert not gold.is_used(hall.register, case.id)
        assert (hall.audited("case.test-question"), hall.audited("case.no-test-question")) == (1, 1)

    def test_others_choose_none(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        for act in (gold.use, gold.drop):
            with pytest.raises(NotSenior):
                act(hall.register, case.id, by=hall.people["Dias"], now=hall.now)
        assert not gold.is_used(hall.register, case.id)

    def test_what_waits_has_no_right_answer_yet(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        gulnar = hall.people["Gulnar"]
        with pytest.raises(NotJudged):
            gold.use(hall.register, hall.case_of(FINE).id, by=gulnar, now=hall.now)
        decisions.ask_senior(hall.register, hall.case_of(FINE).id, by=gulnar, now=hall.now)
        with pytest.raises(NotJudged):
            gold.use(hall.register, hall.case_of(FINE).id, by=gulnar, now=hall.now)
        with pytest.raises(UnknownCase):
            gold.use(hall.register, CaseId(99), by=gulnar, now=hall.now)

    def test_a_case_that_is_opened_again_is_none_any_more(self, hall: Hall) -> None:
        case = chosen(hall)
        hall.waits(timedelta(hours=1))
        hall.disagrees(TIMUR, FINE)
        assert not gold.is_used(hall.register, case.id)
        for name in ("Dias", "Erlan"):
            hall.votes(name, case.id)
        assert not gold.is_used(hall.register, case.id), "whoever judged it anew has not chosen it"

    def test_a_correction_ends_it_or_neither_happens(self, hall: Hall) -> None:
        case = chosen(hall)
        hall.register.execute(
            "CREATE TEMP TRIGGER broken BEFORE INSERT ON main.audit BEGIN SELECT RAISE(ABORT, 'the disk died'); END"
        )
        with pytest.raises(sqlite3.IntegrityError):
            decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.HOAX, now=hall.now)
        assert gold.is_used(hall.register, case.id)
        hall.register.execute("DROP TRIGGER broken")
        decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.HOAX, now=hall.now)
        assert not gold.is_used(hall.register, case.id)


class TestWhomTheyArePutTo:
    def test_a_newcomer_after_two_messages_and_then_everybody_one_in_ten(self, hall: Hall) -> None:
        for text in (FINE, SAFE, HOAX):
            chosen(hall, text, Ruling.HOAX)
        hall.asks(AIGUL, PRIZE)
        met: dict[str, list[int]] = {"Dias": [], "Erlan": []}
        for name, votes in itertools.product(met, range(3 * EVERY)):
            has_voted_often(hall, name, votes)
            if given(hall, name) != hall.case_of(PRIZE).id:
                met[name].append(votes)
            hall.waits(LEASE)
        for each in met.values():
            assert [votes // EVERY for votes in each] == [0, 1, 2]
            assert each[0] == PLACE
        later = {votes % EVERY for each in met.values() for votes in each[1:]}
        assert len(later) > 2, "whoever counts their votes does not know which comes next"

    def test_nobody_who_had_a_part_in_the_answer(self, hall: Hall) -> None:
        case = chosen(hall)
        decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.HOAX, now=hall.now)
        hall.register.execute("UPDATE volunteer SET senior = 1 WHERE staff = ?", [hall.people["Erlan"].id])
        gold.use(hall.register, case.id, by=hall.people["Erlan"], now=hall.now)
        for name in ("Arman", "Bota", "Erlan", "Gulnar", "Dias"):
            has_voted_often(hall, name)
        asked = {name for name in ("Arman", "Bota", "Erlan", "Gulnar", "Dias") if given(hall, name)}
        assert asked == {"Dias"}, "two voted, one corrected, one chose it"

    def test_whoever_answered_it_is_never_asked_again(self, hall: Hall) -> None:
        case = put_to(hall, "Dias")
        hall.votes("Dias", case.id)
        has_voted_often(hall, "Dias", EVERY + PLACE)
        assert given(hall, "Dias") is None

    def test_whoever_passes_gets_a_real_one_and_it_never_comes_back(self, hall: Hall) -> None:
        tests = {chosen(hall, text).id for text in (FINE, SAFE)}
        hall.asks(AIGUL, PRIZE)
        has_voted_often(hall, "Dias")
        first = given(hall, "Dias")
        assert first in tests
        queue.pass_on(hall.register, first, hall.people["Dias"], now=hall.now)
        assert given(hall, "Dias") == hall.case_of(PRIZE).id
        queue.pass_on(hall.register, hall.case_of(PRIZE).id, hall.people["Dias"], now=hall.now)
        assert given(hall, "Dias") is None
        hall.waits(PASSED)
        assert {given(hall, "Dias")} == tests - {first}

    def test_it_is_held_like_any_other_and_not_longer(self, hall: Hall) -> None:
        hall.asks(AIGUL, PRIZE)
        case = put_to(hall, "Dias")
        first = task(hall, "Dias")
        hall.waits(timedelta(minutes=14))
        assert task(hall, "Dias") == first
        assert first is not None
        assert first.until == hall.now + timedelta(minutes=1)
        hall.waits(timedelta(minutes=1))
        assert given(hall, "Dias") == hall.case_of(PRIZE).id
        with pytest.raises(CaseClosed):
            hall.votes("Dias", case.id)

    def test_one_that_is_none_any_more_is_taken_from_whoever_holds_it(self, hall: Hall) -> None:
        case = put_to(hall, "Dias")
        gold.drop(hall.register, case.id, by=hall.people["Gulnar"], now=hall.now)
        assert given(hall, "Dias") is None
        with pytest.raises(CaseClosed):
            hall.votes("Dias", case.id)

    def test_it_keeps_no_real_case_from_others(self, hall: Hall) -> None:
        hall.asks(AIGUL, PRIZE)
        put_to(hall, "Dias")
        assert [given(hall, name) for name in ("Arman", "Bota")] == [hall.case_of(PRIZE).id] * 2

    def test_the_group_posts_none(self, hall: Hall) -> None:
        chosen(hall)
        assert card_records.to_post(hall.register, -100) is None


class TestLooks:
    def test_it_is_shown_with_the_sightings_and_the_age_of_the_one_whose_turn_it_is(self, hall: Hall) -> None:
        case = chosen(hall)
        hall.waits(timedelta(hours=5))
        for sender in (AIGUL, TIMUR, ZARINA):
            hall.asks(sender, PRIZE)
        hall.waits(timedelta(hours=2))
        real = task(hall, "Erlan")
        has_voted_often(hall, "Dias")
        shown = task(hall, "Dias")
        assert shown is not None
        assert real is not None
        assert shown.case == case.id
        assert (shown.sightings, shown.first_seen, shown.until) == (3, real.first_seen, real.until)

    def test_it_looks_the_same_while_it_is_held_whatever_becomes_of_the_other(self, hall: Hall) -> None:
        for sender in (AIGUL, TIMUR, ZARINA):
            hall.asks(sender, PRIZE)
        put_to(hall, "Dias")
        hall.asks(AIGUL, PARCEL)
        first = task(hall, "Dias")
        for name in ("Arman", "Bota"):
            hall.votes(name, hall.case_of(PRIZE).id)
        assert task(hall, "Dias") == first
        assert first is not None
        assert first.sightings == 3

    def test_where_no_other_waits_it_is_shown_with_its_own(self, hall: Hall) -> None:
        case = put_to(hall, "Dias")
        shown = task(hall, "Dias")
        assert shown is not None
        assert (shown.case, shown.sightings, shown.first_seen) == (case.id, 1, case.first_seen)

    def test_the_person_whose_message_lent_its_looks_may_be_forgotten(self, hall: Hall) -> None:
        hall.asks(AIGUL, PRIZE)
        case = put_to(hall, "Dias")
        cases.erase(hall.register, hall.case_of(PRIZE).id)
        assert given(hall, "Dias") == case.id


class TestAnswers:
    @pytest.mark.parametrize("ruling", list(Ruling))
    def test_right_or_wrong_it_changes_nothing_but_the_persons_own_figure(self, hall: Hall, ruling: Ruling) -> None:
        case = put_to(hall, "Dias")
        tables = ("known_case", "decision", "report", "listed", "suspect", "telling", "audit", "card")
        before = {table: hall.rows(table) for table in tables}
        assert hall.votes("Dias", case.id, ruling) == Known(ruling=Ruling.SCAM, scheme="phishing-link")
        assert {table: hall.rows(table) for table in tables} == before
        votes = [row for row in hall.rows("vote") if row["known_case"] == case.id]
        assert [row["round"] for row in votes] == [ROUND, 1, 1]
        (score,) = [each for each in accuracy.ranking(hall.register) if each.name == "Dias"]
        assert (score.share.hits, score.share.of, score.tests) == (int(ruling is Ruling.SCAM), 1, 1)

    def test_what_they_ticked_lists_nothing(self, hall: Hall) -> None:
        case = put_to(hall, "Dias")
        hall.votes("Dias", case.id, named=[SITE])
        assert [row["round"] for row in hall.rows("named")] == [ROUND]
        assert not hall.rows("suspect")

    def test_a_second_answer_is_none(self, hall: Hall) -> None:
        case = put_to(hall, "Dias")
        hall.votes("Dias", case.id)
        with pytest.raises(AlreadyVoted):
            hall.votes("Dias", case.id, Ruling.HOAX)

    def test_only_of_whoever_it_was_put_to(self, hall: Hall) -> None:
        case = put_to(hall, "Dias")
        with pytest.raises(CaseClosed):
            hall.votes("Erlan", case.id)
        queue.pass_on(hall.register, case.id, hall.people["Erlan"], now=hall.now)
        with pytest.raises(CaseClosed):
            hall.votes("Erlan", case.id)
        has_voted_often(hall, "Erlan")
        assert given(hall, "Erlan") == case.id, "nobody keeps one away by passing on what they were never given"
        queue.pass_on(hall.register, case.id, hall.people["Dias"], now=hall.now)
        with pytest.raises(CaseClosed):
            hall.votes("Dias", case.id)

    def test_a_judged_case_that_is_none_takes_no_vote(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        has_voted_often(hall, "Dias")
        assert given(hall, "Dias") is None
        with pytest.raises(CaseClosed):
            hall.votes("Dias", case.id)

    def test_who_asks_for_a_senior_gives_it_back_and_it_stays_judged(self, hall: Hall) -> None:
        hall.asks(AIGUL, PRIZE)
        case = put_to(hall, "Dias")
        before = hall.rows("known_case")
        decisions.ask_senior(hall.register, case.id, by=hall.people["Dias"], now=hall.now)
        assert hall.rows("known_case") == before
        assert given(hall, "Dias") == hall.case_of(PRIZE).id
        with pytest.raises(CaseClosed):
            decisions.ask_senior(hall.register, case.id, by=hall.people["Erlan"], now=hall.now)


class TestWhatItMustNotTouch:
    def test_the_votes_that_decided_are_shown_without_it(self, hall: Hall) -> None:
        case = put_to(hall, "Dias")
        hall.votes("Dias", case.id, Ruling.DOUBTFUL)
        theirs = decisions.opinions(hall.register, case.id, by=hall.people["Dias"])
        others = decisions.opinions(hall.register, case.id, by=hall.people["Arman"])
        assert [each.ruling for each in theirs.votes] == [each.ruling for each in others.votes] == [Ruling.SCAM] * 2
        assert theirs.tested is not None
        assert (theirs.tested.ruling, others.tested) == (Ruling.DOUBTFUL, None)

    def test_agreement_is_reckoned_without_it(self, hall: Hall) -> None:
        hall.judged(HOAX, Ruling.HOAX)
        case = put_to(hall, "Dias")
        assert accuracy.agreement(hall.register) == 1
        hall.votes("Dias", case.id, Ruling.GENUINE)
        assert accuracy.agreement(hall.register) == 1

    def test_no_later_round_counts_it_and_nobody_is_compared_twice(self, hall: Hall) -> None:
        case = put_to(hall, "Dias")
        hall.votes("Dias", case.id, Ruling.GENUINE)
        hall.waits(timedelta(hours=1))
        hall.disagrees(TIMUR, FINE)
        assert card_records.voted(hall.register, case.id) == 0
        with pytest.raises(decisions.NotVoted):
            decisions.opinions(hall.register, case.id, by=hall.people["Dias"])
        assert hall.votes("Erlan", case.id, Ruling.SCAM) == MoreVotes(1)
        hall.votes("Dias", case.id, Ruling.SCAM)
        decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.SCAM, now=hall.now)
        scores = {each.name: (each.share.hits, each.share.of) for each in accuracy.ranking(hall.register)}
        assert scores == {"Arman": (1, 1), "Bota": (1, 1), "Dias": (0, 1), "Erlan": (1, 1)}

    def test_whoever_chose_it_is_not_proved_right_by_it(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        for name in ("Gulnar", "Bota"):
            hall.votes(name, case.id)
        gold.use(hall.register, case.id, by=hall.people["Gulnar"], now=hall.now)
        assert [each.name for each in accuracy.ranking(hall.register)] == ["Bota"]
