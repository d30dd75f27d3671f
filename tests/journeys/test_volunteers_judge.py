"""A citizen asks people, people judge, and everybody who asked is told once: Telegram is the strict fake, the rest is ours.

Where no buttons are pressed the volunteers call the `bot.moderation` functions that the buttons and the pages call.
"""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.message import Door
from bot.moderation import decisions, telling
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.quorum import Decided, MoreVotes
from bot.moderation.teller import Teller
from bot.pictures.reading import Reader
from bot.reception import Reception
from bot.telegram import Telegram
from broadcaster import consent, database
from broadcaster.addresses import AddressKey, Channel, normalise
from broadcaster.consent import Origin
from broadcaster.database import Connection
from content import library
from content.language import Language
from tests.bot.moderation.chat import the_chat
from tests.bot.moderation.hall import Hall
from tests.bot.people import NOON, TaughtEar, new_register
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_people import Person

WORDS = library.load()
OFFER = "Поздравляем, вы прошли отбор: пишите куратору, первая неделя обучения бесплатная, место закрепим сегодня"
EDITED = OFFER.replace("сегодня", "завтра") + " 🔥"
SCHEME = "task-job"


def phrase(key: str, **fields: object) -> str:
    return WORDS.phrase(key, Language.RU, **fields)


class Time:
    """Telegram's: ten seconds go by between two looks at it, unless it stands still."""

    def __init__(self) -> None:
        self.now, self.step = 0.0, 10.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@dataclass(kw_only=True)
class Town:
    """Aigul and Berik at Telegram, the volunteers in their hall, and the one clock that all of ours go by."""

    api: BotApi
    hall: Hall
    folder: Path
    telegram: Telegram
    aigul: Person
    berik: Person
    zarina: Person
    time: Time

    def open_register(self) -> Connection:
        return database.open(f"sqlite:///{self.folder / 'saqbol.db'}", AddressKey(b"k" * 32))

    async def tells(self) -> None:
        """Another process's teller, as after a restart; it looks until nobody is due."""
        teller = Teller(self.open_register, {Door.TELEGRAM: self.telegram}, WORDS, clock=lambda: self.hall.now)
        while await teller.look():
            pass

    async def asks_people(self, person: Person, text: str) -> str:
        """The ticket."""
        person.writes(text)
        await person.hears()
        person.presses(phrase("button_talk_to_person"))
        await person.hears()
        person.presses(phrase("button_ticket_yes"))
        said = await person.hears_text()
        assert "2026-" in said
        return said.split("Номер: ")[1][:11]

    def votes(self, *names: str, ruling: Ruling = Ruling.SCAM, sure: bool = True) -> list[object]:
        case = self.hall.case_of(OFFER).id
        return [self.hall.votes(name, case, ruling, scheme=SCHEME, sure=sure) for name in names]

    def corrected(self, ruling: Ruling) -> None:
        gulnar = self.hall.people["Gulnar"]
        decisions.correct(self.hall.register, self.hall.case_of(OFFER).id, by=gulnar, ruling=ruling, now=self.hall.now)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    register = new_register(tmp_path)
    hall = Hall(register)
    time = Time()

    def conversation() -> Conversation:
        own = database.open(f"sqlite:///{tmp_path / 'saqbol.db'}", AddressKey(b"k" * 32))
        return Conversation(library=WORDS, ear=TaughtEar({}), register=own, chance=random.Random(7))

    reception = Reception(conversation, WORDS)
    async with BotApi(clock=time).on_loopback() as api:
        await reception.open()
        telegram = Telegram(reception, Reader(), token=TOKEN, api=api.url, public_url="", clock=lambda: hall.now)
        running = asyncio.create_task(telegram.run())
        aigul, berik, zarina = (api.person(name, language="ru") for name in ("Айгуль", "Берик", "Зарина"))
        yield Town(api=api, hall=hall, folder=tmp_path, telegram=telegram, aigul=aigul, berik=berik, zarina=zarina, time=time)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await telegram.close()
        reception.close()
        assert api.broken_rules == []
    register.close()


