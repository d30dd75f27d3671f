"""Of a bare number, account or name nobody learns whether it was reported: so nobody is promised an answer about one."""

import pytest

from bot.moderation import cases, telling
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from broadcaster.database import Connection
from content.language import Language
from content.library import Library
from tests.bot.moderation.hall import AIGUL, TIMUR, Hall
from tests.bot.people import Person

BARE = ["+7 701 555 44 33", "Ахметова Бибигуль", "счёт KZ86125KZT5004100100", "4400 4302 1234 5604", "🙏"]
PUBLIC = ["kaspi-bonus.top", "@super_zarabotok_kz"]


@pytest.fixture
def moderated(register: Connection) -> Hall:
    return Hall(register)


@pytest.mark.parametrize("name", BARE)
def test_nobody_is_promised_an_answer_nor_told_one(hall: Hall, name: str) -> None:
    receipts = [hall.asks(AIGUL, name), hall.reports(TIMUR, name)]
    assert [receipt.promised for receipt in receipts] == [False, False]
    assert [row["wants_answer"] for row in hall.rows("report")] == [0, 0]
    for case in hall.rows("known_case"):
        for voter in ("Arman", "Bota"):
            hall.votes(voter, case["id"])  # type: ignore[arg-type]
    hall.waits(REVIEW)
    assert telling.due(hall.register, now=hall.now) == []


@pytest.mark.parametrize("place", PUBLIC)
def test_of_a_public_place_the_answer_is_promised_and_told(hall: Hall, place: str) -> None:
    assert hall.asks(AIGUL, place).promised
    for voter in ("Arman", "Bota"):
        hall.votes(voter, hall.case_of(place).id)
    hall.waits(REVIEW)
    assert [each.ruling for each in telling.due(hall.register, now=hall.now)] == [Ruling.SCAM]


def test_no_promise_depends_on_what_others_have_reported(hall: Hall) -> None:
    """A word more makes it a message, which never joins the bare name: the sentence beside its ticket would tell of it."""
    hall.judged("Ахметова Бибигуль Сериковна", Ruling.SCAM)
    hall.waits(REVIEW)
    longer = "Ахметова Бибигуль Сериковна обманщица"
    assert cases.find(hall.register, longer) is None
    assert hall.asks(TIMUR, longer).promised


@pytest.mark.parametrize("language", list(Language))
def test_it_is_said_before_they_agree_and_beside_the_ticket(
    moderated: Hall, aigul: Person, words: Library, language: Language
) -> None:
    aigul.sends_data(f"language:{language}")
    aigul.writes("Ахметова Бибигуль")
    (question,) = moderated.rows("question")
    nothing = words.phrase("wait_for_nothing", language)
    assert nothing in aigul.sends_data(f"ticket:{question['id']}:ask").text
    kept = aigul.sends_data(f"ticket:{question['id']}:ticket")
    assert kept.text == words.answer("ticket_kept", language, ticket="2026-000001", wait=nothing)
    assert nothing in aigul.sends_data(f"ticket:{question['id']}:report").text


def test_who_sends_the_message_itself_is_promised_its_answer(moderated: Hall, aigul: Person, words: Library) -> None:
    aigul.writes("Ахметова Бибигуль просит перевести ей предоплату за диван, она пишет в объявлении")
    (question,) = moderated.rows("question")
    kept = aigul.sends_data(f"ticket:{question['id']}:ticket").text
    assert words.phrase("wait_hours", Language.RU, n=24) in kept
