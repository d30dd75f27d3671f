"""A test question on the pages: not a byte tells it from a real message until it is answered, then the right answer is there."""

from datetime import timedelta

import pytest

from bot.moderation import cases, gold
from bot.moderation.cases import CaseId, Ruling
from tests.bot.moderation.hall import AIGUL, FINE, TIMUR, ZARINA
from tests.bot.moderation.pages.conftest import SOMEWHERE, Rooms
from tests.bot.moderation.test_gold import PRIZE, chosen, has_voted_often
from tests.broadcaster.web.desk.conftest import Person

CASE = CaseId(1)


async def put_to(rooms: Rooms, name: str) -> Person:
    """Case 1 is a test question, and their next page shows it."""
    chosen(rooms.hall)
    return await shown_to(rooms, name)


async def shown_to(rooms: Rooms, name: str) -> Person:
    has_voted_often(rooms.hall, name)
    person = rooms.volunteer(name)
    assert "айыппұл" in (await person.get("/moderation")).text
    return person


async def pages_of(person: Person) -> dict[str, tuple[int, str]]:
    csrf = await person.token(SOMEWHERE)
    paths = ("", "/cases/1", "/judged", "/judged?ruling=scam", "/judged?ruling=genuine", "/accuracy")
    shown = {path: await person.get(f"/moderation{path}") for path in paths}
    shown |= {
        words: await person.post("/moderation/judged", {"words": words}, sent_from=SOMEWHERE) for words in ("1", "айыппұл", FINE)
    }
    blank = await person.post("/moderation/cases/1/vote", {"ruling": "", "unsure": "yes"}, sent_from=SOMEWHERE)
    return {path: (answer.status_code, answer.text.replace(csrf, "csrf")) for path, answer in {**shown, "blank": blank}.items()}


class TestBlindness:
    @pytest.mark.parametrize("alone", [False, True], ids=["beside a real one", "where no other waits"])
    async def test_every_page_is_byte_by_byte_that_of_a_real_message(self, rooms: Rooms, alone: bool) -> None:
        """The same case, first as a test question, then as it would wait with the looks it had borrowed."""
        chosen(rooms.hall)
        if not alone:
            rooms.hall.waits(timedelta(hours=3))
            for sender in (AIGUL, TIMUR, ZARINA):
                rooms.hall.asks(sender, PRIZE)
            rooms.hall.waits(timedelta(hours=2))
        dias = await shown_to(rooms, "Dias")
        tested = await pages_of(dias)
        assert (tested[""][0], tested["/cases/1"][0], tested["blank"][0]) == (200, 403, 422)
        looks = rooms.register.execute(
            "SELECT sightings, first_seen FROM known_case ORDER BY state = 'open' DESC LIMIT 1"
        ).fetchone()
        if not alone:
            cases.erase(rooms.register, rooms.hall.case_of(PRIZE).id)
        rooms.register.execute(
            "UPDATE known_case SET state = 'open', gold = NULL, missing = 2, sightings = ?, first_seen = ? WHERE id = 1",
            tuple(looks),
        )
        assert await pages_of(dias) == tested

    async def test_it_does_not_depend_on_the_right_answer(self, rooms: Rooms) -> None:
        dias = await put_to(rooms, "Dias")
        before = await pages_of(dias)
        rooms.register.execute(
            "UPDATE known_case SET gold = 'genuine', verdict = 'genuine', scheme = 'romance', gold_scheme = 'romance', "
            "harm = 'high', scheme_said = 'extortion', version = 4 WHERE id = 1"
        )
        assert await pages_of(dias) == before

    async def test_only_seniors_see_which_ones_they_are(self, rooms: Rooms) -> None:
        rooms.hall.judged(FINE, Ruling.SCAM)
        erlan = rooms.volunteer("Erlan")
        before = (await erlan.get("/moderation/cases/1")).text
        gold.use(rooms.register, CASE, by=rooms.hall.people["Gulnar"], now=rooms.hall.now)
        assert (await erlan.get("/moderation/cases/1")).text == before
        assert "проверочн" not in before.casefold()
        assert "Это сообщение — проверочный вопрос" in (await rooms.volunteer("Gulnar").get("/moderation/cases/1")).text


