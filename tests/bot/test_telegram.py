import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.message import Door
from bot.pictures.reading import Reader
from bot.reception import Reception
from bot.telegram import PAUSES, Telegram, TokenRefused
from content.language import Language
from tests.bot.telegram_town import (
    GOOD,
    NOW,
    PUBLIC,
    WORDS,
    Town,
    logged_by_libraries,
    settled,
    the_town,
)
from tests.fakes.bot_api import TOKEN
from tests.fakes.conversation import BUTTONS


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with the_town() as found:
        yield found


async def test_a_question_is_answered_with_buttons(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Это мошенники?")

    (answer,) = await town.aigul.hears()

    assert answer.text == "Вы сказали: Это мошенники?"
    assert answer.labels == [button.label for row in BUTTONS for button in row]
    (heard,) = town.echo.heard
    assert heard.door is Door.TELEGRAM
    assert heard.sender == str(town.aigul.id)
    assert heard.language_hint is Language.KK


async def test_an_answer_is_plain_text_without_a_preview_whatever_the_scammer_wrote(town: Town) -> None:
    await town.polls()
    payload = '<a href="tg://user?id=1">банк</a> *жирный* [ссылка](https://evil.top) `код` __x__ &lt;'
    town.aigul.writes(payload)

    assert await town.aigul.hears_text() == f"Вы сказали: {payload}"
    (asked,) = town.api.asked("sendMessage")
    assert "parse_mode" not in asked
    assert asked["link_preview_options"] == {"is_disabled": True}


async def test_a_pressed_button_comes_as_its_data_and_its_spinner_stops_once(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Сәлем")
    await town.aigul.hears()
    town.aigul.presses("Срочная помощь")

    assert await town.aigul.hears_text() == "Вы сказали: emergency"
    assert town.echo.heard[-1].pressed == "emergency"
    assert len(town.api.asked("answerCallbackQuery")) == 1
    assert not town.api.world.open_queries


async def test_a_button_on_a_message_telegram_no_longer_has_is_answered_too(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Сәлем")
    await town.aigul.hears()
    town.aigul.presses_data("yes", on={"chat": town.aigul.as_chat, "message_id": 1, "date": 0})

    assert await town.aigul.hears_text() == "Вы сказали: yes"


async def test_a_press_too_old_to_acknowledge_is_answered_all_the_same(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Сәлем")
    await town.aigul.hears()
    town.api.fails("answerCallbackQuery", after_effect=False, status=400)
    town.aigul.presses("Иә")

    assert await town.aigul.hears_text() == "Вы сказали: yes"


async def test_a_forwarded_message_is_known_as_such(town: Town) -> None:
    await town.polls()
    town.aigul.forwards("Ваша карта заблокирована")
    await town.aigul.hears()

    assert town.echo.heard[0].forwarded


async def test_an_edited_message_is_a_new_question(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Просят код")
    await town.aigul.hears()
    town.aigul.edits("Просят код из SMS")

    assert await town.aigul.hears_text() == "Вы сказали: Просят код из SMS"
    first, second = town.echo.heard
    assert (first.edited, second.edited) == (False, True)
    assert first.message_id != second.message_id


async def test_voice_and_photo_are_named_and_a_caption_is_a_text(town: Town) -> None:
    await town.polls()
    town.aigul.sends_voice()
    town.aigul.sends_photo()
    town.aigul.sends_photo("Бұл алаяқ па?")
    await town.aigul.hears(3)

    assert [(heard.other, heard.text) for heard in town.echo.heard] == [("voice", ""), ("photo", ""), ("", "Бұл алаяқ па?")]


async def test_answers_come_in_the_order_of_the_questions_and_never_before_telegram_allows(town: Town) -> None:
    await town.polls()
    for number in range(12):
        town.aigul.writes(f"вопрос {number}")

    heard = await town.aigul.hears(12)

    assert [seen.text for seen in heard] == [f"Вы сказали: вопрос {number}" for number in range(12)]
    assert town.api.pace.early == 0
    assert town.time.slept


async def test_whom_telegram_mutes_for_an_hour_gets_no_stale_answer(town: Town) -> None:
    await town.polls()
    town.api.pace.admit(town.aigul.id)
    town.time.now -= 3_600
    with capture_logs() as logs:
        town.aigul.writes("раз")
        await settled(town, heard=1)
    town.time.now += 3_601
    town.aigul.writes("два")

    assert await town.aigul.hears_text() == "Вы сказали: два"
    assert "TelegramRetryAfter" in {line.get("reason") for line in logs}


async def test_one_person_who_must_wait_holds_nobody_up(town: Town) -> None:
    timur = town.api.person("Тимур")
    gate = asyncio.Event()

    async def until_timur_has_heard(seconds: float) -> None:
        await gate.wait()
        town.time.now += seconds

    town.time.sleep = until_timur_has_heard  # type: ignore[method-assign]
    await town.polls()
    town.aigul.writes("раз")
    town.aigul.writes("два")
    timur.writes("три")

    assert await timur.hears_text() == "Вы сказали: три"
    gate.set()
    assert [seen.text for seen in await town.aigul.hears(2)] == ["Вы сказали: раз", "Вы сказали: два"]


async def test_whoever_blocks_the_bot_has_said_stop_and_is_written_to_no_more(town: Town) -> None:
    await town.polls()
    town.aigul.writes("Сәлем")
    await town.aigul.hears()
    town.aigul.blocks()
    await settled(town, heard=2)

    assert town.echo.heard[1].text == "/stop"
    assert town.echo.heard[1].sender == str(town.aigul.id)
    assert len(town.api.asked("sendMessage")) == 1


async def test_a_block_learned_from_a_403_is_a_stop_too(town: Town) -> None:
    await town.polls()
    town.aigul.forwards("Сәлем")
    town.aigul.blocks(notice=False)
    await settled(town, heard=2)

    assert [(heard.text, heard.forwarded) for heard in town.echo.heard] == [("Сәлем", True), ("/stop", False)]
    assert len({heard.message_id for heard in town.echo.heard}) == 2
    assert len(town.api.asked("sendMessage")) == 1


async def test_an_empty_reply_says_nothing(town: Town) -> None:
    await town.polls()
    town.echo.says = lambda incoming: "" if incoming.text == "тише" else "слышно"
    town.aigul.writes("тише")
    town.aigul.writes("громче")

    assert await town.aigul.hears_text() == "слышно"
    assert len(town.aigul.sees) == 1


async def test_a_failure_inside_becomes_the_calm_sentence_and_no_text_is_logged(town: Town) -> None:
    await town.polls()
    town.echo.raises = ValueError("тайна")
    with capture_logs() as logs:
        town.aigul.writes("тайна")
        assert await town.aigul.hears_text() == WORDS.phrase("sorry", Language.KK)
    assert "тайна" not in str(logs)


async def test_an_answer_that_is_too_long_is_cut_and_one_with_half_an_emoji_is_sent(town: Town) -> None:
    await town.polls()
    town.echo.says = lambda incoming: "🙂" * 5_000 if incoming.text == "long" else "до \ud83d после"
    town.aigul.writes("long")
    town.aigul.writes("half")

    long, half = await town.aigul.hears(2)
    assert long.text == "🙂" * 2_048
    assert half.text == "до ? после"


@pytest.mark.parametrize("status", [None, 502])
async def test_a_lost_answer_is_not_sent_blindly_twice(town: Town, status: int | None) -> None:
    await town.polls()
    town.api.fails("sendMessage", after_effect=True, status=status)
    town.aigul.writes("раз")
    await town.aigul.hears()
    town.time.now += 1
    town.aigul.writes("два")

    assert await town.aigul.hears_text() == "Вы сказали: два"
    assert [seen.text for seen in town.aigul.sees] == ["Вы сказали: раз", "Вы сказали: два"]


async def test_what_certainly_was_not_sent_is_tried_again_and_the_log_shows_neither_token_nor_text(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await town.has_a_webhook()
    with socket.socket() as unheard, capture_logs() as logs:
        unheard.bind(("127.0.0.1", 0))  # bound but not listening: every connection is refused
        door = await town.start(public_url=PUBLIC, to=f"http://127.0.0.1:{unheard.getsockname()[1]}", runs=False)
        assert await town.posts(GOOD) == 200
        async with asyncio.timeout(10):
            while not any(line["event"] == "update.failed" for line in logs):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        await door.close()

    assert town.time.slept == list(PAUSES)
    assert {"event": "update.failed", "reason": "TelegramNetworkError", "log_level": "error"} in logs
    everything = str(logs) + logged_by_libraries(caplog)
    for secret in (TOKEN, TOKEN.partition(":")[2], town.secret["X-Telegram-Bot-Api-Secret-Token"], "Это мошенники"):
        assert secret not in everything


@pytest.mark.parametrize(("after_effect", "status"), [(False, None), (True, None), (False, 502), (False, 404), (True, 413)])
async def test_no_network_error_puts_the_token_into_a_log(
    town: Town, caplog: pytest.LogCaptureFixture, after_effect: bool, status: int | None
) -> None:
    caplog.set_level(logging.DEBUG)
    for method in ("deleteWebhook", "getUpdates", "sendMessage"):
        town.api.fails(method, after_effect=after_effect, status=status)
    with capture_logs() as logs:
        await town.polls()
        town.aigul.writes("раз")
        await settled(town, heard=1)
        town.time.now += 2
        town.aigul.writes("два")
        await settled(town, heard=2)

    assert any(line["event"] == "telegram.not_reached" for line in logs)
    assert TOKEN.partition(":")[2] not in str(logs) + logged_by_libraries(caplog)


async def test_updates_nobody_can_read_do_not_stop_the_poller(town: Town) -> None:
    town.api.world.updates += [
        {"update_id": 101, "message": {"from": "the future"}},
        {"update_id": 102, "hologram": {"text": "тайна"}},
        {"update_id": 104},
    ]
    with capture_logs() as logs:
        await town.polls()
        town.aigul.writes("Слышно?")
        assert await town.aigul.hears_text() == "Вы сказали: Слышно?"
    assert "тайна" not in str(logs)


async def test_polling_takes_down_a_webhook_that_stood_before(town: Town) -> None:
    await town.has_a_webhook()
    await town.polls()
    async with asyncio.timeout(10):
        while town.api.world.webhook["url"]:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    town.aigul.writes("Слышно?")

    assert await town.aigul.hears_text() == "Вы сказали: Слышно?"
    assert town.api.world.delivered == []


async def test_two_pollers_lose_nothing_between_them(town: Town) -> None:
    await town.polls()
    await town.polls()
    for number in range(8):
        town.aigul.writes(f"{number}")

    wanted = {f"Вы сказали: {number}" for number in range(8)}
    async with asyncio.timeout(
        10
    ):  # what one took and had not confirmed comes to the other too; the register knows what was answered
        while {seen.text for seen in town.aigul.sees} != wanted:
            await town.aigul.hears()


@pytest.mark.parametrize("token", ["", "x", "123:", "123:with space", "abc:def"])
async def test_what_cannot_be_a_token_is_refused_without_repeating_it(town: Town, token: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        await town.start(public_url="", token=token)
    assert not str(refused.value)


@pytest.mark.parametrize("public_url", ["", PUBLIC])
async def test_a_token_that_telegram_does_not_know_is_refused(town: Town, public_url: str) -> None:
    reception = Reception(lambda: town.echo, WORDS)
    stranger = TOKEN.replace("AA", "BB")
    door = Telegram(reception, Reader(), token=stranger, api=town.api.url, public_url=public_url, clock=lambda: NOW)
    with pytest.raises(TokenRefused) as refused:
        await door.run()
    assert stranger not in repr(refused.value)
    await door.close()
