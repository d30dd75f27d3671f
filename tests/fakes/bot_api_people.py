"""People and groups on the other side of the Bot API fake: what they do becomes updates, what the bot sends them they see."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Push = Callable[..., dict[str, Any]]
"""Takes one field of Update by name and returns the whole update, which is on its way then."""

PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message of the bot as it stands on somebody's screen: plain text and labels, whatever the markup was."""

    message_id: int
    text: str
    buttons: Sequence[Sequence[Mapping[str, Any]]]
    raw: Mapping[str, Any]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]


@dataclass(kw_only=True, eq=False)
class Group:
    """A group or channel the bot is in; `sees` is what stands there by the bot. `moved_to`: it is another chat now."""

    id: int
    title: str
    type: str = "supergroup"
    sees: list[Seen] = field(default_factory=list)
    has_started: bool = True
    has_blocked: bool = False
    moved_to: int | None = None

    @property
    def as_chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": self.type, "title": self.title}

    def is_shown(self, seen: Seen) -> None:
        self.sees.append(seen)


@dataclass(kw_only=True, eq=False)
class Person:
    """Somebody in a private chat with the bot. Verbs are what they do; `sees` is what stands in the chat by the bot."""

    id: int
    name: str
    push: Push
    language: str | None = None
    is_bot: bool = False
    sees: list[Seen] = field(default_factory=list)
    has_started: bool = False
    has_blocked: bool = False
    _read: int = 0
    _last: int = 0
    _shown: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def as_user(self) -> dict[str, Any]:
        user = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        return user | ({"language_code": self.language} if self.language else {})

    @property
    def as_chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.name}

    def writes(self, text: str, *, to: Group | None = None, **also: Any) -> dict[str, Any]:
        return self._says(to, text=text, **also)

    def forwards(self, text: str, *, by: str = "Kaspi Bank") -> dict[str, Any]:
        """A message of somebody whose account is hidden."""
        origin = {"type": "hidden_user", "sender_user_name": by, "date": 1_700_000_000}
        return self._says(None, text=text, forward_origin=origin)

    def edits(self, text: str) -> dict[str, Any]:
        """The last message of theirs."""
        return self._says(None, update="edited_message", message_id=self._last, edit_date=1_800_000_100, text=text)

    def sends(self, **content: Any) -> dict[str, Any]:
        """Any kind of message, by its field of Message: `aigul.sends(voice={…})`, `aigul.sends(photo=[…], caption="…")`."""
        return self._says(None, **content)

    def sends_voice(self) -> dict[str, Any]:
        return self.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})

    def sends_photo(self, caption: str = "") -> dict[str, Any]:
        photo = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]
        return self.sends(photo=photo, **({"caption": caption} if caption else {}))

    def presses(self, label: str, *, there: "Group | None" = None) -> dict[str, Any]:
        """The button with this label, on the youngest message that has it, in their own chat or in a group."""
        for seen in reversed(there.sees if there else self.sees):
            for row in seen.buttons:
                for button in row:
                    if button["text"] == label:
                        return self.presses_data(button["callback_data"], on=seen.raw)
        raise LookupError(f"{self.name} sees no button «{label}»; there are {[seen.labels for seen in self.sees]}")

    def presses_data(self, data: str, *, on: Mapping[str, Any]) -> dict[str, Any]:
        """A button that may not be there any more, or never was."""
        return self.push(callback_query={"from": self.as_user, "message": on, "chat_instance": str(self.id), "data": data})

    def blocks(self, *, notice: bool = True) -> None:
        """`notice=False`: the update about it was lost, and the bot learns it from a 403."""
        self.has_blocked = True
        if notice:
            self._becomes("kicked", before="member")

    def unblocks(self) -> None:
        self.has_blocked = False
        self._becomes("member", before="kicked")

    async def hears(self, count: int = 1) -> list[Seen]:
        """The next `count` messages not yet heard; fails after ten seconds."""
        try:
            async with asyncio.timeout(PATIENCE):
                while len(self.sees) < self._read + count:
                    self._shown.clear()
                    await self._shown.wait()
        except TimeoutError:
            raise AssertionError(f"{self.name} waited for {count} messages, {len(self.sees) - self._read} came") from None
        heard = self.sees[self._read : self._read + count]
        self._read += count
        return heard

    def is_shown(self, seen: Seen) -> None:
        self.sees.append(seen)
        self._shown.set()

    async def hears_text(self) -> str:
        (seen,) = await self.hears()
        return seen.text

    def _says(self, to: Group | None, *, update: str = "message", **content: Any) -> dict[str, Any]:
        if to is None:
            self.has_started = True
        chat = to.as_chat if to else self.as_chat
        pushed = self.push(**{update: {"date": 1_800_000_000, "chat": chat, "from": self.as_user, **content}})
        self._last = pushed[update]["message_id"]
        return pushed

    def _becomes(self, status: str, *, before: str) -> None:
        bot = {"id": 7_000_000_001, "is_bot": True, "first_name": "Сақ бол"}

        def member(which: str) -> dict[str, Any]:
            return {"status": which, "user": bot} | ({"until_date": 0} if which == "kicked" else {})

        self.push(
            my_chat_member={
                "chat": self.as_chat,
                "from": self.as_user,
                "date": 1_800_000_000,
                "old_chat_member": member(before),
                "new_chat_member": member(status),
            }
        )
