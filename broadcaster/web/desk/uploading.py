"""The three forms that bring a file: people, suspects, followers of a suspect. A good header goes into the queue of imports."""

import asyncio
from datetime import UTC, datetime

from starlette.responses import RedirectResponse, Response

from broadcaster import import_jobs, import_runs, suspect_records
from broadcaster.import_jobs import Kind
from broadcaster.imports import BadFile
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.web.desk import row_reasons, suspect
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit

Wrong = tuple[str, dict[str, str]]
"""The key of a sentence and its fields."""


async def people(office: Office, visit: Visit) -> Response:
    return await _form(office, visit, Kind.CONTACTS)


async def suspects(office: Office, visit: Visit) -> Response:
    return await _form(office, visit, Kind.SUSPECTS)


async def followers(office: Office, visit: Visit) -> Response:
    """POST from the page of a suspect."""
    of = await office.kept.ask(suspect_records.find, visit.request.path_params["id"])
    taken_at = _moment(visit.form.get("taken_at", ""))
    if taken_at is None or taken_at > visit.now:
        return await suspect.page(office, visit, of, wrong={"taken_at": ("suspects_bad_moment", {})})
    wrong = await _wrong(visit, Kind.FOLLOWERS)
    if wrong:
        return await suspect.page(office, visit, of, wrong={"file": wrong})
    return await _queued(office, visit, Kind.FOLLOWERS, of.id, taken_at)


async def _form(office: Office, visit: Visit, kind: Kind) -> Response:
    wrong = await _wrong(visit, kind) if visit.request.method == "POST" else None
    if visit.request.method == "POST" and not wrong:
        return await _queued(office, visit, kind)
    columns = import_runs.COLUMNS[kind]
    return await office.page(visit, "import_form.html", status=422 if wrong else 200, kind=kind, wrong=wrong, columns=columns)


async def _wrong(visit: Visit, kind: Kind) -> Wrong | None:
    """What keeps its file from being imported at all."""
    if visit.upload is None:
        return "imports_no_file", {}
    try:
        await asyncio.to_thread(import_runs.check, kind, visit.upload.file)
    except BadFile as bad:
        key, fields = row_reasons.sentence_of(str(bad)) or ("imports_unreadable", {})
        return key, dict(fields)
    return None


async def _queued(
    office: Office, visit: Visit, kind: Kind, suspect: int | None = None, taken_at: datetime | None = None
) -> Response:
    if visit.upload is None:
        raise RuntimeError("a file that was checked is not there")
    id = await office.kept.ask(
        import_jobs.add,
        kind,
        name=visit.upload.name,
        size=visit.upload.size,
        by=visit.by.id,
        now=visit.now,
        suspect=suspect,
        taken_at=taken_at,
    )
    office.imports.add(id, visit.upload.file)
    return RedirectResponse(f"/imports/{id}", status_code=303)


def _moment(text: str) -> datetime | None:
    """2026-11-29T10:00 as a browser writes it, in Kazakhstan."""
    try:
        said = datetime.fromisoformat(text)
        return (said if said.tzinfo else said.replace(tzinfo=KAZAKHSTAN)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
