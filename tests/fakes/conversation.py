"""A conversation that says back what it heard, for tests of doors: all that matters there is what goes in and what comes out."""

from collections.abc import Callable, Sequence

from bot.message import Button, Incoming, Reply
from content.language import Language

BUTTONS = ((Button(label="Срочная помощь", data="emergency"),), (Button(label="Иә", data="yes"), Button(label="Жоқ", data="no")))


def _echo(incoming: Incoming) -> str:
    return f"Вы сказали: {incoming.text or incoming.pressed or incoming.other}"


class Echo:
    """`heard` is every message it was given; `says` replaces the answer's text; `raises` makes it fail."""

    def __init__(self, buttons: Sequence[Sequence[Button]] = BUTTONS) -> None:
        self.heard: list[Incoming] = []
        self.buttons = buttons
        self.language = Language.RU
        self.raises: Exception | None = None
        self.says: Callable[[Incoming], str] = _echo

    def reply_to(self, incoming: Incoming) -> Reply:
        self.heard.append(incoming)
        if self.raises:
            raise self.raises
        return Reply(text=self.says(incoming), language=self.language, buttons=self.buttons)
