"""/audit: who did what and when, the newest first; and whether the trail is still as it was written."""

import json
from collections.abc import Mapping
from datetime import datetime

from starlette.responses import Response

from broadcaster import audit, audit_reading
from broadcaster.audit import BadHead, Head
from broadcaster.audit_reading import Row
from broadcaster.database import Connection
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit

_LONGEST = 120


async def show(office: Office, visit: Visit) -> Response:
    return await _page(office, visit)


async def check(office: Office, visit: Visit) -> Response:
    """POST: reads the whole trail, on the connection that may take long. GET comes back from choosing a language."""
    if visit.request.method != "POST":
        return await _page(office, visit)
    typed = visit.form.get("head", "").strip()
    try:
        kept = Head.from_text(typed) if typed else None
    except BadHead:
        return await _page(office, visit, wrong=True)
    broken, head = await office.counting.ask(_verified, kept)
    return await _page(office, visit, checked=True, broken=broken, against=kept is not None, head=head)


def _verified(connection: Connection, kept: Head | None) -> tuple[int | None, Head]:
    """The head first: rows that come while it reads are checked with the rest."""
    head = audit.head(connection)
    return audit.verify(connection, head=kept), head


async def _page(office: Office, visit: Visit, *, wrong: bool = False, **about: object) -> Response:
    query = visit.request.query_params
    asked = {name: query.get(name, "").strip()[:_LONGEST] for name in ("who", "action", "subject")}
    before = query.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    where = office.counting if any(asked.values()) else office.kept
    rows = await where.ask(audit_reading.page, before=number, **asked)
    fields = {"checked": False, "broken": None, "against": False, "head": await office.kept.ask(audit.head), **about}
    return await office.page(
        visit,
        "audit.html",
        status=422 if wrong else 200,
        rows=rows,
        asked=asked,
        further=rows[-1].id if len(rows) == audit_reading.PAGE else None,
        wrong=wrong,
        moment_of=_moment_of,
        detail_of=_detail_of,
        key_of=_key_of,
        **fields,
    )


def _moment_of(row: Row) -> datetime | None:
    try:
        return datetime.fromisoformat(row.at)
    except ValueError:
        return None


def _detail_of(row: Row) -> Mapping[str, str]:
    """A damaged one as it stands there."""
    try:
        detail = json.loads(row.detail)
    except ValueError:
        return {"?": row.detail}
    if not isinstance(detail, dict):
        return {"?": row.detail}
    return {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for name, value in detail.items()}


def _key_of(row: Row) -> str:
    return f"audit_action_{row.action.replace('.', '_').replace('-', '_')}"