def date(at: datetime) -> str:
    return at.strftime("%d.%m.%Y")


async def test_from_the_question_to_the_correction_each_is_told_once(town: Town) -> None:
    ticket = await town.asks_people(town.aigul, OFFER)
    assert isinstance(town.votes("Arman")[0], MoreVotes)
    assert isinstance(town.votes("Bota", sure=False)[0], MoreVotes)
    assert isinstance(town.votes("Dias", sure=False)[0], Decided)
    await town.tells()
    assert len(town.aigul.sees) == 3, "a slip can be corrected for fifteen minutes"

    town.hall.waits(REVIEW)
    await town.tells()
    (told,) = await town.aigul.hears()
    assert told.text.startswith(f"Ответ на ваше обращение {ticket}.")
    assert phrase("ruling_scam", date=date(NOON)) in told.text
    assert "«Поздравляем, вы прошли отбор" in told.text
    card = WORDS.card(SCHEME, Language.RU)
    assert card.name in told.text
    assert f"1. {card.do_now[0]}" in told.text
    assert phrase("button_emergency") in told.labels

    town.berik.writes("/start")
    await town.berik.hears()
    town.berik.presses_data("language:ru", on=town.berik.sees[-1].raw)  # whoever chose something can be written to
    await town.berik.hears()
    for neighbour in (town.berik, town.zarina):
        neighbour.writes(EDITED)
        answer = await neighbour.hears_text()
        assert answer.startswith(phrase("level_scam"))
        assert phrase("how_known_case", date=date(NOON)) in answer

    town.corrected(Ruling.DOUBTFUL)
    town.hall.waits(REVIEW)
    await town.tells()
    await town.tells()
    (corrected,) = await town.aigul.hears()
    assert corrected.text.startswith(f"Поправка к нашему ответу, номер {ticket}:")
    assert phrase("ruling_doubtful", date=date(NOON)) in corrected.text
    assert (await town.berik.hears_text()).startswith("Поправка к нашему ответу")
    assert (len(town.aigul.sees), len(town.berik.sees), len(town.zarina.sees)) == (5, 4, 1)

    town.zarina.writes("Спасибо")
    assert "Поправка к нашему ответу" in await town.zarina.hears_text(), "of a mere question no address is kept"
    for person in (town.aigul, town.berik, town.zarina):
        person.writes("Спасибо")
        assert "Поправка" not in await person.hears_text()


async def test_the_same_with_the_volunteers_own_bot_each_pressing_buttons_in_their_chat(town: Town) -> None:
    ticket = await town.asks_people(town.aigul, OFFER)
    async with the_chat(town.hall, town.folder, with_group=False) as chat:
        for name, sure in (("Arman", "sure"), ("Bota", "unsure"), ("Dias", "sure")):
            told = await chat.votes(name, scheme=SCHEME, sure=sure)
            assert told == chat.said("thanks_decided" if name == "Dias" else "thanks")
    town.hall.waits(REVIEW)
    await town.tells()
    assert (await town.aigul.hears_text()).startswith(f"Ответ на ваше обращение {ticket}.")

    town.zarina.writes(EDITED)
    assert phrase("how_known_case", date=date(NOON)) in await town.zarina.hears_text()
    town.corrected(Ruling.DOUBTFUL)
    town.hall.waits(REVIEW)
    await town.tells()
    assert (await town.aigul.hears_text()).startswith("Поправка к нашему ответу")
    town.zarina.writes("Спасибо")
    assert "Поправка к нашему ответу" in await town.zarina.hears_text()


async def decided(town: Town) -> None:
    await town.asks_people(town.aigul, OFFER)
    town.votes("Arman", "Bota")
    town.hall.waits(REVIEW)


def unknown(town: Town) -> int:
    return telling.unknown(town.hall.register, before=town.hall.now + timedelta(hours=1))


