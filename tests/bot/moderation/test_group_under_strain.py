"""The Cyberbot where Telegram refuses, a group moves away or a stranger floods: the others' work goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.moderation import group, reports
from bot.moderation.cases import Ruling
from tests.bot.moderation.chat import Chat, the_chat
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, Hall

LONG = 1_000
"""Seconds; longer than one call is waited for."""


@pytest.fixture
async def chat(hall: Hall, tmp_path: Path) -> AsyncIterator[Chat]:
    async with the_chat(hall, tmp_path) as chat:
        yield chat


async def two_cards_of_one_case(chat: Chat) -> None:
    """The group's, which is the older one, and Arman's own."""
    chat.hall.asks(AIGUL, FINE)
    await chat.until(lambda: len(chat.group.sees) == 1)
    chat.people["Arman"].writes("/next")
    await chat.people["Arman"].hears()


class TestCards:
    async def test_a_group_that_became_a_supergroup_keeps_no_erased_text_in_other_chats(self, chat: Chat) -> None:
        await two_cards_of_one_case(chat)
        chat.group.moved_to = -1_000_000_000_900
        reports.forget(chat.hall.register, chat.hall.reporter(AIGUL).asker, now=chat.hall.now)
        await chat.until(lambda: chat.people["Arman"].sees[0].text == chat.said("erased"))

    async def test_a_card_that_cannot_be_edited_now_holds_up_no_other_and_follows_later(self, chat: Chat) -> None:
        await two_cards_of_one_case(chat)
        chat.api.fails("editMessageText", after_effect=False, status=500, times=3)
        reports.forget(chat.hall.register, chat.hall.reporter(AIGUL).asker, now=chat.hall.now)
        await chat.until(lambda: chat.people["Arman"].sees[0].text == chat.said("erased"))
        await chat.until(lambda: chat.group.sees[0].text == chat.said("erased"))

    async def test_a_longer_wait_than_a_call_is_worth_is_kept_all_the_same(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        began, slept = chat.time.now, len(chat.time.slept)
        chat.api.fails("editMessageText", after_effect=False, status=429, retry_after=LONG)
        reports.forget(chat.hall.register, chat.hall.reporter(AIGUL).asker, now=chat.hall.now)
        await chat.until(lambda: chat.group.sees[0].text == chat.said("erased"))
        assert chat.time.now - began >= LONG
        assert max(chat.time.slept[slept:]) >= LONG

    async def test_a_new_card_waits_as_long_as_telegram_says(self, chat: Chat) -> None:
        chat.api.fails("sendMessage", after_effect=False, status=429, retry_after=LONG)
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        assert max(chat.time.slept) >= LONG


class TestStrangers:
    async def test_who_floods_a_group_of_their_own_keeps_no_volunteer_waiting(
        self, hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Telegram takes 20 messages a minute there: what came in faster would wait, and nothing else were read."""
        monkeypatch.setattr(group, "ROOM", 50)
        async with the_chat(hall, tmp_path) as chat:
            strangers = [chat.api.person(f"Stranger {number}") for number in range(10)]
            for stranger in strangers:
                for _ in range(30):
                    stranger.writes("/help", to=chat.neighbours)
            chat.people["Arman"].writes("/help")
            await chat.people["Arman"].hears()
            await chat.settled()
            assert len(chat.neighbours.sees) <= group.IN_A_GROUP
            chat.hall.waits(timedelta(minutes=2))
            strangers[0].writes("/help", to=chat.neighbours)
            await chat.until(lambda: len(chat.neighbours.sees) == group.IN_A_GROUP + 1)

    async def test_a_channel_that_speaks_in_a_group_reports_nothing(self, chat: Chat) -> None:
        """Telegram shows the same sender for all of them: 777000."""
        chat.hall.judged(HOAX, Ruling.HOAX)
        channel = {"id": -1_000_000_000_777, "type": "channel", "title": "Новости"}
        telegram = chat.api.person("Telegram")
        replied = {
            "message_id": 7,
            "date": 1_800_000_000,
            "chat": chat.neighbours.as_chat,
            "from": chat.people["Dias"].as_user,
            "text": FINE,
        }
        telegram.writes("/report", to=chat.neighbours, sender_chat=channel, reply_to_message=replied)
        await chat.settled()
        assert chat.neighbours.sees == []
        assert not [row for row in chat.hall.rows("report") if row["kind"] == "report"]

    async def test_a_forged_back_takes_nothing_off_the_groups_card(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        before = chat.group.sees[0]
        data = f"b:{chat.hall.case_of(HOAX).id}:1:::0"
        assert await chat.presses_data("Arman", data, on=before) == chat.said("old_button")
        await chat.settled()
        assert chat.group.sees == [before]
