"""A command is a whole message: a word inside a question is none."""

import pytest

from bot.commands import Commands
from content.library import Library


@pytest.fixture(scope="module")
def commands(words: Library) -> Commands:
    return Commands(words)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("/drill", "drill"),
        ("/drill@saqbol_bot", "drill"),
        ("/start kaspi", "start"),
        ("/HELP", "how_it_works"),
        ("/nonsense", "how_it_works"),
        ("/forgetme", "forget"),
        ("Тренировка", "drill"),
        ("жаттығу!", "drill"),
        ("қазақша", "language:kk"),
        ("По-русски.", "language:ru"),
        ("ENGLISH please", "language:en"),
        ("тіл", "language"),
        ("Мои данные", "my_data"),
        ("Деректерімді өшіру", "forget"),
        ("Виды обмана", "schemes"),
    ],
)
def test_a_command_is_understood(commands: Commands, text: str, data: str) -> None:
    assert commands.meant_by(text) == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "это тренировка?  нет, вопрос",
        "мне звонят по-русски",
        "пришло письмо на английском",
        "удалить мои данные просит сайт",
        "//",
        "/",
        "қазақша хабарлама келді",
    ],
)
def test_a_question_is_no_command(commands: Commands, text: str) -> None:
    assert commands.meant_by(text) is None
