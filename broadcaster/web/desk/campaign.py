"""/campaigns/{id}: how a campaign stands, what this person may do with it now, what changed since it was approved, its history.

Before it begins it shows the preview, from the schedule on its progress. The forms on it are answered by `moving` and `trying`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from broadcaster import (
    campaign_history,
    campaign_moves,
    campaign_records,
    campaign_versions,
    guest_list,
    lawful_hours,
    test_messages,
)
from broadcaster.campaign_history import Step
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import State
from broadcaster.campaign_versions import Judged
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.staff import Staff, StaffId
from broadcaster.test_messages import Tried
from broadcaster.web.desk import previewing, progress, reasons, unsubscribes
from broadcaster.web.desk.differences import differences
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit
from broadcaster.web.desk.words import in_language

LOCAL = "%Y-%m-%dT%H:%M"
"""How a browser's field for a moment wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Why a form of the page was not taken: shown at the form `of` that sent it, with what was typed."""

    of: str
    key: str
    status: int
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Read in one go. `own`: the channels on which this person can send themselves a test; `guests`: how many colleagues
    they can send one to. `follows` and `next`: its neighbours where it repeats."""

    campaign: Campaign
    people: Mapping[StaffId, str]
    history: Sequence[Step]
    before: Judged | None
    tests: Sequence[Tried]
    own: frozenset[SendingChannel]
    guests: Mapping[SendingChannel, int]
    follows: Campaign | None
    next: Campaign | None


async def show(office: Office, visit: Visit) -> Response:
    return await page(office, visit)


async def page(office: Office, visit: Visit, *, wrong: Wrong | None = None) -> Response:
    """`wrong`: the same page as an answer to a form that could not be taken."""
    seen = await office.kept.ask(_look, visit.request.path_params["id"], by=visit.by, now=visit.now)
    campaign = seen.campaign
    coming = campaign.started_at is None and campaign.state is not State.CANCELLED
    looked = await previewing.look(office, visit, campaign) if coming else None
    say = in_language(office.desk_words, visit.language)["say"]
    return await office.page(
        visit,
        "campaign.html",
        status=wrong.status if wrong else 200,
        campaign=campaign,
        seen=seen,
        coming=coming,
        moves=campaign_moves.open_to(campaign, visit.by),
        waits_for_colleague=_waits_for_colleague(campaign, visit.by),
        scheme=_scheme(office, visit, campaign),
        pause=said_pause(campaign.reason, say),
        said_pause=lambda reason: said_pause(reason, say),
        opens=_opens(office, campaign, visit.now),
        wished=_wished(campaign),
        changes=differences(office, visit, seen.before.content, campaign.content) if seen.before else (),
        looked=looked,
        preview_from=previewing.source(campaign),
        in_form=False,
        progress=await progress.look(office, visit, campaign) if campaign.started_at or campaign.state in progress.LIVE else None,
        unsubscribed=await unsubscribes.of_campaign(office, visit, campaign.id) if campaign.started_at else None,
        at_of={action: _last(seen.history, action) for action in ("create", "edit", "submit", "approve", "approve-again")},
        tried=_triable(campaign),
        mine=[channel for channel in _triable(campaign) if channel in seen.own],
        may_try=test_messages.may_be_tried(campaign),
        named=lambda prefix, values: [(each, say(f"{prefix}{each}")) for each in values],
        reason_key=reasons.key_of,
        wrong=wrong,
        typed=visit.form,
        public_url=office.settings.public_url.rstrip("/"),
    )


def said_pause(reason: str, say: Callable[..., str]) -> tuple[str, str]:
    """A sentence, and a colleague's own words where it was one of them."""
    pause = reasons.pause_of(reason)
    fields: dict[str, Any] = dict(pause.fields)
    if "channel" in fields:
        fields["channel"] = say(f"channel_{fields['channel']}")
    return say(pause.key, **fields), reason if pause.key == reasons.PAUSED_OTHERWISE else ""


def _look(connection: Connection, id: int, *, by: Staff, now: datetime) -> Seen:
    campaign = campaign_records.find(connection, id)
    return Seen(
        campaign=campaign,
        people=campaign_history.names(connection, campaign),
        history=campaign_history.of(connection, id),
        before=campaign_versions.last_judged(connection, campaign),
        tests=test_messages.of(connection, id, now=now),
        own=test_messages.channels_of(connection, by),
        guests=guest_list.sizes(connection, campaign, by=by),
        follows=None if campaign.follows is None else campaign_records.find(connection, campaign.follows),
        next=campaign_records.next_of(connection, id),
    )


def _waits_for_colleague(campaign: Campaign, by: Staff) -> bool:
    """They could approve it, were it not their own."""
    is_open = campaign.state is State.SUBMITTED or (campaign.state is State.APPROVED and campaign.needs_second_approval)
    return is_open and campaign_moves.is_own(campaign, by)


def _scheme(office: Office, visit: Visit, campaign: Campaign) -> str:
    scheme = campaign.content.scheme
    return office.words.card(scheme, visit.language).name if scheme in office.words.schemes else scheme


def _opens(office: Office, campaign: Campaign, now: datetime) -> Mapping[SendingChannel, datetime]:
    """When each channel may be used next."""
    emergency = campaign.content.emergency
    return {
        channel: lawful_hours.next_allowed(now, channel, office.policy, emergency=emergency)
        for channel in campaign.content.channels
    }


def _triable(campaign: Campaign) -> Sequence[SendingChannel]:
    return [channel for channel in campaign.content.channels if channel in test_messages.ADDRESSES]


def _last(history: Sequence[Step], action: str) -> datetime | None:
    return next((step.at for step in history if step.action == action), None)


def _wished(campaign: Campaign) -> str:
    moment = campaign.send_at or campaign.content.send_at
    return f"{moment.astimezone(lawful_hours.KAZAKHSTAN):{LOCAL}}" if moment else ""
