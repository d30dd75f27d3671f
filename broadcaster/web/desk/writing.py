"""Writing a campaign on one page: new, edited, copied or from a saved template. Saving makes a draft or edits one, nothing else.

The form works by its buttons alone; with desk.js the live piece follows every key. What was typed is on the page again whatever
is wrong with it, and whoever was overtaken by a colleague is asked before theirs is replaced.
"""

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from broadcaster import campaign_records, campaign_states, campaigns, followed_accounts, saved_templates
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Action, State
from broadcaster.campaigns import MovedMeanwhile
from broadcaster.web.desk import campaign_form, form_choices, segment_form, template_form
from broadcaster.web.desk.campaign_form import CampaignForm
from broadcaster.web.desk.drafts import Draft, checked, shown
from broadcaster.web.desk.numbers import id_in
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit
from content import warning_templates

MADE_IN_ONE_PLACE = "/campaigns/new"


async def new(office: Office, visit: Visit) -> Response:
    """GET /campaigns/new, with ?saved=7 from that template."""
    saved = visit.request.query_params.get("saved", "")
    if not saved:
        return await _page(office, visit, campaign_form.empty(), fresh=True)
    content = await office.kept.ask(saved_templates.load, id_in(saved) or 0)
    return await _page(office, visit, campaign_form.for_another(campaign_form.of(content)))


async def copy(office: Office, visit: Visit) -> Response:
    """GET /campaigns/{id}/copy: the same once more, as a new one."""
    campaign = await _campaign(office, visit)
    return await _page(office, visit, campaign_form.for_another(campaign_form.of(campaign.content)))


async def make(office: Office, visit: Visit) -> Response:
    """POST /campaigns/new"""
    form = campaign_form.typed(visit.form)
    if pressed := await _pressed(office, visit, form, None):
        return pressed
    meaning = await checked(office, visit, form)
    if meaning.content is None:
        return await _page(office, visit, form, wrong=Draft(mistakes=meaning.mistakes))
    made = await office.kept.ask(campaigns.create, meaning.content, by=visit.by, now=visit.now)
    return RedirectResponse(f"/campaigns/{made.id}", status_code=303)


async def edit(office: Office, visit: Visit) -> Response:
    """GET /campaigns/{id}/edit"""
    campaign = await _campaign(office, visit)
    campaign_states.check(Action.EDIT, campaign.state)
    return await _page(office, visit, campaign_form.of(campaign.content), campaign=campaign, unchanged=True)


async def change(office: Office, visit: Visit) -> Response:
    """POST /campaigns/{id}/edit: every approval is void afterwards; whoever was overtaken is asked first."""
    campaign = await _campaign(office, visit)
    campaign_states.check(Action.EDIT, campaign.state)
    form = campaign_form.typed(visit.form)
    if pressed := await _pressed(office, visit, form, campaign):
        return pressed
    if visit.form.get("seen", "") != seen(campaign):
        return await _page(office, visit, form, campaign=campaign, overtaken=True, looking=True)
    meaning = await checked(office, visit, form)
    if meaning.content is None:
        return await _page(office, visit, form, campaign=campaign, wrong=Draft(mistakes=meaning.mistakes))
    try:
        await office.kept.ask(campaigns.edit, campaign, meaning.content, by=visit.by, now=visit.now)
    except MovedMeanwhile:
        return await _page(office, visit, form, campaign=await _campaign(office, visit), overtaken=True, looking=True)
    return RedirectResponse(f"/campaigns/{campaign.id}", status_code=303)


async def live(office: Office, visit: Visit) -> Response:
    """POST /campaigns/live: what the form means so far, as a piece. Keeps nothing."""
    id = visit.form.get("campaign", "")
    campaign = await office.kept.ask(campaign_records.find, id_in(id) or 0) if id else None
    draft = await shown(office, visit, campaign_form.typed(visit.form), campaign=campaign)
    return office.part(visit, "_live.html", draft=draft, unchanged=False, named=form_choices.label)


def seen(campaign: Campaign) -> str:
    """What a form was opened with: another move counts as well as another edit, for it changes what saving does."""
    return f"{campaign.state}:{campaign.content_hash.hex()}"


async def _pressed(office: Office, visit: Visit, form: CampaignForm, campaign: Campaign | None) -> Response | None:
    """One of the buttons that save nothing."""
    opened = visit.form.get("seen", "")
    if where := visit.form.get("add-row", ""):
        form = replace(form, rows=segment_form.with_row(form.rows, where))
        return await _page(office, visit, form, campaign=campaign, opened=opened)
    if show := visit.form.get("show", ""):
        meaning = campaign_form.read(form, words=office.words, now=visit.now)
        if show == "again" and meaning.rule:
            office.live_counts.forget(meaning.rule)
        return await _page(office, visit, form, campaign=campaign, opened=opened, looking=True)
    return None


async def _page(
    office: Office,
    visit: Visit,
    form: CampaignForm,
    *,
    campaign: Campaign | None = None,
    wrong: Draft | None = None,
    opened: str = "",
    overtaken: bool = False,
    looking: bool = False,
    unchanged: bool = False,
    fresh: bool = False,
) -> Response:
    """`looking`: with the preview. `unchanged`: the campaign's own may come after the page. `wrong`: why it could not be saved.
    `opened`: what the form was opened with, when that is not what stands now.
    """
    draft = await shown(office, visit, form, campaign=campaign) if looking else wrong
    return await office.page(
        visit,
        "writing.html",
        status=422 if wrong else 409 if overtaken else 200,
        form=form,
        mistakes=draft.mistakes if draft else {},
        draft=draft,
        unchanged=unchanged,
        campaign=campaign,
        action=f"/campaigns/{campaign.id}/edit" if campaign else MADE_IN_ONE_PLACE,
        seen=opened or (seen(campaign) if campaign else ""),
        voids=campaign is not None and campaign.state is not State.DRAFT,
        overtaken=overtaken,
        choices=form_choices.of(office, visit.language),
        variables=_variables(form),
        carried=_carried(form),
        accounts=await office.kept.ask(followed_accounts.names),
        saved=[(each.id, each.name) for each in await office.kept.ask(saved_templates.latest)] if fresh else [],
        named=form_choices.label,
        rows_are_full=form.rows.count >= segment_form.MOST_ROWS,
    )


def _variables(form: CampaignForm) -> tuple[str, ...]:
    known = form["warning"] in warning_templates.names()
    return tuple(sorted(warning_templates.load(form["warning"]).fields)) if known else ()


def _carried(form: CampaignForm) -> Mapping[str, str]:
    """What was typed for another choice of template: it comes back with that choice."""
    on_the_page = {name for name in campaign_form.NAMES if not (form["warning"] and name.startswith("text-"))}
    on_the_page |= {name for variable in _variables(form) for name in template_form.fields_of(variable)}
    return {name: value for name, value in form.fields.items() if value and name not in on_the_page}


async def _campaign(office: Office, visit: Visit) -> Campaign:
    return await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
