"""New phrases are looked for by a button, where the texts are that they are compared with, and nobody waits meanwhile."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from bot.moderation import decisions, learning, retraining
from bot.moderation.cases import Ruling
from bot.moderation.retraining import Workshop
from broadcaster.database import Connection
from content import library
from content.language import Language
from tests.bot.instances import settings_in
from tests.bot.moderation.hall import FINE, Hall
from tests.bot.moderation.pages.conftest import KEY, SOMEWHERE, Rooms
from tests.bot.moderation.phrases import phrase
from tests.fakes.conversation import Echo

LIST = "/moderation/phrases"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A small project."""
    made = Workshop(tmp_path / "project")
    for intent, text in (("phishing-link", "штраф оплатите по ссылке"), ("genuine_message", "ваш заказ приедет завтра")):
        (made.data / "ru").mkdir(parents=True, exist_ok=True)
        block = f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n    - {text}\n'
        (made.data / "ru" / f"{intent}.yml").write_text(block, encoding="utf-8")
    for name in ("held_out", "canary"):
        (made.evaluation / name).mkdir(parents=True)
        row = {"id": name, "label": "genuine", "text": "Апа, мен үйдемін"}
        (made.evaluation / name / "texts.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return made


@pytest.fixture
async def rooms(hall: Hall, register: Connection, tmp_path: Path, workshop: Workshop) -> AsyncIterator[Rooms]:
    settings = settings_in(tmp_path, address_key=KEY)
    application = app.build(settings, opening=lambda settings, words: Echo(), workshop=workshop, clock=lambda: hall.now)
    made = Rooms(application, register)
    made.hall, made.now = hall, hall.now
    async with application.router.lifespan_context(application):
        yield made
        await made.close()


async def test_a_button_finds_new_phrases_and_a_second_person_accepts_one(rooms: Rooms) -> None:
    dias = rooms.volunteer("Dias")
    assert "Сейчас проверять нечего." in (await dias.get(LIST)).text
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.waits(decisions.REVIEW + timedelta(seconds=1))
    answer = await dias.post(f"{LIST}/look", {}, sent_from=LIST)
    assert answer.headers["location"] == f"{LIST}?found=1"
    shown = (await dias.get(f"{LIST}?found=1")).text
    scheme = library.load().card("phishing-link", Language.RU).name
    found = ("Найдена 1 новая фраза.", "Проверки ждёт 1 фраза.")
    for told in (*found, "silteme[.]example", "русский", "/moderation/cases/1", scheme):
        assert told in shown, told
    assert "silteme.example" not in shown
    answer = await dias.post(f"{LIST}/1/accept", {"after": "0"}, sent_from=LIST)
    assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    assert [each.id for each in learning.accepted(rooms.register)] == [1]
    shown = (await dias.get(LIST)).text
    assert "Приняты, но ещё не выучены" in shown
    assert f"{LIST}/1/accept" not in shown
    await dias.post(f"{LIST}/1/reject", {}, sent_from=LIST)
    assert not learning.accepted(rooms.register)
    assert "Таких фраз нет." in (await dias.get(LIST)).text


async def test_a_visit_alone_looks_for_nothing(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.waits(decisions.REVIEW + timedelta(seconds=1))
    await rooms.volunteer("Dias").get(LIST)
    assert not rooms.hall.rows("phrase")


async def test_pressed_by_many_at_once_each_judgement_is_looked_at_once(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.waits(decisions.REVIEW + timedelta(seconds=1))
    people = [rooms.volunteer(name) for name in ("Dias", "Erlan", "Gulnar", "Arman")]
    answers = await asyncio.gather(*(each.post(f"{LIST}/look", {}, sent_from=LIST) for each in people))
    assert {each.status_code for each in answers} == {303}
    assert len(rooms.hall.rows("phrase")) == 1


async def test_a_look_keeps_no_other_page_waiting(rooms: Rooms, workshop: Workshop) -> None:
    """The look stands still in the middle of its reading, as long as nobody writes into the pipe."""
    pipe = workshop.data / "ru" / "slow.yml"
    os.mkfifo(pipe)
    dias, erlan = rooms.volunteer("Dias"), rooms.volunteer("Erlan")
    fields = {"csrf": await dias.token(SOMEWHERE)}
    look = asyncio.create_task(dias.client.post(f"{LIST}/look", data=fields))
    try:
        for path in (SOMEWHERE, LIST, "/moderation"):
            assert (await asyncio.wait_for(erlan.get(path), timeout=30)).status_code == 200
        assert not look.done()
    finally:
        await asyncio.to_thread(pipe.write_text, "nlu: []\n", encoding="utf-8")
    assert (await look).headers["location"] == f"{LIST}?found=0"


async def test_what_is_learnt_is_no_longer_shown(rooms: Rooms, workshop: Workshop) -> None:
    phrase(rooms.hall, "мне написала девушка и просит денег", accepted=True)
    dias = rooms.volunteer("Dias")
    assert "мне написала девушка" in (await dias.get(LIST)).text
    retraining.put_learned(workshop, retraining.files_of(learning.accepted(rooms.register)))
    phrase(rooms.hall, "вторая # phrase 1: фраза", accepted=True)
    shown = (await dias.get(LIST)).text
    assert ("мне написала девушка" in shown, "вторая # phrase 1" in shown) == (False, True)
    retraining.put_learned(workshop, retraining.files_of(learning.accepted(rooms.register)))
    assert "Таких фраз нет." in (await dias.get(LIST)).text


async def test_where_the_texts_are_absent_that_is_said_and_the_rest_works(rooms: Rooms, workshop: Workshop) -> None:
    phrase(rooms.hall, "мне написала девушка и просит денег")
    workshop.nlu.rename(workshop.root / "elsewhere")
    dias = rooms.volunteer("Dias")
    shown = (await dias.get(LIST)).text
    assert "На этом сервере нет текстов" in shown
    assert f"{LIST}/look" not in shown
    assert "мне написала девушка" in shown
    refused = await dias.post(f"{LIST}/look", {}, sent_from=LIST)
    assert (refused.status_code, "искать новые фразы здесь нельзя" in refused.text) == (409, True)
