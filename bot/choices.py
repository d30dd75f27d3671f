"""Buttons for doors that have none: printed as numbered choices, and a later «2» is the second button.

Called by the Twilio door and the terminal.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.message import Button, Reply
from bot.recent import Recent
from content.library import Library

ROOM = 20_000
KEEP = timedelta(hours=24)
_NUMBER = re.compile(r"[\s№#(]*([1-9][0-9]?)(?:\ufe0f?\u20e3)?[\s.)!]*")


def flat(reply: Reply) -> tuple[Button, ...]:
    """All buttons in the order of their numbers."""
    return tuple(button for row in reply.buttons for button in row)


def printed(reply: Reply, library: Library) -> str:
    """«1. Срочная помощь» and so on, with a word on how to choose; empty when there is nothing to choose."""
    lines = [f"{number}. {button.label}" for number, button in enumerate(flat(reply), start=1)]
    return "\n".join((library.phrase("choose_number", reply.language), *lines)) if lines else ""


class Choices:
    """What each sender was offered last. Lost with the process: then a number is a text like any other."""

    def __init__(self, *, room: int = ROOM, keep: timedelta = KEEP) -> None:
        self._offered: Recent[str, Sequence[Button]] = Recent(room=room, keep=keep)

    def offer(self, sender: str, reply: Reply, *, now: datetime) -> None:
        """An answer without buttons leaves the earlier choices standing: they are still on the screen."""
        if buttons := flat(reply):
            self._offered.put(sender, buttons, now=now)

    def chosen(self, sender: str, text: str, *, now: datetime) -> str:
        """Data of the button whose number this text is; empty when it is no number of a choice."""
        number = _NUMBER.fullmatch(text)
        offered = self._offered.get(sender, now=now) or ()
        if number is None or int(number[1]) > len(offered):
            return ""
        return offered[int(number[1]) - 1].data
