"""/suspects: the register of suspects, fifty at a time; a search that leaves no trace in a URL; one entered by hand."""

from starlette.responses import RedirectResponse, Response

from broadcaster import suspect_records
from broadcaster.suspects import BadSuspect, Kind, Status
from broadcaster.web.desk import origins, row_reasons
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


async def show(office: Office, visit: Visit) -> Response:
    """POST searches."""
    if visit.request.method == "POST":
        typed = visit.form.get("value", "")[:300]
        found = await office.counting.ask(suspect_records.search, typed)
        if len(found) == 1:
            return RedirectResponse(f"/suspects/{found[0].id}", status_code=303)
        return await _page(office, visit, found=found, searched=True)
    query = visit.request.query_params
    asked = query.get("after", "")
    after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    kind = Kind(query["kind"]) if query.get("kind") in set(Kind) else None
    status = Status(query["status"]) if query.get("status") in set(Status) else None
    found = await office.counting.ask(suspect_records.page, after=after, kind=kind, status=status)
    further = found[-1].id if len(found) == suspect_records.PAGE else None
    return await _page(office, visit, found=found, further=further, kind=kind or "", status_asked=status or "")


async def add(office: Office, visit: Visit) -> Response:
    """What is wrong stands at its field; a number that was typed is not written back."""
    form = visit.form
    wrong: dict[str, tuple[str, dict[str, str]]] = {}
    if form.get("kind") not in set(Kind):
        wrong["kind"] = ("suspects_choose_kind", {})
    if form.get("scheme") not in office.words.schemes:
        wrong["scheme"] = ("suspects_choose_scheme", {})
    if not wrong:
        try:
            id = await office.kept.ask(
                suspect_records.add,
                Kind(form["kind"]),
                form.get("value", ""),
                scheme=form["scheme"],
                organisation="organisation" in form,
                by=visit.by,
                now=visit.now,
            )
            return RedirectResponse(f"/suspects/{id}", status_code=303)
        except BadSuspect as bad:
            key, fields = row_reasons.sentence_of(str(bad)) or ("refused_bad_suspect", {})
            wrong["value"] = (key, dict(fields))
    found = await office.counting.ask(suspect_records.page)
    return await _page(office, visit, found=found, wrong=wrong)


async def _page(office: Office, visit: Visit, **fields: object) -> Response:
    about = {"further": None, "kind": "", "status_asked": "", "searched": False, "wrong": {}, **fields}
    return await office.page(
        visit,
        "suspects.html",
        status=422 if about["wrong"] else 200,
        kinds=list(Kind),
        statuses=list(Status),
        schemes=office.words.schemes,
        topic_name=origins.topic_namer(office, visit),
        **about,
    )
