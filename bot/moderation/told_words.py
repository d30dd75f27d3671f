"""A decision in the words its asker reads: the ticket, what volunteers found and when, what to do now. Pure.

Called by whoever tells it. It must never say «safe», nor quote a link that can be pressed.
"""

from bot.answers import defanged, steps_after
from bot.buttons import Labels, Row
from bot.message import Reply
from bot.moderation.cases import Ruling
from bot.moderation.telling import Telling, What
from bot.verdict.evidence import Level
from broadcaster.lawful_hours import KAZAKHSTAN
from content.library import Library
from content.wording import short

QUOTED = 80
"""Characters of their own message, so that they know which one is meant."""

_BLAMED = {Ruling.SCAM: Level.SCAM, Ruling.DOUBTFUL: Level.DOUBTFUL}


def reply_of(telling: Telling, library: Library) -> Reply:
    at = telling.decided_at.astimezone(KAZAKHSTAN).strftime("%d.%m.%Y")
    fields = {"ticket": telling.ticket, "quote": short(defanged(telling.about), QUOTED)}
    if telling.what is What.WITHDRAWN:
        text = library.answer("case_withdrawn", telling.language, at=at, **fields)
        return Reply(text=text, language=telling.language, buttons=_under(telling, library, None))
    if telling.what is What.PARTLY_SEEN:
        rumour, corrects = telling.ruling is Ruling.HOAX, telling.was not in (None, telling.ruling)
        text = library.answer("case_partly_seen", telling.language, at=at, rumour=rumour, corrects=corrects, **fields)
        return Reply(text=text, language=telling.language, buttons=_under(telling, library, None))
    level = _BLAMED.get(telling.ruling)
    scheme = telling.scheme if level and telling.scheme in library.schemes else None
    text = library.answer(
        "case_told" if telling.what is What.DECISION else "case_corrected",
        telling.language,
        how_we_know=library.phrase(f"ruling_{telling.ruling.value}", telling.language, date=at),
        scheme_name=library.card(scheme, telling.language).name if scheme else "",
        steps=steps_after(level, scheme, telling.language, library) if level else [],
        cleared=level is None,
        **fields,
    )
    return Reply(text=text, language=telling.language, buttons=_under(telling, library, scheme))


def _under(telling: Telling, library: Library, scheme: str | None) -> list[Row]:
    label = Labels(library, telling.language)
    rows: list[Row] = [(label("emergency"),)]
    if scheme:
        rows.append((label("more", f"scheme:{scheme}"), label("share", f"share:{scheme}")))
    if telling.question is not None:
        rows.append((label("disagree", f"disagree:{telling.question}"),))
    return rows
