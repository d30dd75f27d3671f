"""The hand-over pack in one of its forms, and in the audit trail that it was made. Called by `python -m bot handover`."""

from datetime import UTC, datetime

from bot.moderation import handover, handover_files
from broadcaster import audit, database
from broadcaster.database import Connection
from content.language import Language
from content.library import Library

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def make(connection: Connection, form: str, *, since: datetime, language: Language, words: Library, now: datetime) -> str:
    """`form` is csv, json or html; the language is the page's."""
    entries = handover.confirmed(connection, since=since, now=now)
    match form:
        case "json":
            text = handover_files.as_json(entries, now=now)
        case "html":
            text = handover_files.as_html(entries, language, words, now=now)
        case _:
            text = handover_files.as_csv(entries)
    detail = {"entries": len(entries), "since": database.instant(since), "form": form}
    with database.transaction(connection):
        audit.append(connection, at=now, who="command line", action="handover.made", subject="hand-over", detail=detail)
    return text
