"""The methods that the Bot API fake plays, and the world they act on: people, messages, updates, the webhook."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import httpx

from tests.fakes.bot_api_people import Group, Person, Seen
from tests.fakes.bot_api_schema import Schema
from tests.fakes.bot_entities import CannotParse, plain

ME = {"id": 7_000_000_001, "is_bot": True, "first_name": "Сақ бол", "username": "saqbol_test_bot"}
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::\d+)?/")


class Refused(Exception):
    """What Telegram answers instead of a result."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None, moved_to: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.as_json = {"ok": False, "error_code": code, "description": description}
        if retry_after:
            self.as_json["parameters"] = {"retry_after": retry_after}
        if moved_to:
            self.as_json["parameters"] = {"migrate_to_chat_id": moved_to}


class World:
    """Everything behind the API. `push` is how people bring something in."""

    def __init__(self, schema: Schema, *, outside: httpx.AsyncClient | None) -> None:
        self._schema = schema
        self._outside = outside
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.updates: list[dict[str, Any]] = []
        self.allowed: list[str] | None = None
        self.webhook: Mapping[str, Any] = {"url": ""}
        self.delivered: list[tuple[int, int]] = []
        """Every attempt at the webhook: (update_id, status); 0 when nobody answered."""
        self.open_queries: set[str] = set()
        self.files: dict[str, bytes] = {}
        """By file_id, which is also their path."""
        self._ids = 100
        self._held: asyncio.Future[None] | None = None
        self._news = asyncio.Event()
        self._delivering: asyncio.Task[None] | None = None

    def push(self, **field: Any) -> dict[str, Any]:
        """One update with this one field; ids that are not given are drawn."""
        ((kind, event),) = field.items()
        if kind.endswith(("message", "post")):
            event = {"message_id": self._next(), **event}
        elif kind == "callback_query":
            event = {"id": str(self._next()), **event}
            self.open_queries.add(event["id"])
        return self.push_again({"update_id": self._next() + 10_000, kind: event})

    def push_again(self, update: dict[str, Any]) -> dict[str, Any]:
        """The very same update once more, or one made elsewhere."""
        if problem := self._schema.problem_with("Update", update):
            raise AssertionError(f"no such update: {problem}")
        if self.allowed is None or not self.allowed or set(self.allowed) & set(update):
            self.updates.append(update)
            self._news.set()
            if self._held and not self._held.done():
                self._held.set_result(None)
        return update

    def chat(self, chat_id: Any) -> Person | Group:
        is_number = re.fullmatch(r"-?\d+", str(chat_id))
        person = self.people.get(int(chat_id)) or self.groups.get(int(chat_id)) if is_number else None
        if person is None:
            raise Refused(400, "Bad Request: chat not found")
        if isinstance(person, Group) and person.moved_to:
            raise Refused(400, "Bad Request: group chat was upgraded to a supergroup chat", moved_to=person.moved_to)
        if person.has_blocked and isinstance(person, Group):
            raise Refused(403, "Forbidden: bot was kicked from the supergroup chat")
        if person.has_blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not person.has_started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        return person

    def shown(self, chat_id: Any, as_text: str, *, reply_markup: Mapping[str, Any] | None, **content: Any) -> dict[str, Any]:
        person = self.chat(chat_id)
        _check_keyboard(reply_markup)
        message = {"message_id": self._next(), "date": 1_800_000_000, "chat": person.as_chat, "from": ME, **content}
        if reply_markup and "inline_keyboard" in reply_markup:
            message["reply_markup"] = reply_markup
        person.is_shown(_seen(message, as_text))
        return message

    def reshown(self, chat_id: Any, message_id: int, **changes: Any) -> dict[str, Any]:
        person = self.chat(chat_id)
        for at, seen in enumerate(person.sees):
            if seen.message_id == message_id:
                message = {**seen.raw, **changes}
                _check_keyboard(message.get("reply_markup"))
                if message == seen.raw:
                    raise Refused(400, "Bad Request: message is not modified")
                person.sees[at] = _seen(message, message.get("text", seen.text))
                return message
        raise Refused(400, "Bad Request: message to edit not found")

    async def updates_from(self, offset: int, limit: int, hold: float) -> list[dict[str, Any]]:
        """Held until something comes; whoever asks next ends it with 409."""
        self.end_polling("terminated by other getUpdates request; make sure that only one bot instance is running")
        self.updates = self.updates[offset:] if offset < 0 else [each for each in self.updates if each["update_id"] >= offset]
        if not self.updates and hold:
            mine = self._held = asyncio.get_running_loop().create_future()
            with suppress(TimeoutError):
                await asyncio.wait_for(mine, hold)
        return self.updates[:limit]

    def end_polling(self, reason: str) -> None:
        if self._held and not self._held.done():
            self._held.set_exception(Refused(409, f"Conflict: {reason}"))

    async def deliver_to(self, webhook: Mapping[str, Any]) -> None:
        """Stops what was delivered before; an empty URL delivers no more."""
        self.webhook = webhook
        if self._delivering:
            self._delivering.cancel()
            with suppress(asyncio.CancelledError):
                await self._delivering
            self._delivering = None
        if webhook["url"]:
            self._delivering = asyncio.create_task(self._deliver())

    async def close(self) -> None:
        if self._held and not self._held.done():
            self._held.set_result(None)
        await self.deliver_to({"url": ""})

    async def _deliver(self) -> None:
        """In order, each until a 2xx, as Telegram does; it waits longer than we do."""
        if self._outside is None:
            raise AssertionError("BotApi(outside=…) is the client that delivers webhooks")
        while True:
            if not self.updates:
                self._news.clear()
                await self._news.wait()
            update = self.updates[0]
            headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]} if "secret_token" in self.webhook else {}
            try:
                status = (await self._outside.post(self.webhook["url"], json=update, headers=headers)).status_code
            except httpx.HTTPError:
                status = 0
            self.delivered.append((update["update_id"], status))
            if 200 <= status < 300:
                self.updates.remove(update)
            else:
                await asyncio.sleep(0.02)

    def _next(self) -> int:
        self._ids += 1
        return self._ids


