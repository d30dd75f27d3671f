"""What a campaign will be, before it is sent: the piece `_preview.html`, shown by the form, the campaign page and the approver.

A page hands `preview` to its template (None: `preview_error` names the sentence that says why) and includes the piece.
"""

from dataclasses import dataclass

from starlette.responses import Response

from broadcaster import audience, campaign_records, preview, providers
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign
from broadcaster.preview import Preview
from broadcaster.suspects import UnknownSuspect
from broadcaster.web.desk.live_counts import Counting
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """`error` is a key of content/desk where there is nothing to show."""

    preview: Preview | None
    error: str = ""


async def look(office: Office, visit: Visit, campaign: Campaign) -> Looked:
    return await look_at(office, visit, campaign.content, campaign=campaign)


async def look_at(
    office: Office,
    visit: Visit,
    content: Content,
    *,
    campaign: Campaign | None = None,
    counting: Counting = audience.reached,
) -> Looked:
    """`content` as it stands in a form; `campaign` is the one that it will belong to, None for a new one."""
    try:
        shown = await office.counting.ask(
            preview.of_content,
            content,
            campaign=campaign.id if campaign else None,
            code=campaign.code if campaign else preview.CODE_TO_COME,
            send_at=campaign.send_at if campaign and campaign.content == content else None,
            counting=counting,
            policy=office.policy,
            rates=providers.rates(office.settings, office.policy),
            public_url=office.settings.public_url,
            words=office.words,
            now=visit.now,
        )
    except UnknownSuspect:
        return Looked(preview=None, error="preview_unknown_suspect")
    return Looked(preview=shown)


async def show(office: Office, visit: Visit) -> Response:
    """GET /campaigns/{id}/preview: the piece alone, for a page that lets it come later."""
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    looked = await look(office, visit, campaign)
    return office.part(visit, "_preview.html", preview=looked.preview, preview_error=looked.error)