class TestAnswering:
    async def test_the_right_answer_is_shown_after_ones_own_with_how_it_was_decided(self, rooms: Rooms) -> None:
        dias = await put_to(rooms, "Dias")
        for _ in range(2):
            sent = await dias.post("/moderation/cases/1/vote", {"ruling": "doubtful", "round": "1"}, sent_from=SOMEWHERE)
            assert (sent.status_code, sent.headers["location"]) == (303, "/moderation/cases/1")
        shown = (await dias.get("/moderation/cases/1")).text
        for told in (
            "Это был проверочный вопрос",
            "Верный ответ: <strong>Мошенничество</strong>, ",
            "Вы ответили: <strong>Сомнительно</strong>.",
            "Мошенничество: 2 из 2.",
            "волонтёры вместе",
        ):
            assert told in shown, told
        assert "Сомнительно: 1 из" not in shown, "it is no vote of those that decided"
        assert "проверочный вопрос" not in (await rooms.volunteer("Arman").get("/moderation/cases/1")).text
        figures = (await dias.get("/moderation/accuracy")).text
        assert "Верно 0 из 1 вашего голоса" in figures
        assert "Из них 1 — ответ на проверочный вопрос." in figures

    async def test_whoever_passes_it_or_asks_for_a_senior_is_led_on(self, rooms: Rooms) -> None:
        dias = await put_to(rooms, "Dias")
        rooms.hall.asks(AIGUL, PRIZE)
        asked = await dias.post("/moderation/cases/1/senior", {}, sent_from=SOMEWHERE)
        assert asked.headers["location"] == "/moderation"
        assert "автомобиль" in (await dias.get("/moderation")).text
        assert "Сейчас ничего не ждёт старших." in (await rooms.volunteer("Gulnar").get("/moderation/seniors")).text

    async def test_nobody_votes_on_one_that_was_not_put_to_them(self, rooms: Rooms) -> None:
        await put_to(rooms, "Dias")
        late = await rooms.volunteer("Erlan").post(
            "/moderation/cases/1/vote", {"ruling": "scam", "round": "1"}, sent_from=SOMEWHERE
        )
        assert (late.status_code, "Ваш голос не понадобился" in late.text) == (409, True)


class TestChoosing:
    async def test_a_senior_presses_and_takes_back(self, rooms: Rooms) -> None:
        rooms.hall.judged(FINE, Ruling.SCAM)
        gulnar = rooms.volunteer("Gulnar")
        for act, button, next_button in (
            ("test", "Сделать проверочным вопросом", "Больше не использовать как проверочный вопрос"),
            ("no-test", "Больше не использовать как проверочный вопрос", "Сделать проверочным вопросом"),
        ):
            assert button in (await gulnar.get("/moderation/cases/1")).text
            sent = await gulnar.post(f"/moderation/cases/1/{act}", {}, sent_from="/moderation/cases/1")
            assert (sent.status_code, sent.headers["location"]) == (303, "/moderation/cases/1")
            assert next_button in (await gulnar.get("/moderation/cases/1")).text
        assert not gold.is_used(rooms.register, CASE)

    async def test_others_have_no_button_and_no_right(self, rooms: Rooms) -> None:
        rooms.hall.judged(FINE, Ruling.SCAM)
        dias = rooms.volunteer("Dias")
        assert "проверочным вопросом" not in (await dias.get("/moderation/cases/1")).text
        for act in ("test", "no-test"):
            sent = await dias.post(f"/moderation/cases/1/{act}", {}, sent_from=SOMEWHERE)
            assert (sent.status_code, "Это решают старшие волонтёры." in sent.text) == (403, True)
        assert not gold.is_used(rooms.register, CASE)

    async def test_of_what_waits_nobody_makes_one(self, rooms: Rooms) -> None:
        rooms.hall.asks(AIGUL, FINE)
        gulnar = rooms.volunteer("Gulnar")
        sent = await gulnar.post("/moderation/cases/1/test", {}, sent_from=SOMEWHERE)
        assert (sent.status_code, "Проверочным вопросом может быть только решённое" in sent.text) == (409, True)
        for path in ("cases/99/test", f"cases/{'9' * 40}/no-test"):
            assert (await gulnar.post(f"/moderation/{path}", {}, sent_from=SOMEWHERE)).status_code == 404
