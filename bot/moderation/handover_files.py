"""The hand-over pack as a table for a spreadsheet, as JSON for a program, and as a page to print and sign. Pure.

Nothing in it can be pressed or computed by whoever opens it.
"""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.moderation.handover import Entry
from broadcaster.deliveries import harmless
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.web.html import environment
from content.language import Language
from content.library import Library

COLUMNS = ("kind", "name", "scheme", "first_seen", "sightings", "evidence_sha256", "decided_at", "how")
_TEMPLATES = environment(Path(__file__).parents[1] / "pages")


def as_csv(entries: Sequence[Entry]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in entries:
        cells = (*_told(each)[:5], " ".join(each.evidence), *_told(each)[5:])
        writer.writerow([harmless(str(cell)) for cell in cells])
    return table.getvalue()


def as_json(entries: Sequence[Entry], *, now: datetime) -> str:
    listed = [dict(zip(COLUMNS, (*_told(each)[:5], list(each.evidence), *_told(each)[5:]), strict=True)) for each in entries]
    return json.dumps({"made_at": _time(now), "entries": listed}, ensure_ascii=False, indent=2) + "\n"


def as_html(entries: Sequence[Entry], language: Language, library: Library, *, now: datetime) -> str:
    return _TEMPLATES.get_template("handover.html").render(
        entries=entries,
        language=language,
        say=partial(library.phrase, language=language),
        scheme_name=lambda id: library.card(id, language).name if id in library.schemes else id,
        day=lambda at: at.astimezone(KAZAKHSTAN).strftime("%d.%m.%Y"),
        now=now,
    )


def _told(each: Entry) -> tuple[str | int, ...]:
    return each.kind, each.name, each.scheme, _time(each.first_seen), each.sightings, _time(each.decided_at), each.how


def _time(at: datetime) -> str:
    return at.astimezone(KAZAKHSTAN).isoformat(timespec="seconds")
