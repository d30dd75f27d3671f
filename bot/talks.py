"""What the page in a browser shows of a conversation, and whose it is. In memory only: bounded, forgotten after two hours.

Called by bot.webchat. The cookie holds a random signed id and nothing else; card numbers and codes are masked before all.
"""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from bot.masking import mask
from bot.message import Button, Reply
from content.language import Language

KEEP = timedelta(hours=2)
TALKS = 2_000
TURNS = 24
SHOWN = 1_000
"""Characters shown of what a person pasted; they know the rest."""

COOKIE_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing said; `language` is None for a person's own words. By the `id` chat.js knows what the page already shows."""

    text: str
    language: Language | None = None
    id: str = field(default_factory=lambda: f"turn-{secrets.token_hex(6)}")


@dataclass(slots=True, kw_only=True)
class Talk:
    """One session's page: the last turns, the buttons offered now, the forms already answered (their ids)."""

    language: Language
    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=TURNS))
    buttons: tuple[Button, ...] = ()
    answered: deque[str] = field(default_factory=lambda: deque(maxlen=TURNS))
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def person_says(self, text: str) -> None:
        """Shown back to them shortened, with secrets masked."""
        masked = mask(text).text
        self._add(masked[:SHOWN] + ("…" if len(masked) > SHOWN else ""), None)

    def bot_says(self, reply: Reply) -> None:
        """An empty reply adds nothing. The page speaks the language of the last answer."""
        self.language = reply.language
        if reply.text.strip():
            self._add(reply.text.strip(), reply.language)
            self.buttons = tuple(button for row in reply.buttons for button in row)

    def label_of(self, pressed: str) -> str:
        """What stood on a button that is offered now; empty for any other data."""
        return next((button.label for button in self.buttons if button.data == pressed), "")

    def _add(self, text: str, language: Language | None) -> None:
        if text:
            self.turns.append(Turn(text=text, language=language))


class Badge:
    """Session ids that only we can issue, so that nobody can plant one of theirs on another person."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="saqbol.webchat")

    def new_id(self) -> str:
        return secrets.token_urlsafe(16)

    def cookie_of(self, id: str) -> str:
        return str(self._signer.dumps(id))

    def read(self, cookie: str) -> str:
        """The id; empty for a forged, foreign or old cookie."""
        try:
            id = self._signer.loads(cookie, max_age=int(COOKIE_LIFE.total_seconds()))
        except BadData:
            return ""
        return id if isinstance(id, str) else ""
