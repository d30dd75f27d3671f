"""A warning of the broadcaster's in Telegram, its button pressed, the bot that hears it: one token and one database for both."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.pictures.reading import Reader
from bot.reception import Reception
from bot.telegram import Telegram
from bot.understanding import NoEar
from broadcaster import consent, database
from broadcaster.addresses import Address, AddressKey, Channel, normalise
from broadcaster.channels import telegram as sending
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language
from content.library import Library
from tests.bot.people import NOON, new_register
from tests.broadcaster.channels.letters import message
from tests.broadcaster.town import town
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_people import Person


@dataclass
class Warned:
    """Aigul, her Kazakh contact in the register, and the campaign whose message she has."""

    api: BotApi
    aigul: Person
    address: Address
    contact: ContactId
    campaign: int
    words: Library
    register: Connection

    @property
    def label(self) -> str:
        return self.words.phrase("button_stop", Language.KK)

    async def is_told_so(self) -> None:
        assert await self.aigul.hears_text() == self.words.answer("stopped", Language.KK)

    def rows(self, table: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self.register.execute(f"SELECT * FROM {table}")]


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Connection]:
    register = new_register(tmp_path)
    yield register
    register.close()


@pytest.fixture
async def warned(register: Connection, words: Library, tmp_path: Path) -> AsyncIterator[Warned]:
    def conversation() -> Conversation:
        own = database.open(f"sqlite:///{tmp_path / 'saqbol.db'}", AddressKey(b"k" * 32))
        return Conversation(library=words, ear=NoEar(), register=own)

    reception = Reception(conversation, words)
    async with AsyncExitStack() as closing:
        api = await closing.enter_async_context(BotApi(per_chat=1_000).on_loopback())
        await reception.open()
        closing.callback(reception.close)
        aigul = api.person("Айгүл", language="ru")
        aigul.has_started = True
        address = normalise(Channel.TELEGRAM, str(aigul.id))
        people = town(register)
        contact = people.person(telegram=address.value, language="kk", consent=("warn",))
        campaign = people.campaign(state="done", started_at=NOON - timedelta(minutes=10))
        await warns(api, words, message(address, language=Language.KK))
        route = route_of(SendingChannel.TELEGRAM, Language.KK)
        register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, 60)", [campaign, contact, route, State.ACCEPTED])
        await aigul.hears()
        bot = Telegram(reception, Reader(), token=TOKEN, api=api.url, public_url="", clock=lambda: NOON)
        running = asyncio.create_task(bot.run())
        yield Warned(api=api, aigul=aigul, address=address, contact=contact, campaign=campaign, words=words, register=register)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await bot.close()
    assert api.broken_rules == []


async def warns(api: BotApi, words: Library, letter: Message) -> None:
    labels = {language: words.phrase("button_stop", language) for language in Language}
    channel = sending.Telegram(token=TOKEN, api=api.url, labels=labels)
    assert isinstance(await channel.send(letter), Accepted)
    await channel.close()


async def test_the_button_stops_says_so_and_is_held_against_the_campaign(warned: Warned) -> None:
    warned.aigul.presses(warned.label)
    await warned.is_told_so()

    assert consent.is_suppressed(warned.register, warned.address)
    assert not warned.api.world.open_queries, "the spinner still turns"
    ((campaign, contact, _, second, _),) = warned.rows("opt_out")
    assert (campaign, contact, second) == (warned.campaign, warned.contact, 540)
    ((_, owner, _, kind, channel, _, door, *_),) = warned.rows("consent_event")
    assert (owner, kind, channel, door) == (warned.contact, "stop", "telegram", "telegram")


async def test_pressed_again_it_is_said_again_and_changes_nothing(warned: Warned) -> None:
    for _ in range(3):
        warned.aigul.presses(warned.label)
        await warned.is_told_so()

    assert len(warned.rows("suppression")) == len(warned.rows("opt_out")) == 1


async def test_under_a_message_too_old_for_telegram_it_still_stops(warned: Warned) -> None:
    warned.aigul.presses_data(sending.STOP, on={"chat": warned.aigul.as_chat, "message_id": 1, "date": 0})
    await warned.is_told_so()

    assert consent.is_suppressed(warned.register, warned.address)
    assert len(warned.rows("opt_out")) == 1
