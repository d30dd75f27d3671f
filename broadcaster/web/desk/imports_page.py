"""/imports: what was imported, how far the one in work is, which rows were refused and why."""

import asyncio
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from starlette.responses import Response, StreamingResponse

from broadcaster import import_jobs
from broadcaster.deliveries import harmless
from broadcaster.imports import MOST_TOLD
from broadcaster.web.desk import row_reasons
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit
from content.desk_words import DeskWords
from content.language import Language

SHOWN = 50
_BOM = "\ufeff"

Refusal = tuple[str, str, bool]
"""Line, reason, and whether that is in the reader's language."""


async def show(office: Office, visit: Visit) -> Response:
    asked = visit.request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    jobs = await office.kept.ask(import_jobs.latest, before=before)
    further = jobs[-1].id if len(jobs) == import_jobs.PAGE else None
    return await office.page(visit, "imports.html", jobs=jobs, further=further)


async def show_one(office: Office, visit: Visit) -> Response:
    return await office.page(visit, "import.html", **await _about(office, visit))


async def progress(office: Office, visit: Visit) -> Response:
    """The piece that refreshes itself until the import has ended."""
    return office.part(visit, "_import.html", **await _about(office, visit))


async def errors(office: Office, visit: Visit) -> Response:
    """All refused rows as a table for a spreadsheet, which computes nothing in it."""
    job = await office.kept.ask(import_jobs.find, visit.request.path_params["id"])
    rows = _lines(_refusals(office.imports.errors_file(job.id), office.desk_words, visit.language))
    named = {"Content-Disposition": f'attachment; filename="import-{job.id}-errors.csv"'}
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=named)


async def _about(office: Office, visit: Visit) -> dict[str, Any]:
    job = await office.kept.ask(import_jobs.find, visit.request.path_params["id"])
    refused: Sequence[Refusal] = ()
    if job.refused and not job.goes_on:
        found = _refusals(office.imports.errors_file(job.id), office.desk_words, visit.language)
        refused = await asyncio.to_thread(lambda: list(islice(found, SHOWN)))
    reason = row_reasons.sentence_of(job.reason)
    return {"job": job, "refused": refused, "reason": reason, "most_told": MOST_TOLD}


def _refusals(file: Path, words: DeskWords, language: Language) -> Iterator[Refusal]:
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as lines:
        for row in islice(csv.reader(lines), 1, None):
            said = row_reasons.sentence_of(row[1])
            yield (row[0], words.say(said[0], language, **said[1]), True) if said else (row[0], row[1], False)


def _lines(refusals: Iterator[Refusal]) -> Iterator[str]:
    yield f"{_BOM}line,reason\r\n"
    for line, reason, _ in refusals:
        out = io.StringIO()
        csv.writer(out).writerow([harmless(line), harmless(reason)])
        yield out.getvalue()
