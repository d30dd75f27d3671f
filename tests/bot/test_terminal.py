import io
from datetime import UTC, datetime

from bot.message import Door
from bot.terminal import Terminal
from content import library
from tests.fakes.conversation import Echo

WORDS = library.load()


def terminal(echo: Echo) -> Terminal:
    return Terminal(echo, WORDS, clock=lambda: datetime(2025, 11, 21, 7, 15, tzinfo=UTC))


def test_one_question_gets_the_answer_a_citizen_would_get() -> None:
    echo = Echo()
    answer = terminal(echo).ask("Это мошенники?")
    assert answer.startswith("Вы сказали: Это мошенники?\n\n")
    assert answer.endswith("1. Срочная помощь\n2. Иә\n3. Жоқ")
    assert echo.heard[0].door is Door.TERMINAL


def test_a_conversation_goes_line_by_line_and_numbers_press_buttons() -> None:
    echo = Echo()
    said: list[str] = []
    terminal(echo).talk(io.StringIO("Сәлем\n\n   \n1\n7\n"), said.append)
    assert [(heard.text, heard.pressed) for heard in echo.heard] == [("Сәлем", ""), ("", "emergency"), ("7", "")]
    assert len({heard.message_id for heard in echo.heard}) == 3
    assert len(said) == 3