async def get_me(world: World) -> Any:
    return {**ME, "can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}


async def get_updates(
    world: World, *, offset: int = 0, limit: int = 100, allowed_updates: list[str] | None = None, **rest: Any
) -> Any:
    if world.webhook["url"]:
        raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first")
    if allowed_updates is not None:
        world.allowed = allowed_updates
    return await world.updates_from(offset, limit, rest.get("timeout", 0))


async def set_webhook(world: World, *, url: str, **options: Any) -> Any:
    if url and not url.startswith("https://") and not _LOOPBACK.match(url):
        raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", options.get("secret_token", "a")):
        raise Refused(400, "Bad Request: secret token contains unallowed characters")
    world.allowed = options.get("allowed_updates", world.allowed)
    _drop_pending(world, options)
    world.end_polling("terminated by setWebhook request")
    await world.deliver_to({"url": url, **options})
    return True


async def delete_webhook(world: World, **options: Any) -> Any:
    _drop_pending(world, options)
    await world.deliver_to({"url": ""})
    return True


async def get_webhook_info(world: World) -> Any:
    return {"url": world.webhook["url"], "has_custom_certificate": False, "pending_update_count": len(world.updates)}


async def send_message(
    world: World, *, chat_id: Any, text: str, parse_mode: str | None = None, reply_markup: Any = None, **rest: Any
) -> Any:
    said = _said(text, parse_mode, longest=4_096, what="message")
    if not said.strip():
        raise Refused(400, "Bad Request: message text is empty")
    return world.shown(chat_id, said, reply_markup=reply_markup, text=said)


async def send_photo(
    world: World,
    *,
    chat_id: Any,
    photo: Any,
    caption: str = "",
    parse_mode: str | None = None,
    reply_markup: Any = None,
    **rest: Any,
) -> Any:
    said = _said(caption, parse_mode, longest=1_024, what="message caption")
    sizes = [{"file_id": "p1", "file_unique_id": "p1", "width": 90, "height": 90}]
    return world.shown(chat_id, said, reply_markup=reply_markup, photo=sizes, **({"caption": said} if said else {}))


async def edit_message_text(
    world: World, *, text: str, chat_id: Any = None, message_id: int = 0, parse_mode: str | None = None, **rest: Any
) -> Any:
    said = _said(text, parse_mode, longest=4_096, what="message")
    return world.reshown(chat_id, message_id, text=said, reply_markup=rest.get("reply_markup", {"inline_keyboard": []}))


async def edit_message_reply_markup(world: World, *, chat_id: Any = None, message_id: int = 0, **rest: Any) -> Any:
    return world.reshown(chat_id, message_id, reply_markup=rest.get("reply_markup", {"inline_keyboard": []}))


async def answer_callback_query(world: World, *, callback_query_id: str, text: str = "", **rest: Any) -> Any:
    if callback_query_id not in world.open_queries:
        raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    world.open_queries.remove(callback_query_id)
    return True


async def get_file(world: World, *, file_id: str) -> Any:
    if file_id not in world.files:
        raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    size = len(world.files[file_id])
    return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"photos/{file_id}.jpg"}


async def agree(world: World, **parameters: Any) -> Any:
    """sendChatAction, setMyCommands: nothing that a person would read."""
    return True


Played = Callable[..., Awaitable[Any]]
METHODS: Mapping[str, Played] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "answerCallbackQuery": answer_callback_query,
    "getFile": get_file,
    "sendChatAction": agree,
    "setMyCommands": agree,
}
SENDING = frozenset({"sendMessage", "sendPhoto"})


def _said(text: str, mode: str | None, *, longest: int, what: str) -> str:
    try:
        said = plain(text, mode)
    except CannotParse as problem:
        raise Refused(400, f"Bad Request: can't parse entities: {problem}") from None
    if len(said.encode("utf-16-le", "replace")) // 2 > longest:
        raise Refused(400, f"Bad Request: {what} is too long")
    return said


def _check_keyboard(markup: Mapping[str, Any] | None) -> None:
    for row in (markup or {}).get("inline_keyboard", ()):
        for button in row:
            if len(set(button) - {"text", "icon_custom_emoji_id", "style"}) != 1:
                raise Refused(
                    400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
                )
            if not button["text"].strip():
                raise Refused(400, "Bad Request: inline keyboard button text is empty")


def _drop_pending(world: World, options: Mapping[str, Any]) -> None:
    if options.get("drop_pending_updates"):
        world.updates.clear()


def _seen(message: Mapping[str, Any], text: str) -> Seen:
    buttons = message.get("reply_markup", {}).get("inline_keyboard", ())
    return Seen(message_id=message["message_id"], text=text, buttons=buttons, raw=message)
