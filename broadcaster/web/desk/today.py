"""The first page: what waits for whom, what runs, and the switch that stops everything. Refreshes itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from broadcaster import attention, campaign_states, halt, opt_out_counts
from broadcaster.attention import Attention, Draft, Standing
from broadcaster.campaign_states import Action
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.web.desk import reasons
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.reasons import Pause
from broadcaster.web.desk.visit import Visit

FINISHED = ("accepted", "delivered", "undelivered", "refused", "suppressed", "unknown", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """`pause` where it stands still."""

    campaign: Standing
    done: int
    pause: Pause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """`mine`: what this person may decide now; the rest of what waits for an approval waits for `others`. `drafts`: theirs."""

    mine: Sequence[Standing]
    others: Sequence[Standing]
    all: Attention
    running: Sequence[Running]
    drafts: Sequence[Draft]
    left_today: int


async def show(office: Office, visit: Visit) -> Response:
    today = await office.kept.ask(_look, visit)
    return await office.page(visit, "today.html", today=today)


async def stop_everything(office: Office, visit: Visit) -> Response:
    await office.kept.ask(halt.stop_everything, who=visit.by.name, now=visit.now)
    return RedirectResponse("/", status_code=303)


async def resume_everything(office: Office, visit: Visit) -> Response:
    await office.kept.ask(halt.resume_everything, who=visit.by.name, now=visit.now)
    return RedirectResponse("/", status_code=303)


def _look(connection: Connection, visit: Visit) -> Today:
    found = attention.now(connection)
    waiting = (*found.to_approve_again, *found.to_approve)
    mine = [each for each in waiting if _may_approve(visit.by, each)]
    return Today(
        mine=mine,
        others=[each for each in waiting if each not in mine],
        all=found,
        running=[
            *(Running(campaign=each, done=_done(each), pause=None) for each in found.running),
            *(Running(campaign=each, done=_done(each), pause=reasons.pause_of(each.reason)) for each in found.paused),
        ],
        drafts=attention.drafts_of(connection, visit.by.id),
        left_today=opt_out_counts.today(connection, now=visit.now),
    )


def _may_approve(by: Staff, campaign: Standing) -> bool:
    own = (campaign.author, campaign.submitted_by, campaign.approved_by)
    return campaign_states.may(by.role, Action.APPROVE) and by.name not in own


def _done(campaign: Standing) -> int:
    return sum(campaign.counts.get(state, 0) for state in FINISHED)
