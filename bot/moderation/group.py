"""The Cyberbot: the volunteers' own bot in Telegram, by polling, through python-telegram-bot. Run by `python -m bot cyberbot`.

Without the library's Application: what it cannot read, it logs whole and asks for again. All that touches the register runs in
one thread. Nothing here may log a text, or a URL: the token stands in it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog
from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, EndPointNotFound, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.flood import Flood, Flow
from bot.moderation.card_records import Stale
from bot.moderation.group_reports import GroupReports
from bot.moderation.telegram_calls import PAUSES, Calls, TokenRefused, seconds_of
from bot.moderation.telegram_words import command_in, language_of, words_in
from bot.moderation.volunteering import Answer, Caller, Volunteering
from bot.recent import Recent

log = structlog.get_logger()
T = TypeVar("T")

ROOM = 500
"""Updates in hand at once; Telegram keeps the others meanwhile."""
TICK, GAP = 2.0, 3.0
"""Seconds between looks at what has changed, and between messages to the group: Telegram takes 20 a minute there."""
IN_A_GROUP = 15
"""Commands a minute that are answered in one group: a stranger's, where more come, would make all others wait."""
REFUSED = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the one thread works with."""

    volunteering: Volunteering
    reports: GroupReports


class Cyberbot:
    """`group` is the chat of the volunteers, 0 for none: then they work in their private chats alone."""

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        *,
        token: str,
        api: str,
        group: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raises TokenRefused for what cannot be a token."""
        self._open_desk = open_desk
        self._group = group
        self._clock = clock
        self._sleep = sleep
        self._calls = Calls(token, api, sleep)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cyberbot")
        self._desk: Desk | None = None
        self._flood = Flood(limit=40)
        self._in_groups = Flood(limit=IN_A_GROUP)
        self._seen: Recent[int, bool] = Recent(room=50_000, keep=timedelta(hours=25))
        self._in_hand: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._resting: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until it is cancelled. Raises TokenRefused, and whatever keeps the desk from being opened."""
        self._desk = await asyncio.get_running_loop().run_in_executor(self._thread, self._open_desk)
        showing = asyncio.create_task(self._show())
        try:
            await self._poll()
        finally:
            waiting = [showing, *self._resting.values()]
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def close(self) -> None:
        """Gives what is in hand ten seconds, then hangs up."""
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=10)
            for task in late:
                task.cancel()
        await self._calls.close()
        self._thread.shutdown(cancel_futures=True)

    async def _poll(self) -> None:
        offset, failures = None, 0
        while True:
            try:
                if offset is None:
                    await self._calls.start()
                    offset = 0
                updates = await self._calls.updates(offset)
                failures = 0
                for raw in updates:
                    while len(self._in_hand) >= ROOM:
                        await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
                    self._take(raw)
                    offset = raw["update_id"] + 1
            except (InvalidToken, EndPointNotFound):
                raise TokenRefused from None
            except Exception as error:
                log.warning("cyberbot.not_reached", reason=type(error).__name__)
                await self._sleep(seconds_of(error) if isinstance(error, RetryAfter) else PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1

    def _take(self, raw: Any) -> None:
        now = self._clock()
        try:
            update = Update.de_json(raw, self._calls.bot)
        except Exception as error:
            log.warning("update.dropped", reason=type(error).__name__)
            return
        if self._seen.get(update.update_id, now=now):
            return
        self._seen.put(update.update_id, True, now=now)
        task = asyncio.create_task(self._handle(update))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    async def _handle(self, update: Update) -> None:
        try:
            if update.callback_query:
                await self._pressed(update.callback_query)
            elif update.message:
                await self._said(update.message)
        except Exception as error:
            log.error("update.failed", reason=type(error).__name__)

    async def _pressed(self, query: CallbackQuery) -> None:
        """One answer to each press, whatever happens."""
        caller = Caller(telegram=query.from_user.id, language=language_of(query.from_user.language_code))
        message = query.message
        if message is None or not query.data or self._flow(caller) is not Flow.ANSWER:
            await self._calls.toast(query, await self._say("slow_down", caller))
            return
        in_group = message.chat.type != ChatType.PRIVATE
        async with self._turn(caller.telegram):
            try:
                answer = await self._do(
                    lambda desk: desk.volunteering.press(caller, query.data or "", in_group=in_group, now=self._clock())
                )
                toast = await self._dealt(caller, answer)
            except Exception as error:
                log.error("press.failed", reason=type(error).__name__)
                answer = Answer(toast="")
                toast = await self._say("sorry", caller)
            await self._calls.toast(query, toast)
            if answer.here:
                await self._calls.edit(message.chat.id, message.message_id, answer.here)

    async def _said(self, message: Message) -> None:
        """In a group only the three commands are answered, and there only with what all may read. Channels are nobody."""
        if message.from_user is None or message.from_user.is_bot or message.sender_chat is not None:
            return
        caller = Caller(telegram=message.from_user.id, language=language_of(message.from_user.language_code))
        command = command_in(message.text or "", self._calls.bot.username)
        is_private = message.chat.type == ChatType.PRIVATE
        if (not is_private and command not in ("/next", "/report", "/help")) or self._flow(caller) is not Flow.ANSWER:
            return
        if not is_private and self._in_groups.flow("group", str(message.chat.id), now=self._clock()) is not Flow.ANSWER:
            return
        if command == "/next":
            async with self._turn(caller.telegram):
                answer = await self._do(lambda desk: desk.volunteering.next(caller, now=self._clock()))
                said = await self._dealt(caller, answer)
                if answer.dealt is None or said != answer.toast:
                    await self._calls.reply(message, said)
        elif is_private:
            await self._calls.reply(message, await self._do(lambda desk: desk.volunteering.greeting(caller)))
        elif command == "/report":
            await self._calls.reply(message, await self._report(caller, message))
        else:
            await self._calls.reply(message, await self._say("help_in_group", caller, group=str(message.chat.id)))

    async def _report(self, caller: Caller, message: Message) -> str:
        """Of the message that the command replies to."""
        replied = message.reply_to_message
        if replied is None:
            return await self._say("report_how", caller)
        if replied.from_user is not None and replied.from_user.id == self._calls.bot.id:
            return await self._say("report_mine", caller)
        text = words_in(replied)
        if not text.strip():
            return await self._say("report_no_words", caller)
        id = f"{message.chat.id}:{message.message_id}"
        try:
            return await self._do(lambda desk: desk.reports.report(caller, text, message_id=id, now=self._clock()))
        except Exception as error:
            log.error("report.failed", reason=type(error).__name__)
            return await self._say("sorry", caller)

    async def _dealt(self, caller: Caller, answer: Answer) -> str:
        """Sends what belongs into their own chat; what to say in the place they pressed."""
        dealt = answer.dealt
        if dealt is None:
            return answer.toast
        try:
            sent = await self._calls.send(caller.telegram, dealt.card)
        except (Forbidden, BadRequest):
            await self._do(lambda desk: desk.volunteering.is_gone(dealt.record))
            return await self._say("write_first", caller)
        await self._do(lambda desk: desk.volunteering.was_sent(dealt.record, sent.message_id))
        return answer.toast

    async def _show(self) -> None:
        """Cards follow what becomes of their cases, wherever that was decided; new ones come into the group."""
        while True:
            try:
                await self._renew()
                if self._group and self._group not in self._resting:
                    await self._post()
            except Exception as error:
                log.warning("cards.not_shown", reason=type(error).__name__)
            await self._sleep(TICK)

    async def _renew(self) -> None:
        """A chat that takes nothing now holds up no other."""
        resting = [*self._resting]
        for stale in await self._do(lambda desk: desk.volunteering.stale(resting, now=self._clock())):
            if stale.chat in self._resting:
                continue
            try:
                await self._renew_one(stale)
            except TelegramError as error:
                log.warning("card.not_renewed", reason=type(error).__name__)
                self._rest(stale.chat, error, at_least=PAUSES[-1])
            if stale.chat < 0:
                await self._sleep(GAP)

    async def _renew_one(self, stale: Stale) -> None:
        async with self._turn(stale.chat):
            card = await self._do(lambda desk: desk.volunteering.renewed(stale, now=self._clock()))
            if await self._calls.edit(stale.chat, stale.message, card):
                await self._do(lambda desk: desk.volunteering.was_renewed(stale))
            else:
                await self._do(lambda desk: desk.volunteering.is_gone(stale.id))

    async def _post(self) -> None:
        """A card whose call ended unknown may stand there: it is not posted again."""
        new = await self._do(lambda desk: desk.volunteering.in_group(self._group, now=self._clock()))
        if new is None:
            return
        try:
            sent = await self._calls.send(self._group, new.card)
        except (Forbidden, BadRequest, ChatMigrated, RetryAfter) as error:
            await self._do(lambda desk: desk.volunteering.is_gone(new.record))
            log.warning(
                "group.refused",
                reason=type(error).__name__,
                to_mend="add the bot to the group; SAQBOL_CYBERBOT_GROUP is its number",
            )
            self._rest(self._group, error, at_least=REFUSED)
            return
        await self._do(lambda desk: desk.volunteering.was_sent(new.record, sent.message_id))
        await self._sleep(GAP)

    def _rest(self, chat: int, error: TelegramError, *, at_least: float) -> None:
        """No card goes there for so long."""
        wait = max(seconds_of(error), at_least) if isinstance(error, RetryAfter) else at_least

        async def rest() -> None:
            await self._sleep(wait)
            del self._resting[chat]

        self._resting[chat] = asyncio.create_task(rest())

    async def _do(self, act: Callable[[Desk], T]) -> T:
        """In the one thread."""
        desk = self._desk
        if desk is None:
            raise RuntimeError("run() comes first")
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: act(desk))

    async def _say(self, key: str, caller: Caller, **fields: object) -> str:
        return await self._do(lambda desk: desk.volunteering.say(key, caller.language, **fields))

    def _flow(self, caller: Caller) -> Flow:
        return self._flood.flow("cyberbot", str(caller.telegram), now=self._clock())

    def _turn(self, chat: int) -> asyncio.Lock:
        """One thing after the other for each chat: an edit never overtakes a later one."""
        return self._turns.setdefault(chat, asyncio.Lock())