HANGS = """
import asyncio, sys
from datetime import datetime
from bot.message import Door
from bot.moderation.teller import Teller
from broadcaster import database
from broadcaster.addresses import AddressKey
from content import library

class Hangs:
    async def tell(self, to, reply):
        print("called", flush=True)
        await asyncio.sleep(60)

url, now = sys.argv[1:]
teller = Teller(
    lambda: database.open(url, AddressKey(b"k" * 32)), {Door.TELEGRAM: Hangs()}, library.load(),
    clock=lambda: datetime.fromisoformat(now),
)
asyncio.run(teller.look())
"""


async def test_killed_between_the_claim_and_the_end_nobody_is_told_twice(town: Town) -> None:
    await decided(town)
    url = f"sqlite:///{town.folder / 'saqbol.db'}"
    command = (sys.executable, "-c", HANGS, url, town.hall.now.isoformat())
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert process.stdout
    assert await process.stdout.readline() == b"called\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    town.hall.waits(timedelta(days=1))
    await town.tells()
    assert (len(town.aigul.sees), unknown(town)) == (3, 1)
    town.aigul.writes("Спасибо")
    assert "обращение" not in await town.aigul.hears_text()


async def test_an_answer_of_telegrams_that_was_lost_is_not_repeated(town: Town) -> None:
    await decided(town)
    town.api.fails("sendMessage", after_effect=True)
    await town.tells()
    await town.tells()
    assert (len(town.aigul.sees), unknown(town)) == (4, 1)


async def test_what_telegram_turned_away_comes_later(town: Town) -> None:
    await decided(town)
    town.time.step = 0.0  # Telegram takes one message a second for one person
    await town.tells()
    assert len(town.aigul.sees) == 3
    town.time.step = 10.0
    town.hall.waits(timedelta(minutes=10))
    await town.tells()
    assert (len(town.aigul.sees), unknown(town)) == (4, 0)


async def test_who_asked_to_be_forgotten_in_between_is_told_nothing(town: Town) -> None:
    await town.asks_people(town.berik, EDITED)
    await decided(town)
    town.aigul.writes("/forgetme")
    await town.aigul.hears()
    town.aigul.presses(phrase("button_forget_yes"))
    await town.aigul.hears()
    await town.tells()
    assert "Ответ на ваше обращение" in town.berik.sees[-1].text
    town.aigul.writes("Спасибо")
    await town.aigul.hears()
    assert not [seen for seen in town.aigul.sees if "Ответ на ваше обращение" in seen.text]


async def test_who_is_forgotten_between_the_look_and_the_claim_is_not_claimed(town: Town) -> None:
    await town.asks_people(town.berik, EDITED)
    await decided(town)
    due = telling.due(town.hall.register, now=town.hall.now)
    town.aigul.writes("/forgetme")
    await town.aigul.hears()
    town.aigul.presses(phrase("button_forget_yes"))
    await town.aigul.hears()
    claimed = [telling.claim(town.hall.register, each, now=town.hall.now) for each in due]
    assert sorted(claimed) == [False, True]


async def test_a_stop_said_before_the_question_does_not_forbid_its_answer(town: Town) -> None:
    town.aigul.writes("СТОП")
    await town.aigul.hears()
    town.hall.waits(timedelta(hours=1))
    await decided(town)
    await town.tells()
    assert town.aigul.sees[-1].text.startswith("Ответ на ваше обращение")


async def test_after_a_stop_the_answer_waits_for_their_next_word(town: Town) -> None:
    await decided(town)
    stop = Origin(door="telegram", message_id="s", at=town.hall.now)
    consent.stop(town.hall.register, normalise(Channel.TELEGRAM, str(town.aigul.id)), stop)
    await town.tells()
    assert len(town.aigul.sees) == 3
    town.aigul.writes("Спасибо")
    assert "Ответ на ваше обращение" in await town.aigul.hears_text()


async def test_who_blocked_the_bot_is_not_called_again(town: Town) -> None:
    await decided(town)
    town.aigul.blocks(notice=False)
    await town.tells()
    await town.tells()
    asked = town.api.asked("sendMessage")
    assert (len(town.aigul.sees), len(asked)) == (3, 4)
    assert unknown(town) == 0
