"""A test question in the volunteers' Telegram: a private card like any other, and after the answer the right one, calmly."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.moderation import decisions, gold
from bot.moderation.cases import Case, Ruling
from bot.moderation.queue import LEASE
from content.language import Language
from tests.bot.moderation.chat import LIBRARY, Chat, the_chat
from tests.bot.moderation.hall import AIGUL, FINE, TIMUR, ZARINA, Hall
from tests.bot.moderation.test_gold import PRIZE, chosen, has_voted_often

TRAP = LIBRARY.card("phishing-link", Language.RU).name


@pytest.fixture
async def chat(hall: Hall, tmp_path: Path) -> AsyncIterator[Chat]:
    async with the_chat(hall, tmp_path) as chat:
        yield chat


async def put_to(chat: Chat, name: str) -> Case:
    """The last card in their chat shows it."""
    case = chosen(chat.hall)
    has_voted_often(chat.hall, name)
    chat.people[name].writes("/next")
    await chat.people[name].hears()
    assert "egov" in chat.people[name].sees[-1].text
    return case


class TestBeforeTheAnswer:
    async def test_every_card_of_it_has_the_looks_of_the_case_whose_turn_it_is(self, chat: Chat) -> None:
        chosen(chat.hall)
        chat.hall.waits(timedelta(hours=3))
        for sender in (AIGUL, TIMUR, ZARINA):
            chat.hall.asks(sender, PRIZE)
        chat.hall.waits(timedelta(hours=2))
        has_voted_often(chat.hall, "Dias")
        dias = chat.people["Dias"]
        dias.writes("/next")
        await dias.hears()
        shown = [dias.sees[-1].text]
        await chat.presses("Dias", "ruling_scam")
        shown.append(dias.sees[-1].text)
        await chat.presses_words("Dias", TRAP)
        shown.append(dias.sees[-1].text)
        await chat.presses("Dias", "back")
        shown.append(dias.sees[-1].text)
        for text in shown:
            assert "egov" in text
            assert chat.said("asked", n=3) in text
            assert chat.said("hours", n=2) in text
        assert not any("проверочный" in each.text for each in dias.sees)

    async def test_the_group_never_gets_it(self, chat: Chat) -> None:
        await put_to(chat, "Dias")
        chat.hall.asks(AIGUL, PRIZE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        await chat.settled()
        assert ["egov" in each.text for each in chat.group.sees] == [False]

    async def test_passing_and_asking_for_a_senior_are_answered_as_ever(self, chat: Chat) -> None:
        case = await put_to(chat, "Dias")
        assert await chat.presses("Dias", "pass") == chat.said("toast_passed")
        has_voted_often(chat.hall, "Erlan")
        chat.people["Erlan"].writes("/next")
        await chat.people["Erlan"].hears()
        assert await chat.presses("Erlan", "senior") == chat.said("toast_to_senior")
        assert chat.hall.case_of(FINE).state == case.state
        await chat.settled()
        for name, key in (("Dias", "passed"), ("Erlan", "to_senior")):
            assert chat.people[name].sees[-1].text == chat.said(key, id=case.id)

    async def test_one_that_is_kept_too_long_closes_like_any_case_that_others_have_decided(self, chat: Chat) -> None:
        case = await put_to(chat, "Dias")
        dias = chat.people["Dias"]
        await chat.settled()
        assert "egov" in dias.sees[-1].text
        card = dias.sees[-1]
        chat.hall.waits(LEASE)
        await chat.until(lambda: dias.sees[-1].text.startswith(chat.said("decided_scam", id=case.id)))
        assert await chat.presses_data("Dias", f"y:{case.id}:1:scam::0", on=card) == chat.said("closed")
        assert not [row for row in chat.hall.rows("vote") if row["round"] == gold.ROUND]


class TestAfterTheAnswer:
    @pytest.mark.parametrize("ruling", [Ruling.SCAM, Ruling.GENUINE])
    async def test_the_right_one_and_ones_own_are_told_and_the_text_goes(self, chat: Chat, ruling: Ruling) -> None:
        case = await put_to(chat, "Dias")
        dias = chat.people["Dias"]
        await chat.presses("Dias", f"ruling_{ruling}")
        if ruling is Ruling.SCAM:
            await chat.presses_words("Dias", TRAP)
        assert await chat.presses("Dias", "sure") == chat.said("thanks_test")
        await chat.settled()
        lines = dias.sees[-1].text.splitlines()
        kind = chat.said("scheme", scheme=TRAP)
        told = [chat.said("test_scam"), kind, "", chat.said(f"answered_{ruling}"), *([kind] if ruling is Ruling.SCAM else [])]
        assert lines == [chat.said("case", id=case.id), "", *told, "", chat.said("test_why")]
        assert dias.sees[-1].labels == [chat.label("next")]
        assert chat.hall.case_of(FINE).version == 1

    async def test_another_card_of_it_says_the_same_then(self, chat: Chat) -> None:
        await put_to(chat, "Dias")
        dias = chat.people["Dias"]
        first = dias.sees[-1].message_id
        dias.writes("/next")
        await dias.hears()
        await chat.presses("Dias", "ruling_genuine")
        await chat.presses("Dias", "sure")
        await chat.until(
            lambda: next(seen for seen in dias.sees if seen.message_id == first).text == dias.sees[-1].text,
        )
        assert chat.said("answered_genuine") in dias.sees[-1].text

    async def test_a_second_press_changes_nothing(self, chat: Chat) -> None:
        case = await put_to(chat, "Dias")
        card = chat.people["Dias"].sees[-1]
        for said in ("thanks_test", "already_voted"):
            assert await chat.presses_data("Dias", f"y:{case.id}:1:hoax::0", on=card) == chat.said(said)
        assert [row["verdict"] for row in chat.hall.rows("vote") if row["round"] == gold.ROUND] == ["hoax"]

    async def test_a_correction_reaches_whoever_answered(self, chat: Chat) -> None:
        case = await put_to(chat, "Dias")
        await chat.presses("Dias", "ruling_genuine")
        await chat.presses("Dias", "sure")
        await chat.settled()
        decisions.correct(chat.hall.register, case.id, by=chat.hall.people["Gulnar"], ruling=Ruling.GENUINE, now=chat.hall.now)
        corrected = chat.said("decided_genuine", id=case.id)
        await chat.until(lambda: chat.people["Dias"].sees[-1].text.startswith(corrected))
