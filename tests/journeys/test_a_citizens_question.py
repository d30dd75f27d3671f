"""The first walk, whole: a citizen's message → conversation → ear, register, checks → verdict → words. Real register, real model.

The doors walk it again in journeys of their own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.message import Door
from bot.understanding import ARCHIVE, open_ear
from broadcaster import suspects
from broadcaster.database import Connection
from content import library
from content.language import Language
from content.library import Library
from tests.bot.people import NOON, Person, new_register

pytestmark = pytest.mark.skipif(not ARCHIVE.exists(), reason="nlu/model.tar.gz is not there: train it first")


@pytest.fixture(scope="module")
def words() -> Library:
    return library.load()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Connection]:
    register = new_register(tmp_path)
    yield register
    register.close()


@pytest.fixture(params=[Door.WEB, Door.TERMINAL])
def aigul(request: pytest.FixtureRequest, words: Library, register: Connection) -> Person:
    conversation = Conversation(library=words, ear=open_ear(), register=register)
    return Person(conversation, sender="aigul-at-home", door=request.param)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Здравствуйте, служба безопасности Каспи банка. На вас оформляют кредит, назовите код из SMS, никому не говорите", "ru"),
        ("Сәлеметсіз бе, банктің қауіпсіздік қызметінен. Шотыңыздан ақша шешіліп жатыр, SMS-пен келген кодты айтыңыз", "kk"),
        ("Салеметсиз бе, банктен хабарласып турмын, картаныз бугатталады, смс-тен келген кодты айтыныз тез", "kk"),
        ("Salemetsiz be, Kaspi bankten, kartanyz bugattalady, SMS-ten kelgen kodty aitynyz, eshkimge aitpanyz", "kk"),
        ("Вам положена выплата 85 000 тенге, введите данные карты и CVV: https://egov-kz.top/pay", "ru"),
        ("Hello, bank security here, your account is blocked, tell me the code from the SMS right now", "en"),
    ],
)
def test_a_scam_is_called_a_scam_in_the_language_it_came_in(aigul: Person, words: Library, text: str, language: str) -> None:
    reply = aigul.writes(text)
    assert reply.language is Language(language)
    assert reply.text.startswith(words.phrase("level_scam", Language(language)))
    assert "emergency" in aigul.data


def test_from_the_question_to_the_police_and_back(aigul: Person, words: Library, register: Connection) -> None:
    """Aigul asks, disagrees, is believed and kept; then it turns out that she had told the code already."""
    aigul.writes("Меня просят назвать код из смс, говорят из Халык банка, это правда?")
    aigul.presses(words.phrase("button_disagree", Language.RU))
    aigul.presses(words.phrase("button_ticket_yes", Language.RU))
    assert "2026-000001" in aigul.reply.text
    aigul.writes("я назвала код")
    assert "102" in aigul.reply.text
    assert "1. " in aigul.reply.text
    aigul.presses(words.phrase("button_stop_credit", Language.RU))
    assert aigul.reply.text == words.answer("stop_credit", Language.RU)


def test_a_genuine_code_message_is_not_accused(aigul: Person, words: Library) -> None:
    reply = aigul.writes("Код: 482193. Ешкімге айтпаңыз / Никому не сообщайте. Kaspi.kz")
    assert words.phrase("level_no_signs", reply.language) in reply.text
    assert "482193" not in reply.text


def test_what_a_public_body_listed_is_recognised(aigul: Person, words: Library, register: Connection) -> None:
    suspects.add(
        register,
        suspects.Kind.LINK,
        "tengri-profit.xyz",
        scheme="financial-pyramid",
        source=suspects.Source.PUBLIC_BODY,
        first_seen=NOON,
        now=NOON,
    )
    reply = aigul.writes("Что скажете про tengri-profit.xyz?")
    assert reply.text.startswith(words.phrase("level_scam", Language.RU))
    assert words.card("financial-pyramid", Language.RU).name in reply.text


def test_a_whole_drill_and_a_subscription(aigul: Person, words: Library) -> None:
    aigul.writes("тренировка")
    for _ in range(5):
        aigul.presses(words.phrase("button_drill_fake", Language.RU))
    assert words.phrase("button_drill_again", Language.RU) in [button.label for button in aigul.buttons]
    aigul.writes("/subscribe")
    aigul.presses(words.phrase("button_all_topics", Language.RU))
    assert words.phrase("all_topics", Language.RU) in aigul.reply.text
    aigul.writes("СТОП")
    assert aigul.reply.text == words.answer("stopped", Language.RU)
