"""Saved templates: the list, one version, and saving a campaign as the next version of one."""

from starlette.responses import RedirectResponse, Response

from broadcaster import campaign_records, saved_templates, segment_words
from broadcaster.campaign_content import Content
from broadcaster.database import Connection
from broadcaster.saved_templates import Saved
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


async def show_all(office: Office, visit: Visit) -> Response:
    """GET /templates"""
    return await office.page(visit, "templates.html", templates=await office.kept.ask(saved_templates.latest))


async def show(office: Office, visit: Visit) -> Response:
    """GET /templates/{id}"""
    template, content, versions = await office.kept.ask(_version, visit.request.path_params["id"])
    segment = segment_words.explain(content.rule, visit.language, office.words)
    return await office.page(visit, "template.html", saved=template, content=content, versions=versions, segment=segment)


async def save(office: Office, visit: Visit) -> Response:
    """POST /campaigns/{id}/template"""
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    name = visit.form.get("template-name", "")
    made = await office.kept.ask(saved_templates.save, name, campaign.content, by=visit.by, now=visit.now)
    return RedirectResponse(f"/templates/{made.id}", status_code=303)


def _version(connection: Connection, id: int) -> tuple[Saved, Content, list[Saved]]:
    template = saved_templates.find(connection, id)
    return template, saved_templates.load(connection, id), list(saved_templates.versions(connection, template.name))
