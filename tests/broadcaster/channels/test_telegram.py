import json
from collections.abc import AsyncIterator

import httpx
import pytest

from broadcaster.addresses import Channel
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.channels.telegram import Telegram
from content.language import Language
from tests.broadcaster.channels.letters import TEXT, address, message
from tests.fakes.bot_api import TOKEN, BotApi

LABELS = {Language.KK: "Ескертулерді тоқтату", Language.RU: "Остановить предупреждения", Language.EN: "Stop the warnings"}
STRANGER = address(Channel.TELEGRAM, "777")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    api = BotApi(in_all=1_000)
    async with api.on_loopback():
        yield api
    assert api.broken_rules == []


@pytest.fixture
async def telegram(api: BotApi) -> AsyncIterator[Telegram]:
    telegram = Telegram(token=TOKEN, api=api.url, labels=LABELS)
    yield telegram
    await telegram.close()


async def answered(status: int, **answer: object) -> Outcome:
    """What we make of this answer of Telegram's."""
    body = json.dumps({"ok": False, "error_code": status, **answer})
    return await over(httpx.MockTransport(lambda request: httpx.Response(status, text=body)))


async def over(transport: httpx.AsyncBaseTransport) -> Outcome:
    telegram = Telegram(token=TOKEN, api="https://telegram.invalid", labels=LABELS, transport=transport)
    try:
        return await telegram.send(message(STRANGER))
    finally:
        await telegram.close()


async def test_the_text_arrives_with_a_stop_button_in_the_persons_language(api: BotApi, telegram: Telegram) -> None:
    aigul = api.person("Айгүл")
    aigul.writes("/start")
    outcome = await telegram.send(message(address(Channel.TELEGRAM, str(aigul.id))))
    seen = aigul.sees[-1]
    assert outcome == Accepted(reference=str(seen.message_id))
    assert seen.text == TEXT
    assert [[dict(button) for button in row] for row in seen.buttons] == [
        [{"text": "Ескертулерді тоқтату", "callback_data": "stop"}]
    ]
    assert api.asked("sendMessage")[-1]["link_preview_options"] == {"is_disabled": True}


async def test_whoever_blocked_the_bot_wants_nothing_on_any_channel(api: BotApi, telegram: Telegram) -> None:
    aigul = api.person("Айгүл")
    aigul.writes("/start")
    aigul.blocks()
    outcome = await telegram.send(message(address(Channel.TELEGRAM, str(aigul.id))))
    assert outcome == Refused(reason="telegram 403: blocked", suppress=True)


async def test_r20_a_chat_that_is_not_there_is_dead_and_the_next_channel_is_taken(api: BotApi, telegram: Telegram) -> None:
    aigul = api.person("Айгүл")
    never_started = await telegram.send(message(address(Channel.TELEGRAM, str(aigul.id))))
    not_found = await telegram.send(message(STRANGER))
    assert not_found == Refused(reason="telegram 400: chat not found", dead=True, next_channel=True)
    assert never_started == Refused(reason="telegram 403: never started", dead=True, next_channel=True)


async def test_r4_too_many_requests_hold_the_whole_bucket_as_long_as_telegram_says(api: BotApi, telegram: Telegram) -> None:
    aigul = api.person("Айгүл")
    aigul.writes("/start")
    letter = message(address(Channel.TELEGRAM, str(aigul.id)))
    await telegram.send(letter)
    assert await telegram.send(letter) == TryLater(reason="telegram 429", seconds=1, whole_bucket=True, too_fast=True)
    assert len(aigul.sees) == 1


@pytest.mark.parametrize("status", [None, 500, 502, 503])
@pytest.mark.parametrize("after_effect", [True, False])
async def test_r3_a_lost_answer_is_unknown_whether_the_message_arrived_or_not(
    api: BotApi, telegram: Telegram, status: int | None, after_effect: bool
) -> None:
    aigul = api.person("Айгүл")
    aigul.writes("/start")
    api.fails("sendMessage", after_effect=after_effect, status=status)
    outcome = await telegram.send(message(address(Channel.TELEGRAM, str(aigul.id))))
    assert isinstance(outcome, Unknown)
    assert len(aigul.sees) == after_effect


async def test_what_never_reached_telegram_waits_and_is_not_unknown() -> None:
    telegram = Telegram(token=TOKEN, api="http://127.0.0.1:9", labels=LABELS)
    outcome = await telegram.send(message(STRANGER))
    await telegram.close()
    assert outcome == TryLater(reason="telegram: not reached", seconds=10, whole_bucket=True)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_nor_is_what_waited_in_vain_for_a_connection(error: type[httpx.TransportError]) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error("no")

    assert isinstance(await over(httpx.MockTransport(broken)), TryLater)


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError]
)
async def test_but_what_broke_after_the_connection_stood_is(error: type[httpx.TransportError]) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error("no")

    assert await over(httpx.MockTransport(broken)) == Unknown(reason=f"telegram: {error.__name__}")


@pytest.mark.parametrize(
    ("description", "outcome"),
    [
        ("Forbidden: user is deactivated", Refused(reason="telegram 403: account is gone", dead=True, next_channel=True)),
        (
            "Forbidden: bot can't send messages to bots",
            Refused(reason="telegram 403: never started", dead=True, next_channel=True),
        ),
        ("Forbidden: something new", Refused(reason="telegram 403", next_channel=True)),
    ],
)
async def test_other_prohibitions_are_no_word_of_the_persons(description: str, outcome: Outcome) -> None:
    assert await answered(403, description=description) == outcome


async def test_a_message_telegram_finds_fault_with_is_refused_and_the_address_lives_on() -> None:
    outcome = await answered(400, description="Bad Request: message is too long")
    assert outcome == Refused(reason="telegram 400", next_channel=True)


async def test_a_group_is_no_person() -> None:
    outcome = await answered(400, description="Bad Request: upgraded", parameters={"migrate_to_chat_id": -1001})
    assert outcome == Refused(reason="telegram: a group, not a person", dead=True, next_channel=True)


async def test_too_many_requests_without_a_time_wait_a_second() -> None:
    outcome = await answered(429, description="Too Many Requests")
    assert outcome == TryLater(reason="telegram 429", seconds=1, whole_bucket=True, too_fast=True)


@pytest.mark.parametrize("status", [401, 404])
async def test_a_refused_token_costs_nobody_their_warning(status: int) -> None:
    outcome = await answered(status, description="Unauthorized")
    assert outcome == TryLater(reason="telegram: token refused", seconds=300, whole_bucket=True)


@pytest.mark.parametrize("status", [400, 403])
async def test_a_proxy_that_turns_us_away_speaks_for_nobody(status: int) -> None:
    outcome = await over(httpx.MockTransport(lambda request: httpx.Response(status, text="<html>")))
    assert outcome == TryLater(reason="telegram: turned away on the way there", seconds=10, whole_bucket=True)


async def test_a_success_that_cannot_be_read_is_unknown() -> None:
    assert isinstance(await over(httpx.MockTransport(lambda request: httpx.Response(200, text="<html>"))), Unknown)
