"""What a campaign will be, before it is sent: the piece `_preview.html`, shown by the form, the campaign page and the approver.

A page hands `looked` to its template and includes the piece; with `preview_from` the piece that waits for its count asks there.
"""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import RedirectResponse, Response

from broadcaster import campaign_records, preview, providers
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.headcounts import Headcounts
from broadcaster.preview import Preview
from broadcaster.suspects import UnknownSuspect
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """`preview` None: `error` is a key of content/desk, or without one the people are being counted.

    `at`: when they were counted, None for just now.
    """

    preview: Preview | None
    error: str = ""
    at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.preview is None and not self.error


def source(campaign: Campaign) -> str:
    return f"/campaigns/{campaign.id}/preview"


async def look(office: Office, visit: Visit, campaign: Campaign) -> Looked:
    return await look_at(office, visit, campaign.content, campaign=campaign)


async def look_at(office: Office, visit: Visit, content: Content, *, campaign: Campaign | None = None) -> Looked:
    """`content` as it stands in a form; `campaign` is the one that it will belong to, None for a new one."""

    def made(connection: Connection, counts: Headcounts) -> Preview:
        return preview.of_content(
            connection,
            content,
            campaign=campaign.id if campaign else None,
            code=campaign.code if campaign else preview.CODE_TO_COME,
            send_at=campaign.send_at if campaign and campaign.content == content else None,
            counts=counts,
            policy=office.policy,
            rates=providers.rates(office.settings, office.policy),
            public_url=office.settings.public_url,
            words=office.words,
            now=visit.now,
        )

    try:
        seen = await office.live_counts.ask(visit.by.id, made, now=visit.now)
    except UnknownSuspect:
        return Looked(preview=None, error="preview_unknown_suspect")
    return Looked(preview=seen.what, at=seen.at) if seen else Looked(preview=None)


async def show(office: Office, visit: Visit) -> Response:
    """GET /campaigns/{id}/preview: the piece alone, for a page that lets it come later; with ?form=1 beside the form."""
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    in_form = "form" in visit.request.query_params
    return office.part(
        visit,
        "_preview.html",
        looked=await look(office, visit, campaign),
        campaign=campaign,
        in_form=in_form,
        preview_from=source(campaign) + ("?form=1" if in_form else ""),
    )


async def count_again(office: Office, visit: Visit) -> Response:
    """POST /campaigns/{id}/count"""
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    office.live_counts.forget(campaign.content.rule)
    return RedirectResponse(f"/campaigns/{campaign.id}#preview", status_code=303)
