"""The teller at its doors: slowly, once, within WhatsApp's day, and never cut off in the middle of a message."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.message import Door, Reply
from bot.moderation import telling
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.teller import A_SECOND, LOOK_EVERY, SESSION, Teller, Voice
from bot.twilio import Voice as TwilioVoice
from broadcaster import database
from broadcaster.addresses import AddressKey, Channel
from broadcaster.channels.outcome import Accepted, Outcome, TryLater
from broadcaster.channels.twilio import Twilio
from content.library import Library
from tests.bot.moderation.hall import AIGUL, FINE, Hall
from tests.fakes.twilio_api import SID, TOKEN, TwilioApi


class Mouth:
    """Takes everything, unless it is told to say something else; `speaks` opens while a message is in hand."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.answers: list[Outcome] = []
        self.speaks, self.may_end = asyncio.Event(), asyncio.Event()
        self.may_end.set()

    async def tell(self, to: str, reply: Reply) -> Outcome:
        self.speaks.set()
        await self.may_end.wait()
        self.told.append((to, reply.text))
        return self.answers.pop(0) if self.answers else Accepted()


class Office:
    """A hall whose decisions are told by a teller with these voices."""

    def __init__(self, hall: Hall, folder: Path, words: Library) -> None:
        self.hall, self.folder, self.words = hall, folder, words
        self.mouth = Mouth()
        self.slept: list[float] = []

    def teller(self, voices: dict[Door, Voice] | None = None) -> Teller:
        return Teller(
            lambda: database.open(f"sqlite:///{self.folder / 'saqbol.db'}", AddressKey(b"k" * 32)),
            voices or {Door.WHATSAPP: self.mouth},
            self.words,
            clock=lambda: self.hall.now,
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    def owes(self, people: int) -> None:
        for number in range(people):
            self.hall.asks(f"+7701000{number:04}", FINE)
        self.hall.judged(FINE, Ruling.SCAM)
        self.hall.waits(REVIEW)


@pytest.fixture
def office(hall: Hall, tmp_path: Path, words: Library) -> Office:
    return Office(hall, tmp_path, words)


async def until(running: asyncio.Task[None], done: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_five_people_a_second_and_no_more(office: Office) -> None:
    office.owes(11)
    running = asyncio.create_task(office.teller().run())
    async with asyncio.timeout(10):
        while LOOK_EVERY not in office.slept:  # noqa: ASYNC110 - the register is in another thread
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert office.slept[:3] == [1.0, 1.0, LOOK_EVERY]
    assert len({to for to, _ in office.mouth.told}) == len(office.mouth.told) == 12 > 2 * A_SECOND


async def test_stopped_in_the_middle_it_finishes_the_message_in_hand_and_no_other(office: Office) -> None:
    office.owes(3)
    office.mouth.may_end.clear()
    running = asyncio.create_task(office.teller().run())
    async with asyncio.timeout(10):
        await office.mouth.speaks.wait()
    running.cancel()
    await asyncio.sleep(0.05)
    office.mouth.may_end.set()
    await asyncio.gather(running, return_exceptions=True)
    assert len(office.mouth.told) == 1
    assert telling.unknown(office.hall.register, before=office.hall.now + timedelta(hours=1)) == 0
    assert len(telling.due(office.hall.register, now=office.hall.now)) == 3


async def test_a_failure_is_not_the_end(office: Office) -> None:
    """A register that could not be opened the first time."""
    office.owes(0)
    teller = office.teller()
    opened = teller._open_register
    failures = iter((database.DatabaseUnavailable("locked"),))

    def once_down() -> database.Connection:
        for failure in failures:
            raise failure
        return opened()

    teller._open_register = once_down
    running = asyncio.create_task(teller.run())
    await until(running, office.mouth.speaks)
    assert office.slept[0] == LOOK_EVERY
    assert [to for to, _ in office.mouth.told] == [AIGUL]


async def test_nobody_is_written_to_on_whatsapp_after_a_day(office: Office) -> None:
    office.owes(0)
    office.hall.waits(SESSION)
    await office.teller().look()
    assert office.mouth.told == []
    asker = office.hall.reporter(AIGUL).asker
    (waiting,) = telling.of_asker(office.hall.register, asker, now=office.hall.now)
    assert waiting.ruling is Ruling.SCAM


async def test_what_the_provider_puts_off_is_said_once_more_then(office: Office) -> None:
    office.owes(0)
    office.mouth.answers = [TryLater(reason="429", seconds=90)]
    for wait in (0, 89, 1, 100):
        office.hall.waits(timedelta(seconds=wait))
        await office.teller().look()
    assert len(office.mouth.told) == 2


async def test_a_door_without_a_voice_owes_on(office: Office) -> None:
    office.owes(0)
    await office.teller({Door.TELEGRAM: office.mouth}).look()
    assert office.mouth.told == []
    await office.teller().look()
    assert [to for to, _ in office.mouth.told] == [AIGUL]


async def test_through_twilio_it_is_a_plain_text_without_a_receipt(office: Office) -> None:
    office.owes(0)
    async with TwilioApi().on_loopback() as api:
        provider = Twilio(
            account_sid=SID, auth_token=TOKEN, api=api.url, public_url="", sms_from="+77000000000", whatsapp_from="+77000000001"
        )
        await office.teller({Door.WHATSAPP: TwilioVoice(provider, Channel.WHATSAPP, office.words)}).look()
        await provider.close()
    (form,) = api.forms
    assert (form["To"], form["From"]) == (f"whatsapp:{AIGUL}", "whatsapp:+77000000001")
    assert form["Body"].startswith("Ответ на ваше обращение 2026-000001.")
    assert "«Сізде төленбеген айыппұл бар" in form["Body"]
    assert "egov-aiyppul.top" not in form["Body"]
    assert form.keys() == {"To", "From", "Body"}
