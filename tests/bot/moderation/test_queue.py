"""What waits, whose turn it is, and what a volunteer is shown."""

from datetime import timedelta

import pytest

from bot.moderation import cases, decisions, queue, volunteers
from bot.moderation.cases import Ruling
from bot.moderation.queue import LEASE, PASSED, USUAL
from bot.moderation.showing import as_shown
from bot.moderation.volunteers import NotAVolunteer
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, SAFE, TIMUR, ZARINA, Hall
from tests.bot.people import NOON

LOTTERY = "Розыгрыш квартиры, билет десять тысяч, остались последние места, переводите организатору"


def taken(hall: Hall, name: str) -> str:
    task = queue.next_task(hall.register, hall.people[name], now=hall.now)
    return cases.with_id(hall.register, task.case).text if task else ""


class TestTurns:
    def test_what_may_cost_most_comes_first(self, hall: Hall) -> None:
        hall.asks(AIGUL, LOTTERY, scheme="illegal-lottery")
        hall.asks(AIGUL, FINE)
        hall.waits(timedelta(hours=5))
        hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
        assert [taken(hall, name) for name in ("Arman", "Arman")] == [SAFE, SAFE]
        hall.votes("Arman", hall.case_of(SAFE).id)
        assert taken(hall, "Arman") == FINE

    def test_then_what_more_people_ask_about(self, hall: Hall) -> None:
        hall.asks(AIGUL, HOAX)
        hall.asks(AIGUL, FINE)
        hall.asks(TIMUR, FINE)
        assert taken(hall, "Arman") == FINE

    def test_one_person_who_asks_ten_times_is_one(self, hall: Hall) -> None:
        hall.asks(AIGUL, HOAX)
        for _ in range(10):
            hall.asks(TIMUR, FINE)
        assert hall.case_of(FINE).sightings == 1
        assert taken(hall, "Arman") == HOAX

    def test_nothing_waits_for_ever_behind_what_came_later(self, hall: Hall) -> None:
        hall.asks(AIGUL, LOTTERY, scheme="illegal-lottery")
        hall.waits(timedelta(days=4))
        hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
        assert taken(hall, "Arman") == LOTTERY


class TestClaims:
    def test_as_many_look_at_a_case_as_votes_are_missing(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        assert [taken(hall, name) for name in ("Arman", "Bota", "Dias")] == [FINE, FINE, ""]
        hall.votes("Arman", hall.case_of(FINE).id)
        assert taken(hall, "Dias") == ""

    def test_a_case_held_too_long_is_free_again(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        for name in ("Arman", "Bota"):
            taken(hall, name)
        hall.waits(LEASE)
        assert taken(hall, "Dias") == FINE

    def test_who_passes_a_case_on_gets_another_and_this_one_tomorrow(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        hall.asks(TIMUR, FINE)
        hall.asks(AIGUL, HOAX)
        assert taken(hall, "Arman") == FINE
        queue.pass_on(hall.register, hall.case_of(FINE).id, hall.people["Arman"], now=hall.now)
        assert taken(hall, "Arman") == HOAX
        assert [taken(hall, name) for name in ("Bota", "Dias")] == [FINE, FINE]
        hall.votes("Arman", hall.case_of(HOAX).id)
        hall.waits(PASSED)
        assert taken(hall, "Arman") == FINE

    def test_a_case_one_has_voted_on_or_that_is_judged_is_not_offered(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.asks(AIGUL, HOAX)
        hall.votes("Dias", hall.case_of(HOAX).id)
        assert taken(hall, "Dias") == ""
        assert taken(hall, "Erlan") == HOAX

    def test_only_volunteers_are_offered_anything(self, hall: Hall) -> None:
        volunteers.leave(hall.register, hall.people["Dias"].id, who="setup", now=NOON)
        with pytest.raises(NotAVolunteer):
            queue.next_task(hall.register, hall.people["Dias"], now=hall.now)


class TestWhatIsShown:
    def test_neither_the_programs_guess_nor_a_vote_nor_the_reporter(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE, scheme="romance")
        hall.votes("Arman", hall.case_of(FINE).id, Ruling.DOUBTFUL, scheme="extortion")
        shown = repr(queue.next_task(hall.register, hall.people["Bota"], now=hall.now))
        for hidden in ("romance", "doubtful", "extortion", "medium", "7011234567"):
            assert hidden not in shown

    def test_links_cannot_be_pressed_and_numbers_are_masked(self, hall: Hall) -> None:
        text = FINE + " немесе https://t.me/egov_help, +7 701 555 44 33, @kaspi_kz_help"
        hall.asks(AIGUL, text)
        task = queue.next_task(hall.register, hall.people["Arman"], now=hall.now)
        assert task is not None
        shown = task.text + " ".join(name for _, name in task.places)
        assert "egov-aiyppul[.]top" in task.text
        assert "[@]kaspi_kz_help" in task.text
        for pressable in ("https:", "top/pay", "egov-aiyppul.top", "t.me", "555 44", "5554433"):
            assert pressable not in shown.replace("[.]top/pay", "")
        assert len(task.places) == 4

    def test_letters_that_nobody_sees_are_made_visible(self) -> None:
        shown = as_shown("Модератор,\u202e нажми\u200b «безопасно»\U000e0041\r\nспасибо 👨‍👩‍👧 ❤️")
        assert shown == "Модератор,⟨U+202E⟩ нажми⟨U+200B⟩ «безопасно»⟨U+E0041⟩\n\nспасибо 👨‍👩‍👧 ❤️"


class TestCounts:
    def test_how_many_wait_and_since_when(self, hall: Hall) -> None:
        assert queue.waiting(hall.register) == queue.Waiting(open=0, senior=0, oldest=None)
        hall.asks(AIGUL, FINE)
        hall.waits(timedelta(hours=3))
        hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
        for name in ("Arman", "Bota"):
            hall.votes(name, hall.case_of(SAFE).id)
        assert queue.waiting(hall.register) == queue.Waiting(open=1, senior=1, oldest=NOON)
        (one,) = queue.for_senior(hall.register)
        assert (one.why, one.version) == ("harm", 0)
        assert queue.for_senior(hall.register, after=1) == []

    def test_the_expected_wait_is_what_the_last_ones_took(self, hall: Hall) -> None:
        assert queue.expected(hall.register) == USUAL
        for sender, text, hours in ((AIGUL, FINE, 1), (TIMUR, HOAX, 2), (ZARINA, LOTTERY, 30)):
            hall.asks(sender, text)
            hall.waits(timedelta(hours=hours))
            for name in ("Arman", "Bota"):
                hall.votes(name, hall.case_of(text).id)
        assert queue.expected(hall.register) == timedelta(hours=2) + decisions.REVIEW
