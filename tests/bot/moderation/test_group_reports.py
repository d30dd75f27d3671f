"""/report in reply to a message, in any group the Cyberbot is in."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.masking import mask
from bot.moderation import cases
from bot.moderation.cases import Ruling
from content.language import Language
from tests.bot.moderation.chat import LIBRARY, Chat, the_chat
from tests.bot.moderation.hall import AIGUL, FINE, Hall

TRAP = LIBRARY.card("phishing-link", Language.RU).name


@pytest.fixture
async def chat(hall: Hall, tmp_path: Path) -> AsyncIterator[Chat]:
    async with the_chat(hall, tmp_path) as chat:
        yield chat


class TestReports:
    def reply(self, chat: Chat, text: str, **also: object) -> dict[str, object]:
        """Somebody's message in the neighbours' group, as a reply carries it."""
        author = {"id": 5, "is_bot": False, "first_name": "Ержан"}
        return {"message_id": 7, "date": 1_800_000_000, "chat": chat.neighbours.as_chat, "from": author, "text": text, **also}

    async def test_the_message_replied_to_goes_to_the_volunteers_masked(self, chat: Chat) -> None:
        text = f"{FINE} карта 4400 4301 2345 6789"
        chat.people["Aigul"].writes("/report@saqbol_test_bot", to=chat.neighbours, reply_to_message=self.reply(chat, text))
        await chat.until(lambda: len(chat.neighbours.sees) == 1)
        case = chat.hall.case_of(text)
        assert "4400" not in case.text
        (row,) = chat.hall.rows("report")
        assert (row["kind"], row["door"], row["known_case"]) == ("report", "telegram", case.id)
        ticket = f"{chat.hall.now.year}-{row['id']:06d}"
        assert chat.neighbours.sees[0].text == chat.said("reported", ticket=ticket)

    async def test_the_address_behind_the_words_comes_along(self, chat: Chat) -> None:
        link = [{"type": "text_link", "offset": 0, "length": 4, "url": "https://egov-aiyppul.top/pay"}]
        chat.people["Aigul"].writes(
            "/report", to=chat.neighbours, reply_to_message=self.reply(chat, "Айып төлеңіз бүгін", entities=link)
        )
        await chat.until(lambda: len(chat.neighbours.sees) == 1)
        assert "egov-aiyppul.top" in str(chat.hall.rows("known_case")[0]["text"])

    async def test_what_was_judged_is_told_at_once(self, chat: Chat) -> None:
        chat.hall.judged(FINE, Ruling.SCAM)
        chat.hall.waits(timedelta(hours=1))
        chat.people["Aigul"].writes("/report", to=chat.neighbours, reply_to_message=self.reply(chat, FINE))
        await chat.until(lambda: len(chat.neighbours.sees) == 1)
        assert chat.neighbours.sees[0].text == chat.said("known_scam")

    async def test_ten_reports_of_one_person_are_one(self, chat: Chat) -> None:
        for _ in range(10):
            chat.people["Aigul"].writes("/report", to=chat.neighbours, reply_to_message=self.reply(chat, FINE))
        await chat.until(lambda: len(chat.neighbours.sees) == 10)
        assert chat.hall.case_of(FINE).sightings == 1

    async def test_a_command_that_replies_to_nothing_or_to_a_picture_is_told_what_to_do(self, chat: Chat) -> None:
        chat.people["Aigul"].writes("/report", to=chat.neighbours)
        await chat.until(lambda: len(chat.neighbours.sees) == 1)
        photo = {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]}
        silent = {key: value for key, value in self.reply(chat, "").items() if key != "text"} | photo
        chat.people["Aigul"].writes("/report", to=chat.neighbours, reply_to_message=silent)
        await chat.until(lambda: len(chat.neighbours.sees) == 2)
        assert [seen.text for seen in chat.neighbours.sees] == [chat.said("report_how"), chat.said("report_no_words")]

    async def test_the_group_is_silent_otherwise(self, chat: Chat) -> None:
        aigul = chat.people["Aigul"]
        for words in ("Сәлем", "/start", "/report@other_bot", "/vote", "не /report", "@saqbol_test_bot помоги"):
            aigul.writes(words, to=chat.neighbours)
        chat.people["Dias"].writes("/help", to=chat.group)
        await chat.until(lambda: len(chat.group.sees) == 1)
        assert str(chat.group.id) in chat.group.sees[0].text
        assert chat.neighbours.sees == []

    async def test_next_in_the_group_answers_in_private(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        chat.people["Arman"].writes("/next", to=chat.neighbours)
        await chat.people["Arman"].hears()
        assert chat.neighbours.sees == []
        assert mask(FINE).text == cases.with_id(chat.hall.register, chat.hall.case_of(FINE).id).text
