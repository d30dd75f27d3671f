"""/moderation/phrases through HTTP: proposed by a button, reviewed by somebody who did not judge, hostile text in quotes."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from bot.moderation import decisions, gold, learning, queue, retraining
from bot.moderation.cases import CaseId, Ruling
from bot.moderation.pages.phrases import PAGE
from bot.moderation.retraining import Workshop
from broadcaster import database
from broadcaster.database import Connection
from content import library
from content.language import Language
from tests.bot.instances import settings_in
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, TIMUR, Hall
from tests.bot.moderation.pages.conftest import KEY, SOMEWHERE, Rooms
from tests.fakes.conversation import Echo

LIST = "/moderation/phrases"
PHRASE = (
    "INSERT INTO phrase (known_case, version, state, intent, language, text, proposed_at, by, at) "
    "VALUES (?, 1, ?, ?, 'ru', ?, ?, ?, ?)"
)
CASE = (
    "INSERT INTO known_case (text, language, harm, state, missing, verdict, version, turn, first_seen, last_seen, opened_at, "
    "decided_at) VALUES ('x', 'ru', 'low', 'judged', 0, 'scam', 1, 0, ?1, ?1, ?1, ?1)"
)
REPORT = (
    "INSERT INTO report (known_case, asker, door, language, kind, verbatim, wants_answer, at) "
    "VALUES (?, randomblob(32), 'web', 'ru', 'ask', 1, 1, ?)"
)


def phrase(hall: Hall, text: str, *, accepted: bool = False, intent: str = "romance") -> int:
    """Of a case nobody has voted on; returns its id."""
    at = database.instant(hall.now)
    case = hall.register.execute(CASE, [at]).lastrowid
    hall.register.execute(REPORT, [case, at])
    review = ("accepted", hall.people["Erlan"].id, at) if accepted else ("proposed", None, None)
    return hall.register.execute(PHRASE, [case, review[0], intent, text, at, *review[1:]]).lastrowid or 0


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


async def proposed(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.waits(decisions.REVIEW + timedelta(seconds=1))
    found = await rooms.volunteer("Dias").post(f"{LIST}/look", {}, sent_from=LIST)
    assert found.headers["location"] == f"{LIST}?found=1"


async def test_a_button_finds_new_phrases_and_a_second_person_accepts_one(rooms: Rooms) -> None:
    dias = rooms.volunteer("Dias")
    assert "Сейчас проверять нечего." in (await dias.get(LIST)).text
    await proposed(rooms)
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


async def test_who_judged_reads_why_there_are_no_buttons(rooms: Rooms) -> None:
    await proposed(rooms)
    arman = rooms.volunteer("Arman")
    shown = (await arman.get(LIST)).text
    assert "Вы участвовали в решении об этом сообщении" in shown
    assert f"{LIST}/1/" not in shown
    for press in ("accept", "reject"):
        answer = await arman.post(f"{LIST}/1/{press}", {}, sent_from=LIST)
        assert (answer.status_code, "фразу проверяет кто-то другой" in answer.text) == (403, True)
        assert (await arman.get(f"{LIST}/1/{press}")).headers["location"] == LIST, "after choosing a language"
    assert [row["state"] for row in rooms.hall.rows("phrase")] == ["proposed"]


async def test_what_is_reviewed_or_not_there_is_said_calmly(rooms: Rooms) -> None:
    await proposed(rooms)
    dias, erlan = rooms.volunteer("Dias"), rooms.volunteer("Erlan")
    await dias.post(f"{LIST}/1/reject", {}, sent_from=LIST)
    late = await erlan.post(f"{LIST}/1/accept", {}, sent_from=LIST)
    assert (late.status_code, "Эту фразу уже проверили." in late.text) == (409, True)
    absent = await erlan.post(f"{LIST}/77/accept", {}, sent_from=LIST)
    assert (absent.status_code, "Такой фразы нет" in absent.text) == (404, True)


async def test_nobody_reads_who_asked_who_voted_and_who_accepted(rooms: Rooms) -> None:
    await proposed(rooms)
    gulnar = rooms.volunteer("Gulnar")
    shown = (await gulnar.get(LIST)).text
    await rooms.volunteer("Dias").post(f"{LIST}/1/accept", {}, sent_from=LIST)
    shown += (await gulnar.get(LIST)).text
    secrets = (AIGUL, AIGUL[-7:], rooms.hall.reporter(AIGUL).asker.hex(), "2026-000001", "Arman", "Bota", "Dias", "egov-aiyppul")
    assert [each for each in secrets if each in shown] == []


async def test_hostile_words_stay_words(rooms: Rooms) -> None:
    hostile = '<img src=x onerror=alert(1)> {{ 7 * 7 }} https://evil.example/a "onclick=alert(1) \u202eнад +7 701 555 44 33'
    phrase(rooms.hall, hostile, intent='"><script>alert(1)</script>')
    phrase(rooms.hall, hostile, accepted=True)
    shown = (await rooms.volunteer("Dias").get(LIST)).text
    assert shown.count("&lt;img src=x onerror=alert(1)&gt; {{ 7 * 7 }}") == 2
    assert "evil[.]example" in shown
    assert "⟨U+202E⟩" in shown
    for bad in ("<img", "<script>alert", "https://evil", "555 44 33", "\u202e"):
        assert bad not in shown, bad


async def test_a_long_list_goes_on_where_somebody_left_it(rooms: Rooms) -> None:
    ids = [phrase(rooms.hall, f"фраза {number}") for number in range(PAGE + 2)]
    taught = [phrase(rooms.hall, f"принято {number}", accepted=True) for number in range(PAGE + 1)]
    dias = rooms.volunteer("Dias")
    first = (await dias.get(LIST)).text
    assert "Проверки ждут 52 фразы." in first
    assert (first.count("/accept"), f"{LIST}?after={ids[PAGE - 1]}" in first) == (PAGE, True)
    assert f"{LIST}?after=0&amp;accepted-after={taught[PAGE - 1]}" in first
    for gone in ids[:3]:
        await dias.post(f"{LIST}/{gone}/reject", {}, sent_from=LIST)
    second = (await dias.get(f"{LIST}?after={ids[PAGE - 1]}&accepted-after={taught[PAGE - 1]}")).text
    assert second.count("/accept") == 2, "what was reviewed meanwhile moves no other away"
    assert second.count("/reject") == 3
    answer = await dias.post(f"{LIST}/{ids[PAGE]}/reject", {"after": str(ids[PAGE - 1])}, sent_from=LIST)
    assert answer.headers["location"] == f"{LIST}?after={ids[PAGE - 1]}"
    for odd in ("after=x", "after=-1", f"after={'9' * 40}", "accepted-after=٣", "found=x", f"found={'9' * 15}"):
        assert (await dias.get(f"{LIST}?{odd}")).status_code == 200
    elsewhere = await dias.post(f"{LIST}/{ids[PAGE + 1]}/reject", {"after": "//evil.example"}, sent_from=LIST)
    assert elsewhere.headers["location"] == LIST


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


async def test_whoever_is_no_volunteer_reads_and_reviews_nothing(rooms: Rooms) -> None:
    phrase(rooms.hall, "мне написала девушка и просит денег")
    marat = rooms.volunteer("Marat")
    for answer in (
        await marat.get(LIST),
        await marat.post(f"{LIST}/look", {}, sent_from=SOMEWHERE),
        await marat.post(f"{LIST}/1/accept", {}, sent_from=SOMEWHERE),
        await marat.post(f"{LIST}/1/reject", {}, sent_from=SOMEWHERE),
    ):
        assert (answer.status_code, "Вас ещё не записали в волонтёры." in answer.text) == (403, True)
        assert "девушка" not in answer.text
    assert [row["state"] for row in rooms.hall.rows("phrase")] == ["proposed"]


async def test_whoever_holds_a_test_question_cannot_read_its_answer_here(rooms: Rooms) -> None:
    await proposed(rooms)
    gold.use(rooms.register, CaseId(1), by=rooms.hall.people["Gulnar"], now=rooms.hall.now)
    rooms.hall.asks(TIMUR, HOAX, scheme=None)
    dias = rooms.volunteer("Dias")
    until = database.instant(rooms.hall.now + queue.LEASE)
    claim = "INSERT INTO claim (known_case, staff, until, passed) VALUES (1, ?, ?, 0)"
    rooms.register.execute(claim, [rooms.hall.people["Dias"].id, until])
    assert "silteme" not in (await dias.get(LIST)).text
    assert "silteme" in (await rooms.volunteer("Erlan").get(LIST)).text
