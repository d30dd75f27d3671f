"""The volunteers' Telegram as the tests see it: the strict fake, a group, Arman, Bota and the others, and the Cyberbot."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.moderation import volunteers
from bot.moderation.group import Cyberbot, Desk
from bot.moderation.group_reports import GroupReports
from bot.moderation.volunteering import Volunteering
from broadcaster import database
from broadcaster.addresses import AddressKey
from content import desk_words, library
from content.language import Language
from tests.bot.moderation.hall import Hall
from tests.bot.people import TaughtEar
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_people import Group, Person, Seen
from tests.fakes.sleeping import Time

WORDS = desk_words.load()
LIBRARY = library.load()
VOLUNTEERS = ("Arman", "Bota", "Dias", "Erlan", "Gulnar")


@dataclass(kw_only=True)
class Chat:
    """`group` is the volunteers' own; `neighbours` is any other that the bot is in."""

    hall: Hall
    api: BotApi
    time: Time
    group: Group
    neighbours: Group
    people: dict[str, Person]
    ear: TaughtEar = field(default_factory=lambda: TaughtEar({}))

    def label(self, key: str, language: Language = Language.RU) -> str:
        return WORDS.say(f"cyberbot_button_{key}", language)

    def said(self, key: str, language: Language = Language.RU, **fields: object) -> str:
        return WORDS.say(f"cyberbot_{key}", language, **fields)

    async def presses(self, name: str, key: str, *, there: Group | None = None) -> str:
        """What they alone are told for it."""
        await self._stands(self.label(key), there or self.people[name])
        return await self._told(lambda: self.people[name].presses(self.label(key), there=there))

    async def presses_words(self, name: str, label: str) -> str:
        await self._stands(label, self.people[name])
        return await self._told(lambda: self.people[name].presses(label))

    async def presses_data(self, name: str, data: str, *, on: Seen) -> str:
        return await self._told(lambda: self.people[name].presses_data(data, on=on.raw))

    async def votes(self, name: str, ruling: str = "ruling_scam", *, scheme: str = "phishing-link", sure: str = "sure") -> str:
        """In their own chat, from /next to the end."""
        person = self.people[name]
        person.writes("/next")
        await person.hears()
        await self.presses(name, ruling)
        if ruling in ("ruling_scam", "ruling_doubtful"):
            await self.presses_words(name, LIBRARY.card(scheme, Language.RU).name)
        return await self.presses(name, sure)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():  # noqa: ASYNC110 - the Cyberbot works in another thread
                await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """As long as whatever might still come would take."""
        await asyncio.sleep(0.3)

    async def _stands(self, label: str, where: Person | Group) -> None:
        """A card is edited after the press is answered."""
        await self.until(lambda: any(label in seen.labels for seen in where.sees))

    async def _told(self, press: Callable[[], Any]) -> str:
        before = len(self.api.asked("answerCallbackQuery"))
        press()
        await self.until(lambda: len(self.api.asked("answerCallbackQuery")) > before)
        await asyncio.sleep(0.05)
        answers = self.api.asked("answerCallbackQuery")[before:]
        assert len(answers) == 1, "one answer to each press"
        return str(answers[0].get("text", ""))


@asynccontextmanager
async def the_chat(hall: Hall, folder: Path, *, with_group: bool = True, per_chat: float = 30) -> AsyncIterator[Chat]:
    time = Time()
    async with AsyncExitStack() as closing:
        api = await closing.enter_async_context(BotApi(clock=time, per_chat=per_chat).on_loopback())
        group, neighbours = api.group("Еріктілер"), api.group("Көршілер")
        people = {name: api.person(name, language="ru") for name in (*VOLUNTEERS, "Aigul")}
        for name in VOLUNTEERS:
            people[name].has_started = True
            volunteers.enrol(
                hall.register, hall.people[name], senior=name == "Gulnar", telegram=people[name].id, who="setup", now=hall.now
            )
        chat = Chat(hall=hall, api=api, time=time, group=group, neighbours=neighbours, people=people)

        def desk() -> Desk:
            register = database.open(f"sqlite:///{folder / 'saqbol.db'}", AddressKey(b"k" * 32))
            return Desk(volunteering=Volunteering(register, WORDS, LIBRARY), reports=GroupReports(register, WORDS, chat.ear))

        bot = Cyberbot(
            desk, token=TOKEN, api=api.url, group=group.id if with_group else 0, clock=lambda: hall.now, sleep=time.sleep
        )
        running = asyncio.create_task(bot.run())

        async def leave() -> None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await bot.close()

        closing.push_async_callback(leave)
        yield chat
        assert not running.done()
        assert api.broken_rules == []
        assert not any("parse_mode" in sent for _, sent in api.calls)
