"""Whoever cannot be written to hears what volunteers found beside the answer to their next message."""

import pytest

from bot.conversation import Conversation
from bot.message import Door
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from broadcaster.database import Connection
from content.language import Language
from content.library import Library
from tests.bot.moderation.hall import FINE, HOAX, Hall
from tests.bot.people import Person

ANSWER = "Ответ на ваше обращение 2026-000001."


@pytest.fixture
def hall(register: Connection) -> Hall:
    return Hall(register)


@pytest.fixture
def browser(conversation: Conversation) -> Person:
    return Person(conversation, sender="session-1", door=Door.WEB)


def decided(hall: Hall, browser: Person, text: str, ruling: Ruling) -> None:
    hall.asks(browser.sender, text, door=Door.WEB)
    for name in ("Arman", "Bota"):
        hall.votes(name, hall.case_of(text).id, ruling)
    hall.waits(REVIEW)
    browser.now = hall.now


def test_a_browser_that_comes_back_hears_it_once(hall: Hall, browser: Person, words: Library) -> None:
    decided(hall, browser, FINE, Ruling.SCAM)
    said = browser.writes("/schemes").text
    assert said.startswith(words.answer("ask_scheme", Language.RU))
    assert ANSWER in said
    assert "«Сізде төленбеген айыппұл бар" in said
    assert ANSWER not in browser.writes("Спасибо").text


def test_it_is_told_in_the_language_spoken_now(hall: Hall, browser: Person) -> None:
    decided(hall, browser, FINE, Ruling.SCAM)
    browser.sends_data("language:kk")
    assert "2026-000001 нөмірлі өтінішіңізге жауап" in browser.writes("/mydata").text


def test_first_aid_and_a_stop_come_alone(hall: Hall, browser: Person, words: Library) -> None:
    decided(hall, browser, FINE, Ruling.SCAM)
    assert browser.writes("я назвала код").text == words.answer("emergency_told_code", Language.RU)
    assert browser.writes("СТОП").text == words.answer("stopped", Language.RU)
    assert browser.writes("/forgetme").text == words.answer("forget_ask", Language.RU)
    assert ANSWER in browser.writes("Спасибо").text


def test_nothing_is_cleared_under_a_message_that_is_blamed(hall: Hall, browser: Person) -> None:
    decided(hall, browser, HOAX, Ruling.HOAX)
    assert ANSWER not in browser.writes(HOAX + " Заказать подвоз: kaspi-voda.top").text
    assert ANSWER in browser.writes("Спасибо").text


def test_who_asked_the_same_again_heard_it_as_a_known_case(hall: Hall, browser: Person) -> None:
    decided(hall, browser, FINE, Ruling.SCAM)
    assert ANSWER not in browser.writes(FINE).text
    assert ANSWER not in browser.writes("Спасибо").text
