"""What a citizen is told of a message that volunteers have judged, and how they hand one over to them."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.message import Door
from bot.moderation.cases import Ruling, State
from bot.moderation.decisions import REVIEW
from bot.understanding import NoEar
from broadcaster import segments
from broadcaster.database import Connection
from broadcaster.segment_rules import ReportersOf
from content.language import Language
from content.library import Library
from tests.bot.moderation.hall import HOAX, TIMUR, Hall
from tests.bot.people import Person, TaughtEar

RUMOUR = "Завтра во всем городе на три дня отключат воду — наберите воды и передайте всем соседям, сын работает в водоканале 🙏"
OFFER = "Поздравляем, вы прошли отбор: пишите куратору, первая неделя обучения бесплатная, место закрепим сегодня"
DATE = "21.11.2026"


@pytest.fixture
def hall(register: Connection) -> Hall:
    return Hall(register)


def judged(hall: Hall, aigul: Person, text: str, ruling: Ruling) -> None:
    """And its review time is over."""
    hall.judged(text, ruling)
    hall.waits(REVIEW)
    aigul.now = hall.now


class TestAJudgedCase:
    def test_a_copy_of_a_scam_is_one_at_once_and_people_are_said_to_have_looked(
        self, aigul: Person, hall: Hall, words: Library
    ) -> None:
        assert not aigul.writes(OFFER).text.startswith(words.phrase("level_scam", Language.RU))
        judged(hall, aigul, OFFER, Ruling.SCAM)
        reply = aigul.writes(OFFER.replace("сегодня", "завтра") + " 🔥")
        assert reply.text.startswith(words.phrase("level_scam", Language.RU))
        assert words.card("phishing-link", Language.RU).name in reply.text
        assert words.phrase("known_case", Language.RU) in reply.text
        assert words.phrase("how_known_case", Language.RU, date=DATE) in reply.text
        assert words.phrase("how_automatic", Language.RU) not in reply.text

    def test_of_the_very_words_it_is_said_that_they_were_checked(self, aigul: Person, hall: Hall, words: Library) -> None:
        judged(hall, aigul, OFFER, Ruling.DOUBTFUL)
        reply = aigul.writes(OFFER)
        assert reply.text.startswith(words.phrase("level_doubtful", Language.RU))
        assert words.phrase("how_volunteers", Language.RU, date=DATE) in reply.text

    def test_a_rumour_is_not_true_and_no_danger(self, aigul: Person, hall: Hall, words: Library) -> None:
        judged(hall, aigul, HOAX, Ruling.HOAX)
        reply = aigul.writes(RUMOUR)
        how = words.phrase("how_volunteers", Language.RU, date=DATE)
        assert reply.text == words.answer("verdict_hoax", Language.RU, how_we_know=how, notes=[])
        assert reply.text.startswith("Это неправда, опасности нет.")

    def test_a_link_added_to_a_cleared_text_is_not_cleared(self, aigul: Person, hall: Hall, words: Library) -> None:
        judged(hall, aigul, HOAX, Ruling.HOAX)
        reply = aigul.writes(HOAX + " Заказать подвоз: kaspi-voda.top")
        assert "опасности нет" not in reply.text
        assert words.phrase("how_automatic", Language.RU) in reply.text

    def test_a_proof_of_fraud_is_not_voted_away(self, aigul: Person, hall: Hall, words: Library) -> None:
        text = "Заберите подарок банка до вечера на странице kaspi-bonus.top"
        judged(hall, aigul, text, Ruling.GENUINE)
        reply = aigul.writes(text)
        assert not reply.text.startswith(words.phrase("level_no_signs", Language.RU))
        assert words.phrase("how_automatic", Language.RU) in reply.text

    def test_a_genuine_code_that_resembles_a_fraud_is_not_blamed(self, aigul: Person, hall: Hall, words: Library) -> None:
        judged(hall, aigul, "Код подтверждения 482193. Сообщите его сотруднику банка", Ruling.SCAM)
        reply = aigul.writes("Код подтверждения 771204. Никому не сообщайте его, даже сотруднику банка")
        assert reply.text.startswith(words.phrase("level_no_signs", Language.RU))

    def test_small_talk_that_was_judged_is_answered_as_a_case(
        self, aigul: Person, hall: Hall, ear: TaughtEar, words: Library
    ) -> None:
        ear.taught[HOAX] = [("thanks", 0.9)]
        judged(hall, aigul, HOAX, Ruling.HOAX)
        assert aigul.writes(HOAX).text.startswith("Это неправда")

    def test_an_emergency_in_it_still_comes_first(self, aigul: Person, hall: Hall, words: Library) -> None:
        text = "я перевела им деньги, помогите, сказали что это сотрудник банка и надо спасти счёт"
        judged(hall, aigul, text, Ruling.HOAX)
        assert aigul.writes(text).text == words.answer("emergency_paid_already", Language.RU)

    def test_every_person_who_meets_it_counts(self, aigul: Person, timur: Person, hall: Hall) -> None:
        hall.asks("+77770000001", OFFER)
        for _ in range(2):
            aigul.writes(OFFER)
            timur.writes(OFFER)
        assert hall.case_of(OFFER).sightings == 3


class TestAskingTheVolunteers:
    def test_an_unsure_answer_offers_them_with_the_time_it_takes(self, aigul: Person, hall: Hall, words: Library) -> None:
        aigul.writes(OFFER)
        offered = aigul.presses(words.phrase("button_talk_to_person", Language.RU))
        wait = words.phrase("wait_hours", Language.RU, n=24)
        assert offered.text == words.answer("volunteers_ask", Language.RU, wait=wait)
        assert not hall.rows("known_case")
        kept = aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        assert kept.text == words.answer("ticket_kept", Language.RU, ticket="2026-000001", wait=wait)
        assert hall.case_of(OFFER).state is State.OPEN

    def test_without_consent_nothing_is_handed_over(self, aigul: Person, hall: Hall, words: Library) -> None:
        aigul.writes(OFFER)
        aigul.presses(words.phrase("button_talk_to_person", Language.RU))
        aigul.presses(words.phrase("button_ticket_no", Language.RU))
        assert not hall.rows("known_case")
        assert not hall.rows("contact")

    def test_what_was_judged_meanwhile_is_said_with_the_ticket(self, aigul: Person, hall: Hall, words: Library) -> None:
        aigul.writes(OFFER)
        aigul.presses(words.phrase("button_talk_to_person", Language.RU))
        judged(hall, aigul, OFFER, Ruling.SCAM)
        kept = aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        assert kept.text.endswith(words.phrase("ruling_scam", Language.RU, date=DATE))


class TestReporting:
    @pytest.mark.parametrize(
        "text",
        ["+7 701 555 44 33", "@super_zarabotok_kz", "invest-kz24.top", "счёт KZ86125KZT5004100100", "пишут с чужого номера"],
    )
    def test_a_number_a_name_a_site_an_account_or_a_text_is_taken_with_its_scheme(
        self, aigul: Person, hall: Hall, words: Library, register: Connection, text: str
    ) -> None:
        aigul.sends_data("report")
        aigul.writes(text)
        asked = aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        if words.answer("report_scheme", Language.RU) in asked.text:
            aigul.sends_data(next(data for data in aigul.data if data.endswith(":romance")))
            assert segments.count(register, ReportersOf(scheme="romance")) == 1
        (report,) = hall.rows("report")
        assert report["kind"] == "report"
        assert report["scheme"] is not None
        assert len(hall.rows("known_case")) == 1

    def test_a_scheme_that_does_not_exist_is_an_old_button(self, aigul: Person, words: Library) -> None:
        for data in ("reported:1:nonsense", "reported:1", "reported:x:romance"):
            assert aigul.sends_data(data).text == words.phrase("old_button", Language.RU)


class TestDisagreeing:
    def test_opens_the_case_again_and_that_is_said(self, aigul: Person, timur: Person, hall: Hall, words: Library) -> None:
        judged(hall, aigul, OFFER, Ruling.SCAM)
        timur.now = hall.now
        aigul.writes(OFFER)
        aigul.presses(words.phrase("button_disagree", Language.RU))
        aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        assert hall.case_of(OFFER).round == 2
        seen = timur.writes(OFFER)
        assert seen.text.startswith(words.phrase("level_scam", Language.RU))
        assert words.phrase("looked_at_again", Language.RU) in seen.text


class TestForgetting:
    def test_what_they_alone_handed_over_is_erased(self, aigul: Person, hall: Hall, words: Library) -> None:
        aigul.writes(OFFER)
        aigul.presses(words.phrase("button_talk_to_person", Language.RU))
        aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        aigul.sends_data("forget:yes")
        assert not hall.rows("known_case")
        assert not hall.rows("report")

    def test_their_words_leave_what_others_brought_too(self, aigul: Person, timur: Person, hall: Hall, words: Library) -> None:
        hers = "Мне, Айгуль, написали так: " + OFFER
        for person, text in ((aigul, hers), (timur, OFFER)):
            person.writes(text)
            person.presses(words.phrase("button_talk_to_person", Language.RU))
            person.presses(words.phrase("button_ticket_yes", Language.RU))
        assert [row["text"] for row in hall.rows("known_case")] == [hers]
        aigul.sends_data("forget:yes")
        assert [row["text"] for row in hall.rows("known_case")] == [OFFER]
        assert [row["text"] for row in hall.rows("question")] == [OFFER]


def test_a_register_without_cases_breaks_no_answer(words: Library, tmp_path: Path, register: Connection) -> None:
    """Half a register: the tables of moderation cannot be read."""
    for table in ("sketch", "decision"):
        register.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")
    aigul = Person(Conversation(library=words, ear=NoEar(), register=register), door=Door.TELEGRAM, sender="77")
    reply = aigul.writes("Служба безопасности банка: назовите код из смс, иначе деньги спишут")
    assert reply.text.startswith(words.phrase("level_scam", Language.RU))
    assert "emergency" in aigul.data


def test_the_oldest_person_waits_no_longer_than_is_said(hall: Hall, aigul: Person, words: Library) -> None:
    hall.asks(TIMUR, HOAX)
    hall.waits(timedelta(hours=4, minutes=50))
    for name in ("Arman", "Bota"):
        hall.votes(name, hall.case_of(HOAX).id, Ruling.HOAX)
    aigul.writes(OFFER)
    offered = aigul.presses(words.phrase("button_talk_to_person", Language.RU)).text
    assert words.phrase("wait_hours", Language.RU, n=6) in offered
