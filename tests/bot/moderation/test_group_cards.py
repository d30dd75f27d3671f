"""Cards in the volunteers' Telegram follow their cases, wherever those were decided."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.moderation import decisions, queue, reports
from bot.moderation.cases import Ruling
from content.language import Language
from tests.bot.moderation.chat import LIBRARY, Chat, the_chat
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, Hall

TRAP = LIBRARY.card("phishing-link", Language.RU).name


@pytest.fixture
async def chat(hall: Hall, tmp_path: Path) -> AsyncIterator[Chat]:
    async with the_chat(hall, tmp_path) as chat:
        yield chat


class TestCards:
    async def test_a_case_decided_on_the_web_is_decided_here_and_a_correction_follows(self, chat: Chat) -> None:
        case = chat.hall.judged(FINE, Ruling.SCAM)
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        case = chat.hall.case_of(HOAX)
        for name in ("Arman", "Bota"):
            chat.hall.votes(name, case.id, Ruling.HOAX)
        await chat.until(lambda: chat.group.sees[0].text.startswith(chat.said("decided_hoax", id=case.id)))
        decisions.correct(chat.hall.register, case.id, by=chat.hall.people["Gulnar"], ruling=Ruling.GENUINE, now=chat.hall.now)
        await chat.until(lambda: chat.group.sees[0].text.startswith(chat.said("decided_genuine", id=case.id)))
        assert len(chat.group.sees) == 1

    async def test_what_its_sender_wants_forgotten_leaves_every_card(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        arman = chat.people["Arman"]
        arman.writes("/next")
        await arman.hears()
        await chat.until(lambda: len(chat.group.sees) == 1)
        reports.forget(chat.hall.register, chat.hall.reporter(AIGUL).asker, now=chat.hall.now)
        await chat.until(lambda: {seen.text for seen in (*chat.group.sees, *arman.sees)} == {chat.said("erased")})

    async def test_the_group_gets_no_more_cards_at_once_than_fit_on_a_screen(self, chat: Chat) -> None:
        for number in range(14):
            chat.hall.asks(
                f"+770112345{number:02}",
                f"{HOAX} {'абвгдежзийклмн'[number] * 9} {number * 7919} {HOAX[::-1][number:]}",
                scheme=None,
            )
        waiting = queue.waiting(chat.hall.register).open
        await chat.until(lambda: len(chat.group.sees) == min(10, waiting))
        await chat.settled()
        assert len(chat.group.sees) == min(10, waiting)

    async def test_a_card_whose_call_broke_off_is_not_posted_twice(self, chat: Chat) -> None:
        chat.api.fails("sendMessage", after_effect=True)
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        await chat.settled()
        assert len(chat.group.sees) == 1

    async def test_telegram_is_waited_for_as_long_as_it_says(self, hall: Hall, tmp_path: Path) -> None:
        async with the_chat(hall, tmp_path, with_group=False, per_chat=0.02) as chat:
            for _ in range(3):
                chat.people["Arman"].writes("/help")
            await chat.people["Arman"].hears(3)
            assert max(chat.time.slept) > 10
            assert chat.api.pace.early == 0

    async def test_an_update_that_nobody_can_read_is_dropped_and_the_next_is_answered(
        self, chat: Chat, caplog: pytest.LogCaptureFixture
    ) -> None:
        chat.api.world.updates.append({"update_id": 10_050, "message": {"text": "kaspi-bonus.top", "chat": 7}})
        chat.people["Arman"].writes("/help")
        assert await chat.people["Arman"].hears_text() == chat.said("help")
        assert "kaspi-bonus" not in caplog.text

    async def test_a_register_that_fails_is_a_calm_sentence(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        chat.hall.register.execute("ALTER TABLE named RENAME TO named_before")
        assert await chat.presses("Arman", "ruling_hoax", there=chat.group) == chat.said("sorry")
        chat.hall.register.execute("ALTER TABLE named_before RENAME TO named")
        assert await chat.presses("Arman", "ruling_hoax", there=chat.group) == chat.said("thanks")

    async def test_whose_chat_it_was_is_forgotten_a_month_after_the_decision(self, hall: Hall, tmp_path: Path) -> None:
        async with the_chat(hall, tmp_path) as chat:
            chat.hall.asks(AIGUL, FINE)
            await chat.votes("Arman")
            await chat.votes("Bota")
            await chat.until(lambda: all("judged" in str(row["look"]) for row in chat.hall.rows("card")))
            assert len(chat.hall.rows("card")) == 3
            chat.hall.waits(timedelta(days=31))
            await chat.until(lambda: [row["chat"] for row in chat.hall.rows("card")] == [chat.group.id])

    async def test_without_a_group_volunteers_work_in_their_own_chats(self, hall: Hall, tmp_path: Path) -> None:
        async with the_chat(hall, tmp_path, with_group=False) as chat:
            chat.hall.asks(AIGUL, FINE)
            await chat.votes("Arman")
            assert chat.group.sees == []
            assert len(chat.hall.rows("vote")) == 1
