"""WhatsApp and inbound SMS: Twilio's signed form -> Incoming, Reply -> TwiML. Built by bot.app when the auth token is set.

Nothing unsigned is read as a message, and nothing a stranger sends may end in a 5xx: Twilio would repeat it.
"""

import asyncio
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot import choices
from bot.message import Door, Incoming, Reply
from bot.pictures.reading import Reader
from bot.pictures.twilio_media import Media
from bot.recent import Recent
from bot.reception import Reception
from broadcaster.addresses import Address, Channel
from broadcaster.channels.outcome import Outcome
from broadcaster.channels.twilio import Twilio
from broadcaster.web import bodies
from content.library import Library

log = structlog.get_logger()

PATH = "/webhooks/twilio"
LONGEST_BODY = 64 * 1024
PATIENCE_WITH_PICTURES = 9.0
"""Seconds; Twilio hangs up after 15, and the words are still to be judged."""

LONGEST_MESSAGE = 1_600
"""Twilio's limit for one message; we count UTF-16 units, as telephones do."""

_SID = re.compile(r"(?:SM|MM)[0-9a-zA-Z_-]{8,64}")
_SENDER = re.compile(r"(?:whatsapp:)?\+?[0-9A-Za-z ]{3,32}")
_KINDS = {"image": "photo", "audio": "voice", "video": "video", "text": "contact"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Webhook:
    """One per process. A MessageSid is answered once; its repeat gets the same TwiML, for the first one was lost."""

    def __init__(
        self,
        reception: Reception,
        reader: Reader,
        media: Media,
        library: Library,
        *,
        public_url: str,
        auth_token: str,
        account_sid: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._reception = reception
        self._reader = reader
        self._media = media
        self._library = library
        self._url = public_url + PATH  # what Twilio signed; the Host header is whatever a stranger writes
        self._validator = RequestValidator(auth_token)
        self._account_sid = account_sid
        self._clock = clock
        self._choices = choices.Choices()
        self._answers: Recent[str, asyncio.Task[Response]] = Recent(room=2_000, keep=timedelta(hours=1))

    @property
    def route(self) -> Route:
        return Route(PATH, self.receive, methods=["POST"])

    async def receive(self, request: Request) -> Response:
        """403 for what is unsigned, 408 slow, 413 long; else 200 with the answer, or with none."""
        signature = request.headers.get("x-twilio-signature")
        if not signature:
            return Response(status_code=403)
        try:
            body = await bodies.read(request, longest=LONGEST_BODY)
        except bodies.Refused as refused:
            return Response(status_code=refused.status)
        form = self._signed(request, body, signature)
        if form is None:
            return Response(status_code=403)
        now = self._clock()
        incoming = incoming_of(form, now=now)
        if incoming is None:
            log.info("webhook.held_no_message", door="twilio")
            return _twiml()
        answer = self._answers.get(incoming.message_id, now=now)
        if answer is None:
            answer = asyncio.create_task(self._answer(incoming, _picture(form)))
            self._answers.put(incoming.message_id, answer, now=now)
        return await asyncio.shield(answer)

    def _signed(self, request: Request, body: bytes, signature: str) -> Mapping[str, str] | None:
        """The form, when the signature covers it and our account sent it. Twilio repeats no field: whoever does is not Twilio."""
        try:
            fields = bodies.form(request, body, errors="strict")
        except bodies.Refused:
            return None
        form = dict(fields)
        if len(form) < len(fields) or not self._validator.validate(self._url, form, signature):
            return None
        return form if self._account_sid in ("", form.get("AccountSid")) else None

    async def _answer(self, incoming: Incoming, picture: str) -> Response:
        sender, now = f"{incoming.door}:{incoming.sender}", incoming.received_at
        if pressed := self._choices.chosen(sender, incoming.text, now=now):
            incoming = replace(incoming, text="", pressed=pressed)
        elif picture:
            fetch = partial(self._media.fetch, picture)
            incoming = await self._reader.look_at(incoming, fetch, patience=PATIENCE_WITH_PICTURES)
        reply = await self._reception.reply_to(incoming)
        self._choices.offer(sender, reply, now=now)
        return _twiml(*messages_of(reply, self._library))


class Voice:
    """WhatsApp or SMS, spoken through first: to somebody we owe an answer. Without buttons: numbers belong to a reply."""

    def __init__(self, provider: Twilio, channel: Channel, library: Library) -> None:
        self._provider = provider
        self._channel = channel
        self._library = library

    async def tell(self, to: str, reply: Reply) -> Outcome:
        text = next(messages_of(replace(reply, buttons=()), self._library))
        return await self._provider.reply(Address(self._channel, to), text)


def incoming_of(form: Mapping[str, str], *, now: datetime) -> Incoming | None:
    """None for what is no message of a person: a receipt, a foreign kind of sender, a form that lacks what we need."""
    sid, sender = form.get("MessageSid", ""), form.get("From", "")
    if not _SID.fullmatch(sid) or not _SENDER.fullmatch(sender) or "MessageStatus" in form:
        return None
    text, pressed = form.get("Body", ""), ""
    if (
        form.get("OptOutType") == "STOP"
    ):  # Twilio's own list of words, set up by staff in its console, already silenced this person
        text, pressed = "", "stop"
    return Incoming(
        door=Door.WHATSAPP if sender.startswith("whatsapp:") else Door.SMS,
        sender=sender.removeprefix("whatsapp:"),
        message_id=sid,
        received_at=now,
        text=text,
        pressed=pressed,
        other="" if text.strip() or pressed else _other(form),
        forwarded="true" in (form.get("Forwarded"), form.get("FrequentlyForwarded")),
    )


def _picture(form: Mapping[str, str]) -> str:
    """The address of the first medium, when that is a picture."""
    return form.get("MediaUrl0", "") if form.get("MediaContentType0", "").startswith("image/") else ""


def messages_of(reply: Reply, library: Library) -> Iterator[str]:
    """The text with its numbered choices in one message where they fit, else one after the other."""
    numbered = choices.printed(reply, library)
    together = "\n\n".join(filter(None, (reply.text.strip(), numbered)))
    if not reply.text.strip():
        return
    for part in (together,) if _units(together) <= LONGEST_MESSAGE else (reply.text, numbered):
        yield from _cut(part.strip())


def _cut(text: str) -> Iterator[str]:
    """At the end of a line or a word near the limit; a longer word is cut where it must be."""
    while _units(text) > LONGEST_MESSAGE:
        head = text.encode("utf-16-le", "replace")[: 2 * LONGEST_MESSAGE].decode("utf-16-le", "ignore")
        end = max(head.rfind("\n"), head.rfind(" ")) if re.search(r"\s", head[len(head) // 2 :]) else len(head)
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def _other(form: Mapping[str, str]) -> str:
    if "Latitude" in form:
        return "location"
    if form.get("NumMedia", "0") in ("", "0"):
        return ""
    return _KINDS.get(form.get("MediaContentType0", "").partition("/")[0], "document")


def _twiml(*messages: str) -> Response:
    inside = "".join(f"<Message>{html.escape(_NOT_XML.sub('', each), quote=False)}</Message>" for each in messages)
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>', media_type="application/xml")
