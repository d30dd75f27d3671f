import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes import hostile
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_schema import specification
from tests.fakes.bot_entities import CannotParse, plain
from tests.fakes.bot_links import clickable


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Bot:
    """Asks without any library, so that what stands on the wire is what the test says."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def asks(self, method: str, *, token: str = TOKEN, **sent: Any) -> dict[str, Any]:
        answer: dict[str, Any] = (await self._client.post(f"/bot{token}/{method}", **sent)).json()
        return answer

    async def __call__(self, method: str, **parameters: Any) -> Any:
        answer = await self.asks(method, json=parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **parameters: Any) -> tuple[int, str]:
        answer = await self.asks(method, json=parameters)
        assert not answer["ok"]
        return answer["error_code"], answer["description"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api(clock: Clock) -> AsyncIterator[BotApi]:
    async with BotApi(clock=clock).on_loopback() as served:
        yield served


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with httpx.AsyncClient(base_url=api.url, timeout=10) as client:
        yield Bot(client)


def test_the_description_is_the_one_this_fake_was_written_for() -> None:
    schema = specification()

    assert schema.version == "Bot API 10.1"
    assert (len(schema.methods), len(schema.types)) == (180, 359)
    assert schema.limits >= 112


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"text": "Сәлем", "link_preview_options": {"is_disabled": True}}},
        {"data": {"text": "Сәлем", "link_preview_options": '{"is_disabled": true}'}},
        {"files": {"text": (None, "Сәлем"), "link_preview_options": (None, '{"is_disabled": true}')}},
        {"params": {"text": "Сәлем", "link_preview_options": '{"is_disabled": true}'}},
    ],
    ids=["JSON", "form", "multipart", "query"],
)
async def test_all_four_encodings_say_the_same(api: BotApi, bot: Bot, sent: dict[str, Any]) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")
    ((_, content),) = sent.items()
    content["chat_id"] = (None, str(aigul.id)) if "files" in sent else str(aigul.id)

    assert (await bot.asks("sendMessage", **sent))["ok"]
    assert [seen.text for seen in aigul.sees] == ["Сәлем"]
    assert api.asked("sendMessage") == [{"chat_id": aigul.id, "text": "Сәлем", "link_preview_options": {"is_disabled": True}}]


@pytest.mark.parametrize("field", ["photo", "attach"])
async def test_a_file_comes_by_its_field_or_attached(api: BotApi, bot: Bot, field: str) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")
    data = {"chat_id": str(aigul.id), "caption": "карта"} | ({} if field == "photo" else {"photo": "attach://attach"})

    answer = await bot.asks("sendPhoto", data=data, files={field: ("card.png", b"PNG")})

    assert answer["result"]["caption"] == "карта"
    assert api.asked("sendPhoto")[0]["photo"] == {"file_name": "card.png", "bytes": 3}


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("sendMessage", {"chat_id": 1}),
        ("sendMessage", {"text": "x"}),
        ("sendMessage", {"chat_id": 1, "text": "x", "disable_web_page_preview": True}),
        ("sendMessage", {"chat_id": 1, "text": ["x"]}),
        ("sendMessage", {"chat_id": True, "text": "x"}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [{"text": "x"}]}}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": "{"}),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "ё" * 33}]]}},
        ),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
        ("getUpdates", {"limit": 101}),
        ("setWebhook", {"url": "https://bot.example.kz/", "max_connections": 0}),
        ("setWebhook", {"url": "https://bot.example.kz/", "secret_token": "x" * 257}),
        ("setMyCommands", {"commands": [{"command": "x" * 33, "description": "x"}]}),
        ("sendPoll", {"chat_id": 1, "question": "x" * 301, "options": [{"text": "a"}]}),
    ],
)
async def test_a_call_that_breaks_the_description_is_refused_and_remembered(
    api: BotApi, bot: Bot, method: str, parameters: dict[str, Any]
) -> None:
    code, description = await bot.refused(method, **parameters)

    assert code == 400
    assert description.startswith("Bad Request: ")
    assert [rule.partition(":")[0] for rule in api.broken_rules] == [method]


async def test_what_does_not_exist_is_not_found_and_what_is_not_played_says_so(bot: Bot) -> None:
    assert (await bot.refused("sendMesage"))[0] == 404
    assert (await bot.asks("getMe", token="1:wrong"))["error_code"] == 401
    assert (await bot.refused("getStarTransactions")) == (501, "Not Implemented: the fake does not play getStarTransactions")
    assert (await bot("getMe"))["is_bot"]
    assert (await bot("GETME"))["is_bot"]


@pytest.mark.parametrize(
    ("text", "mode", "fits"),
    [
        ("x" * 4_096, None, True),
        ("x" * 4_097, None, False),
        ("🙂" * 2_048, None, True),
        ("🙂" * 2_049, None, False),
        ("<b>" + "x" * 4_096 + "</b>", "HTML", True),
        ("&lt;" * 4_097, "HTML", False),
        ("  \n", None, False),
        ("<b></b>", "HTML", False),
    ],
)
async def test_a_message_has_1_to_4096_characters_after_parsing(
    api: BotApi, bot: Bot, text: str, mode: str | None, fits: bool
) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")
    answer = await bot.asks("sendMessage", json={"chat_id": aigul.id, "text": text} | ({"parse_mode": mode} if mode else {}))

    assert answer["ok"] is fits
    assert len(aigul.sees) == fits


async def test_a_caption_has_at_most_1024(api: BotApi, bot: Bot, clock: Clock) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")

    assert (await bot.refused("sendPhoto", chat_id=aigul.id, photo="f", caption="x" * 1_025))[0] == 400
    clock.now += 1
    await bot("sendPhoto", chat_id=aigul.id, photo="f", caption="x" * 1_024)


@pytest.mark.parametrize(
    ("text", "mode", "left"),
    [
        ("<b>код</b> &lt;", "HTML", "код <"),
        ('<a href="https://evil.top">банк</a>', "HTML", "банк"),
        ("<b>код", "HTML", None),
        ("<b>код</i>", "HTML", None),
        ("a < b", "HTML", None),
        ("<script>x</script>", "HTML", None),
        ("</b>", "HTML", None),
        ("*код* _x_ `a.b`", "MarkdownV2", "код x a.b"),
        ("[банк](https://evil.top)", "MarkdownV2", "банк"),
        ("kaspi\\.kz", "MarkdownV2", "kaspi.kz"),
        ("kaspi.kz", "MarkdownV2", None),
        ("*код", "MarkdownV2", None),
        ("`код", "MarkdownV2", None),
        ("[банк", "MarkdownV2", None),
        ("*код* _x_", "Markdown", "код x"),
        ("user_name", "Markdown", None),
        ("[банк", "Markdown", None),
        ("x", "YAML", None),
        ("<b>*_`[", None, "<b>*_`["),
    ],
)
def test_the_parser_of_entities_is_as_strict_as_telegrams(text: str, mode: str | None, left: str | None) -> None:
    if left is None:
        with pytest.raises(CannotParse):
            plain(text, mode)
    else:
        assert plain(text, mode) == left


async def test_a_parse_error_is_a_400_in_telegrams_words(api: BotApi, bot: Bot) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")
    code, description = await bot.refused("sendMessage", chat_id=aigul.id, text="kaspi.kz", parse_mode="MarkdownV2")

    assert code == 400
    assert description.startswith("Bad Request: can't parse entities: Character '.' is reserved")


async def test_an_offset_confirms_what_lies_before_it(api: BotApi, bot: Bot) -> None:
    aigul = api.person("Айгуль")
    first, second, third = (aigul.writes(text)["update_id"] for text in ("раз", "два", "три"))

    assert [each["update_id"] for each in await bot("getUpdates", limit=2)] == [first, second]
    assert [each["update_id"] for each in await bot("getUpdates")] == [first, second, third]
    assert [each["update_id"] for each in await bot("getUpdates", offset=second + 1)] == [third]
    assert [each["update_id"] for each in await bot("getUpdates")] == [third]
    aigul.writes("четыре")
    assert [each["message"]["text"] for each in await bot("getUpdates", offset=-1)] == ["четыре"]


async def test_a_long_poll_is_held_until_something_comes(api: BotApi, bot: Bot) -> None:
    aigul = api.person("Айгуль")
    polled = asyncio.create_task(bot("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    assert not polled.done()
    aigul.writes("раз")

    async with asyncio.timeout(1):
        assert [each["message"]["text"] for each in await polled] == ["раз"]


async def test_a_long_poll_ends_empty_at_its_time(bot: Bot) -> None:
    started = time.monotonic()

    assert await bot("getUpdates", timeout=1) == []
    assert 0.9 < time.monotonic() - started < 3


async def test_the_second_poller_ends_the_first(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.refused("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(bot("getUpdates", timeout=5))

    assert (await first)[0] == 409
    api.person("Айгуль").writes("раз")
    assert len(await second) == 1


async def test_only_allowed_updates_come(api: BotApi, bot: Bot) -> None:
    aigul = api.person("Айгуль")
    await bot("getUpdates", allowed_updates=["callback_query"])
    aigul.writes("раз")
    aigul.presses_data("x", on={"chat": aigul.as_chat, "message_id": 1, "date": 0})

    assert ["callback_query" in each for each in await bot("getUpdates")] == [True]


async def test_a_press_is_acknowledged_once(api: BotApi, bot: Bot) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")
    keyboard = {"inline_keyboard": [[{"text": "Иә", "callback_data": "yes"}]]}
    await bot("sendMessage", chat_id=aigul.id, text="?", reply_markup=keyboard)
    query = aigul.presses("Иә")["callback_query"]

    assert query["data"] == "yes"
    assert await bot("answerCallbackQuery", callback_query_id=query["id"])
    assert (await bot.refused("answerCallbackQuery", callback_query_id=query["id"]))[0] == 400
    with pytest.raises(LookupError):
        aigul.presses("Жоқ")


@pytest.mark.parametrize("button", [{"text": "x"}, {"text": "x", "callback_data": "x", "url": "https://kaspi.kz"}])
async def test_a_button_does_exactly_one_thing(api: BotApi, bot: Bot, button: dict[str, str]) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")

    assert (await bot.refused("sendMessage", chat_id=aigul.id, text="?", reply_markup={"inline_keyboard": [[button]]}))[0] == 400


async def test_a_chat_takes_one_message_a_second(api: BotApi, bot: Bot, clock: Clock) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")
    await bot("sendMessage", chat_id=aigul.id, text="раз")

    answer = await bot.asks("sendMessage", json={"chat_id": aigul.id, "text": "два"})
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
    clock.now += 0.5
    assert (await bot.refused("sendMessage", chat_id=aigul.id, text="два"))[0] == 429
    assert api.pace.early == 1
    clock.now += 1
    await bot("sendMessage", chat_id=aigul.id, text="два")
    assert [seen.text for seen in aigul.sees] == ["раз", "два"]


async def test_all_chats_together_take_thirty_a_second(api: BotApi, bot: Bot, clock: Clock) -> None:
    people = [api.person(f"{number}") for number in range(31)]
    for person in people:
        person.writes("Сәлем")
    for person in people[:30]:
        await bot("sendMessage", chat_id=person.id, text="Сәлем")

    assert (await bot.refused("sendMessage", chat_id=people[30].id, text="Сәлем"))[0] == 429
    clock.now += 1
    await bot("sendMessage", chat_id=people[30].id, text="Сәлем")


async def test_nobody_is_written_to_who_did_not_begin_or_who_blocked(api: BotApi, bot: Bot) -> None:
    aigul = api.person("Айгуль")
    assert (await bot.refused("sendMessage", chat_id=1, text="x")) == (400, "Bad Request: chat not found")
    assert (await bot.refused("sendMessage", chat_id=aigul.id, text="x"))[0] == 403
    aigul.writes("Сәлем")
    aigul.blocks()
    assert (await bot.refused("sendMessage", chat_id=aigul.id, text="x")) == (403, "Forbidden: bot was blocked by the user")
    aigul.unblocks()
    await bot("sendMessage", chat_id=aigul.id, text="x")
    statuses = [each["my_chat_member"]["new_chat_member"]["status"] for each in await bot("getUpdates", offset=-2)]
    assert statuses == ["kicked", "member"]


@pytest.mark.parametrize(("after_effect", "seen"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("status", [None, 502])
async def test_a_fault_comes_before_or_after_the_effect(
    api: BotApi, bot: Bot, after_effect: bool, seen: int, status: int | None
) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")
    api.fails("sendMessage", after_effect=after_effect, status=status)

    if status is None:
        with pytest.raises(httpx.RemoteProtocolError):
            await bot.asks("sendMessage", json={"chat_id": aigul.id, "text": "x"})
    else:
        assert (await bot.refused("sendMessage", chat_id=aigul.id, text="x"))[0] == status
    assert len(aigul.sees) == seen


async def test_a_message_can_be_edited_but_not_into_itself(api: BotApi, bot: Bot) -> None:
    aigul = api.person("Айгуль")
    aigul.writes("Сәлем")
    sent = await bot("sendMessage", chat_id=aigul.id, text="раз", reply_markup={"inline_keyboard": []})
    where = {"chat_id": aigul.id, "message_id": sent["message_id"]}

    assert (await bot("editMessageText", **where, text="два"))["text"] == "два"
    assert [seen.text for seen in aigul.sees] == ["два"]
    assert (await bot.refused("editMessageText", **where, text="два"))[1] == "Bad Request: message is not modified"
    assert (await bot.refused("editMessageText", chat_id=aigul.id, message_id=1, text="x"))[0] == 400


@pytest.mark.parametrize(
    "webhook",
    [{"url": "http://bot.example.kz/"}, {"url": "bot"}, {"url": "https://bot.example.kz/", "secret_token": "тайна"}],
)
async def test_a_webhook_is_https_and_its_secret_is_ascii(bot: Bot, webhook: dict[str, str]) -> None:
    assert (await bot.refused("setWebhook", **webhook))[0] == 400


async def test_a_webhook_gets_the_secret_and_each_update_until_it_says_200() -> None:
    came: list[tuple[str, str]] = []
    answers = [503, 500, 200, 200]

    async def receive(request: Request) -> Response:
        came.append((request.headers["x-telegram-bot-api-secret-token"], (await request.json())["message"]["text"]))
        return Response(status_code=answers[len(came) - 1])

    transport = httpx.ASGITransport(Starlette(routes=[Route("/hook", receive, methods=["POST"])]))
    async with (
        httpx.AsyncClient(transport=transport) as outside,
        BotApi(outside=outside).on_loopback() as api,
        httpx.AsyncClient(base_url=api.url) as client,
    ):
        bot = Bot(client)
        await bot("setWebhook", url="https://bot.example.kz/hook", secret_token="s3cret")
        aigul = api.person("Айгуль")
        aigul.writes("раз")
        aigul.writes("два")
        async with asyncio.timeout(5):
            while api.world.updates:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

        assert came == [("s3cret", "раз")] * 3 + [("s3cret", "два")]
        assert [status for _, status in api.world.delivered] == answers
        assert (await bot.refused("getUpdates"))[0] == 409
        assert (await bot("getWebhookInfo"))["url"] == "https://bot.example.kz/hook"
        await bot("deleteWebhook", drop_pending_updates=True)
        assert await bot("getUpdates") == []


def test_an_update_that_breaks_the_description_cannot_be_pushed() -> None:
    api = BotApi()
    with pytest.raises(AssertionError):
        api.person("Айгуль").writes("x", hologram=True)


def test_hostile_bodies_are_the_same_for_the_same_seed_and_of_many_kinds() -> None:
    good = {"update_id": 7, "message": {"text": "x", "chat": {"id": 1}}}
    first = list(hostile.bodies(1, 2_000, like=good))

    assert first == list(hostile.bodies(1, 2_000, like=good))
    assert first != list(hostile.bodies(2, 2_000, like=good))
    kinds = Counter(body.kind for body in first)
    assert len(kinds) > 35
    assert {"empty", "deep list", "lone surrogates", "overflow", "junk", "cut short", "mutated: lost"} <= set(kinds)
    assert max(len(body.content) for body in first) >= 3 * 1024 * 1024


def test_hostile_forms_are_forms_for_the_most_part() -> None:
    forms = list(hostile.forms(1, 500, like={"Body": "x", "From": "+77011234567"}))

    assert forms == list(hostile.forms(1, 500, like={"Body": "x", "From": "+77011234567"}))
    assert sum(body.kind.startswith("form with") for body in forms) > 200


def test_what_telegram_makes_clickable_is_found() -> None:
    said = "kaspi.kz https://localhost 10.0.0.1 @kaspi_help a@b /next #жедел $USD +7 701 123 45 67 tg://resolve төлем.қаз/pay"
    kinds = {each.partition(":")[0] for each in clickable(said)}
    assert kinds == {"url", "ip", "mention", "email", "bot_command", "hashtag", "cashtag", "phone_number"}
    assert clickable("kaspi[.]top/pay, [@]kaspi_help, [/]next, [#]жедел, 12:30, 50% и 21.11.2026. Всё") == []


async def test_a_group_sees_what_the_bot_says_there_until_the_bot_is_removed(api: BotApi, bot: Bot) -> None:
    group, other = api.group("Еріктілер"), api.group("Көршілер")
    sent = await bot("sendMessage", chat_id=group.id, text="1-жағдай")
    await bot("editMessageText", chat_id=group.id, message_id=sent["message_id"], text="шешілді")
    assert [seen.text for seen in group.sees] == ["шешілді"]
    assert other.sees == []
    group.has_blocked = True
    assert (await bot.refused("sendMessage", chat_id=group.id, text="2-жағдай"))[0] == 403
