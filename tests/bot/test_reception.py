import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.message import Door, Incoming, Reply
from bot.reception import Reception
from content import library
from content.language import Language
from tests.fakes.conversation import Echo

WORDS = library.load()


def message(text: str = "Это мошенники?", hint: Language | None = None) -> Incoming:
    now = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
    return Incoming(door=Door.WEB, sender="aigul", message_id="1", received_at=now, text=text, language_hint=hint)


class Watched(Echo):
    """Notes in which thread it was made and asked, and whether two were ever inside at once."""

    def __init__(self, pause: float = 0.0) -> None:
        super().__init__()
        self.threads = {threading.get_ident()}
        self.pause = pause
        self.inside = 0
        self.most_inside = 0

    def reply_to(self, incoming: Incoming) -> Reply:
        self.threads.add(threading.get_ident())
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        time.sleep(self.pause)
        self.inside -= 1
        return super().reply_to(incoming)


async def opened(make: Callable[[], Echo], **given: float) -> Reception:
    reception = Reception(make, WORDS, patience=given.get("patience", 5.0), room=int(given.get("room", 500)))
    await reception.open()
    return reception


async def test_one_thread_opens_the_conversation_and_answers_one_message_after_the_other() -> None:
    made: list[Watched] = []

    def make() -> Watched:
        made.append(Watched(pause=0.002))
        return made[-1]

    reception = await opened(make)
    replies = await asyncio.gather(*(reception.reply_to(message(f"Вопрос {n}")) for n in range(50)))
    assert [reply.text for reply in replies] == [f"Вы сказали: Вопрос {n}" for n in range(50)]
    assert len(made[0].threads) == 1
    assert made[0].threads != {threading.get_ident()}
    assert made[0].most_inside == 1
    reception.close()


@pytest.mark.parametrize("hint", [None, Language.KK])
async def test_a_failure_is_a_calm_sentence_in_the_persons_language(hint: Language | None) -> None:
    echo = Echo()
    echo.raises = ValueError("мой пин 4321")
    reception = await opened(lambda: echo)
    with capture_logs() as logged:
        reply = await reception.reply_to(message("Что это за сообщение из банка?", hint))
    assert reply.text == WORDS.phrase("sorry", hint or Language.RU)
    assert [(line["event"], line["reason"]) for line in logged] == [("answer.failed", "ValueError")]
    assert "4321" not in str(logged)
    echo.raises = None
    assert (await reception.reply_to(message())).text.startswith("Вы сказали")
    reception.close()


async def test_nobody_waits_longer_than_our_patience() -> None:
    reception = await opened(lambda: Watched(pause=0.5), patience=0.1)
    started = time.monotonic()
    replies = await asyncio.gather(*(reception.reply_to(message()) for _ in range(5)))
    assert time.monotonic() - started < 0.4
    assert {reply.text for reply in replies} == {WORDS.phrase("sorry", Language.RU)}
    reception.close()


async def test_a_crowd_past_the_room_is_told_at_once_and_the_others_are_answered() -> None:
    reception = await opened(lambda: Watched(pause=0.01), room=10)
    replies = await asyncio.gather(*(reception.reply_to(message()) for _ in range(30)))
    answered = [reply.text.startswith("Вы сказали") for reply in replies]
    assert answered == [True] * 10 + [False] * 20
    assert (await reception.reply_to(message())).text.startswith("Вы сказали")
    reception.close()


@pytest.mark.parametrize(("text", "pressed"), [("Я уже перевёл им деньги", ""), ("", "emergency:paid_already")])
async def test_first_aid_is_given_also_when_the_conversation_fails_or_is_crowded(text: str, pressed: str) -> None:
    emergency = replace(message(text), pressed=pressed)
    steps = WORDS.answer("emergency_paid_already", Language.RU)
    echo = Echo()
    echo.raises = OSError("the disk is gone")
    broken = await opened(lambda: echo)
    assert (await broken.reply_to(replace(emergency, language_hint=Language.RU))).text == steps
    broken.close()
    crowded = await opened(lambda: Watched(pause=0.1), room=1)
    first = asyncio.create_task(crowded.reply_to(message()))
    await asyncio.sleep(0)
    reply = await crowded.reply_to(replace(emergency, language_hint=Language.RU))
    assert reply.text == steps
    assert "emergency:on_the_line" in [button.data for row in reply.buttons for button in row]
    await first
    crowded.close()


async def test_first_aid_does_not_wait_for_a_conversation_that_hangs() -> None:
    reception = Reception(lambda: Watched(pause=0.5), WORDS, patience=5, urgent=0.05)
    await reception.open()
    hanging = asyncio.create_task(reception.reply_to(message()))
    await asyncio.sleep(0)
    started = time.monotonic()
    reply = await reception.reply_to(message("Я уже перевёл им деньги"))
    assert time.monotonic() - started < 0.4
    assert reply.text == WORDS.answer("emergency_paid_already", Language.RU)
    assert (await hanging).text.startswith("Вы сказали")
    reception.close()


async def test_a_forwarded_cry_for_help_is_nobodys_emergency_here_either() -> None:
    reception = await opened(lambda: Echo(), room=0)
    reply = await reception.reply_to(replace(message("Я уже перевёл им деньги"), forwarded=True))
    assert reply.text == WORDS.phrase("sorry", Language.RU)
    reception.close()


@pytest.mark.parametrize(("text", "pressed"), [("СТОП", ""), ("", "stop")])
async def test_a_stop_is_obeyed_past_the_room_and_past_our_patience(text: str, pressed: str) -> None:
    watched = Watched(pause=0.1)
    reception = await opened(lambda: watched, room=1, patience=0.05)
    first = asyncio.create_task(reception.reply_to(message()))
    await asyncio.sleep(0)
    stop = replace(message(text), pressed=pressed)
    await asyncio.gather(first, reception.reply_to(stop))
    await asyncio.sleep(0.3)
    assert stop in watched.heard
    reception.close()


async def test_what_keeps_the_conversation_from_being_built_is_not_hidden() -> None:
    def broken() -> Echo:
        raise RuntimeError("no model, no words")

    reception = Reception(broken, WORDS)
    with pytest.raises(RuntimeError, match="no model"):
        await reception.open()
    assert not reception.is_open
    reception.close()
