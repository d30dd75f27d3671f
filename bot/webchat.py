"""The conversation in a page: GET / shows it, POST /chat says something and shows it again. Works without JavaScript.

Built by bot.app. Every word of a person is escaped by the one environment for HTML; a chat.js of ours only saves the reloading.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.message import Door, Incoming
from bot.pictures import form as pictures_form
from bot.pictures.form import Form
from bot.pictures.reading import Reader
from bot.recent import Recent
from bot.reception import Reception
from bot.settings import Settings
from bot.talks import COOKIE_LIFE, KEEP, TALKS, Badge, Talk
from broadcaster.web import bodies, page_language, same_origin
from broadcaster.web.html import environment
from broadcaster.web.page_language import NAMES
from content.language import Language
from content.library import Library

LONGEST_BODY = 1024 * 1024
LONGEST_TEXT = 16 * 1024
"""Characters handed on; the conversation reads fewer and says so."""

COOKIE = "saqbol"
PAGES = Path(__file__).parent / "pages"
EMERGENCY = "emergency"
CHOOSE_LANGUAGE = "language:"


class Page:
    """The door WEB. One per process; all its memory is `Recent`."""

    def __init__(
        self, settings: Settings, reception: Reception, reader: Reader, library: Library, *, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._reception = reception
        self._reader = reader
        self._library = library
        self._clock = clock
        self._badge = Badge(settings.secret.get_secret_value())
        self._talks: Recent[str, Talk] = Recent(room=TALKS, keep=KEEP)
        self._template = environment(PAGES).get_template("chat.html")

    async def show(self, request: Request) -> Response:
        """The page with the conversation so far; only a cookie is given, nothing is kept of a mere visit."""
        id = self._id_of(request)
        talk = self._talks.get(id, now=self._clock()) if id else None
        return self._page(talk or Talk(language=page_language.asked(request)), id)

    async def back(self, request: Request) -> Response:
        """Whoever reloads or bookmarks /chat."""
        return RedirectResponse(f"{self._settings.public_url}/" if self._settings.public_url else "/", status_code=303)

    async def say(self, request: Request) -> Response:
        """Takes one text or one button. A form sent twice (reload, double click) is answered once."""
        if not same_origin.comes_from_our_page(request, self._settings.public_url):
            return Response("403: this form was not sent from our page\n", status_code=403, media_type="text/plain")
        try:
            form = await _form(request)
        except bodies.Refused as refused:
            return Response(f"{refused.status}: not read\n", status_code=refused.status, media_type="text/plain")
        now = self._clock()
        id = self._id_of(request) or self._badge.new_id()
        talk = self._talks.get(id, now=now) or Talk(language=page_language.asked(request))
        self._talks.put(id, talk, now=now)
        turn = form.fields.get("turn", "")[:64] or secrets.token_hex(8)
        incoming = self._incoming(form, id, turn, talk, now)
        if form.picture is not None and not incoming.pressed and turn not in talk.answered:
            incoming = await self._reader.look_at(incoming, partial(_itself, form.picture))
        async with talk.one_at_a_time:
            if turn not in talk.answered:
                await self._answer(talk, turn, incoming)
        return self._page(talk, id)

    def _incoming(self, form: Form, id: str, turn: str, talk: Talk, now: datetime) -> Incoming:
        pressed = form.fields.get("pressed", "")
        return Incoming(
            door=Door.WEB,
            sender=id,
            message_id=f"{id}:{turn}",
            received_at=now,
            text="" if pressed else form.fields.get("text", "")[:LONGEST_TEXT],
            pressed=pressed,
            language_hint=talk.language,
        )

    async def _answer(self, talk: Talk, turn: str, incoming: Incoming) -> None:
        talk.answered.append(turn)
        talk.person_says(self._said(incoming, talk))
        talk.bot_says(await self._reception.reply_to(incoming))

    def _said(self, incoming: Incoming, talk: Talk) -> str:
        """What stands on the page as theirs; of a picture only that there was one."""
        if pressed := incoming.pressed:
            return talk.label_of(pressed) or self._label_of(pressed, talk.language)
        picture = incoming.in_picture or incoming.unread
        sent = f"[{self._library.phrase('picture_sent', talk.language)}]" if picture else ""
        return f"{sent}\n{incoming.text}".strip()

    def _page(self, talk: Talk, id: str) -> Response:
        words = {language: partial(self._library.phrase, language=language) for language in Language}
        html = self._template.render(
            talk=talk,
            say=words[talk.language],
            words=words,
            names=NAMES,
            emergency=EMERGENCY,
            choose_language=CHOOSE_LANGUAGE,
            turn=secrets.token_urlsafe(9),
            demo=self._settings.demo,
            whatsapp=self._settings.whatsapp_from.removeprefix("whatsapp:"),
            sms=self._settings.sms_from,
        )
        response = Response(
            html.encode("utf-8", "replace"), media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
        )
        response.set_cookie(
            COOKIE,
            self._badge.cookie_of(id or self._badge.new_id()),
            max_age=int(COOKIE_LIFE.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=self._settings.public_url.startswith("https:"),
        )
        return response

    def _id_of(self, request: Request) -> str:
        return self._badge.read(request.cookies.get(COOKIE, ""))

    def _label_of(self, pressed: str, language: Language) -> str:
        if pressed == EMERGENCY:
            return self._library.phrase("button_emergency", language)
        return next((name for language, name in NAMES.items() if pressed == CHOOSE_LANGUAGE + language), "")


async def _form(request: Request) -> Form:
    """A button is a plain form; what is written comes with a place for a picture. Raises bodies.Refused."""
    if bodies.kind(request) == "multipart/form-data":
        return await pictures_form.read(request)
    body = await bodies.read(request, longest=LONGEST_BODY)
    return Form(fields=dict(bodies.form(request, body, errors="replace")), picture=None)


async def _itself(picture: bytes) -> bytes:
    return picture
