"""«Is this warning really yours?» by the code in it. Called by the conversation before a text is judged as any other.

A known code brings what was sent under it, never a yes to the text it stands in: anybody can copy a code.
"""

from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.buttons import Labels
from bot.message import Reply
from bot.topics import sent_text
from bot.topics.questions import Judged
from bot.topics.sent_text import Likeness
from bot.turn import Turn
from bot.verdict.evidence import Level
from broadcaster import campaign_codes, campaign_records, links
from broadcaster.campaign_records import Shown
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.links import BadLink
from content.library import Library

log = structlog.get_logger()

SHOWN_BESIDE_A_VERDICT = 600
"""Characters of our text, so that the verdict after it still fits into the message."""


class OwnWarnings:
    """`public_url`: where our stop links lead; without it none is ours."""

    def __init__(self, library: Library, register: Connection, *, public_url: str = "") -> None:
        self._library = library
        self._register = register
        self._public_url = public_url

    def answer(self, turn: Turn, judged: Judged, otherwise: Callable[[Turn, Judged], Reply]) -> Reply:
        """`otherwise` answers what is no question about a warning, and judges a text with a copied or invented code."""
        text = turn.incoming.text
        asked = judged.guess.understood and judged.guess.intents[0][0] == "is_this_yours"
        codes = campaign_codes.found_in(text, question=asked)
        if not codes:
            return otherwise(turn, judged)
        try:
            shown = next(filter(None, (campaign_records.by_code(self._register, code) for code in codes)), None)
        except DatabaseUnavailable:
            log.warning("codes.not_asked", door=turn.incoming.door.value)
            return otherwise(turn, judged)
        if shown is not None:
            return self._known(turn, judged, shown, otherwise, asked=asked)
        if asked and not self._suspicious(judged, text, codes[0]):
            return self._said(turn, "code_not_ours", "emergency", code=codes[0])
        if not asked and not sent_text.stands_behind_our_name(text, codes[0], self._library):
            return otherwise(turn, judged)
        return _before(self._library.phrase("code_unknown", turn.language, code=codes[0]), otherwise(turn, judged))

    def _known(
        self, turn: Turn, judged: Judged, shown: Shown, otherwise: Callable[[Turn, Judged], Reply], *, asked: bool
    ) -> Reply:
        text = shown.text(turn.language)
        fields = {"code": shown.code, "at": shown.since.astimezone(KAZAKHSTAN).strftime("%d.%m.%Y")}
        likeness = sent_text.likeness(turn.incoming.text, shown, self._library, is_stop_link=self._is_stop_link)
        pasted = sent_text.stands_behind_our_name(turn.incoming.text, shown.code, self._library)
        asks = likeness is Likeness.QUESTION or (asked and not pasted)
        if likeness is Likeness.SAME or (asks and not self._suspicious(judged, turn.incoming.text, shown.code)):
            return self._said(turn, "code_ours", "subscribe", text=text, **fields)
        brief = text if len(text) <= SHOWN_BESIDE_A_VERDICT else f"{text[:SHOWN_BESIDE_A_VERDICT]}…"
        warned = self._library.answer("code_other_text", turn.language, text=brief, **fields)
        return _before(warned, otherwise(turn, judged))

    def _suspicious(self, judged: Judged, text: str, code: str) -> bool:
        signs = judged.accused or judged.verdict.level in (Level.SCAM, Level.DOUBTFUL)
        return signs or not sent_text.asks_only(text, code)

    def _is_stop_link(self, word: str) -> bool:
        ours = links.stop_link(self._public_url, "")
        if not self._public_url or not word.startswith(ours):
            return False
        try:
            links.read_stop(self._register.address_key, word.removeprefix(ours))
        except BadLink:
            return False
        return True

    def _said(self, turn: Turn, answer: str, button: str, **fields: object) -> Reply:
        text = self._library.answer(answer, turn.language, **fields)
        return Reply(text=text, language=turn.language, buttons=((Labels(self._library, turn.language)(button),),))


def _before(words: str, reply: Reply) -> Reply:
    return replace(reply, text=f"{words}\n\n{reply.text}")
