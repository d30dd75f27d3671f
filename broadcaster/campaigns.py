"""The moves of a campaign: each one guarded UPDATE and its audit row in one transaction. Called by staff's doors and the sender.

A move is made on the campaign as its caller saw it: whoever was overtaken by somebody else's move or edit gets MovedMeanwhile.
Nobody approves what they wrote or submitted; an approval names the hash of what was seen, and an edit voids it.
"""

from collections.abc import Mapping
from datetime import datetime

from broadcaster import audit, campaign_moves, campaign_records, campaign_states, campaign_versions, database, next_campaign
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign, CampaignId
from broadcaster.campaign_states import Action
from broadcaster.database import Connection
from broadcaster.staff import Staff
from broadcaster.telemetry import Redactor

SENDER = "sender"
"""Who the audit trail names for what nobody of the staff did."""

LONGEST_REASON = 500
_SQL = database.queries_beside(__file__)


class NotAllowed(Exception):
    """This role may not do that."""


class OwnCampaign(Exception):
    """Nobody approves what they wrote, submitted or approved already: ask a colleague."""


class MovedMeanwhile(Exception):
    """Somebody moved or edited this campaign meanwhile: look at it again."""


class ReasonMissing(ValueError):
    """This needs a written reason of 1 to 500 printable characters."""


class SecondApprovalMissing(Exception):
    """An emergency needs a second approver and a reason before it is scheduled."""


class TimeHasPassed(ValueError):
    """This moment has passed: name a later one."""


def create(connection: Connection, content: Content, *, by: Staff, now: datetime) -> Campaign:
    _check_role(Action.CREATE, by, content)
    with database.transaction(connection):
        id = campaign_records.insert(connection, content, author=by.id, now=now)
        campaign_versions.keep(connection, id, content, author=by.id, now=now)
        _record(connection, id, Action.CREATE, by.name, now, {"hash": content.hash.hex()})
        return campaign_records.find(connection, id)


def edit(connection: Connection, campaign: Campaign, content: Content, *, by: Staff, now: datetime) -> Campaign:
    """Back to draft: every approval is void. Whoever edits is its author from now on."""
    _check_role(Action.EDIT, by, content)
    changes = {**campaign_records.as_columns(content), "by": by.id}
    told = {"new_hash": content.hash.hex()}
    return _move(connection, campaign, Action.EDIT, by, now, changes=changes, told=told, written=content)


def submit(connection: Connection, campaign: Campaign, *, by: Staff, now: datetime) -> Campaign:
    return _move(connection, campaign, Action.SUBMIT, by, now, changes={"by": by.id})


def approve(connection: Connection, campaign: Campaign, *, by: Staff, now: datetime, reason: str = "") -> Campaign:
    """An emergency takes two: the second approver gives the reason. Raises OwnCampaign."""
    again = campaign.state is campaign_states.State.APPROVED and campaign.needs_second_approval
    action = Action.APPROVE_AGAIN if again else Action.APPROVE
    if again:
        _check_reason(reason)
    return _move(connection, campaign, action, by, now, changes={"by": by.id}, reason=reason)


def return_(connection: Connection, campaign: Campaign, *, by: Staff, now: datetime, reason: str) -> Campaign:
    """Back to draft; its author reads why."""
    _check_reason(reason)
    return _move(connection, campaign, Action.RETURN, by, now, reason=reason)


def reject(connection: Connection, campaign: Campaign, *, by: Staff, now: datetime, reason: str) -> Campaign:
    _check_reason(reason)
    return _move(connection, campaign, Action.REJECT, by, now, reason=reason)


def schedule(connection: Connection, campaign: Campaign, *, by: Staff, now: datetime, at: datetime | None = None) -> Campaign:
    """At `at`, or when its file says, or now. Raises SecondApprovalMissing, TimeHasPassed."""
    send_at = at or campaign.content.send_at or now
    if send_at < now:
        raise TimeHasPassed
    moment = database.instant(send_at)
    return _move(connection, campaign, Action.SCHEDULE, by, now, changes={"send_at": moment}, told={"send_at": moment})


def pause(connection: Connection, campaign: Campaign, *, by: Staff, now: datetime, reason: str) -> Campaign:
    _check_reason(reason)
    return _move(connection, campaign, Action.PAUSE, by, now, reason=reason)


def resume(connection: Connection, campaign: Campaign, *, by: Staff, now: datetime) -> Campaign:
    """Back to where it was paused from."""
    return _move(connection, campaign, Action.RESUME, by, now)


def cancel(connection: Connection, campaign: Campaign, *, by: Staff, now: datetime, reason: str) -> Campaign:
    _check_reason(reason)
    return _move(connection, campaign, Action.CANCEL, by, now, changes={"at": database.instant(now)}, reason=reason)


def begin(connection: Connection, id: int, *, now: datetime) -> bool:
    """From scheduled to sending, once: False when it is not due, not approved as it stands, or everything is stopped.

    Inside the caller's transaction, beside the freeze of the audience.
    """
    return _by_sender(connection, id, Action.BEGIN, now, {})


def finish(connection: Connection, id: int, *, now: datetime) -> bool:
    """Nobody is left to send to: one that repeats leaves its next one as a draft. False when it was not sending."""
    with database.transaction(connection):
        if not _by_sender(connection, id, Action.FINISH, now, {}):
            return False
        next_campaign.make(connection, id, who=SENDER, now=now)
        return True


def pause_itself(connection: Connection, id: int, *, reason: str, now: datetime) -> bool:
    """Too many errors, too many people leaving; or it cannot begin. False when it was neither scheduled nor sending."""
    with database.transaction(connection):
        return pause_within(connection, id, reason=reason, now=now)


def pause_within(connection: Connection, id: int, *, reason: str, now: datetime) -> bool:
    """`pause_itself` inside the caller's transaction."""
    return _by_sender(connection, id, Action.PAUSE, now, {"reason": reason})


def _move(
    connection: Connection,
    campaign: Campaign,
    action: Action,
    by: Staff,
    now: datetime,
    *,
    changes: Mapping[str, object] | None = None,
    told: Mapping[str, str] | None = None,
    reason: str = "",
    written: Content | None = None,
) -> Campaign:
    _check_role(action, by, campaign.content)
    reason = Redactor().line(reason)
    with database.transaction(connection):
        stands = campaign_records.find(connection, campaign.id)
        if (stands.state, stands.content_hash) != (campaign.state, campaign.content_hash):
            raise MovedMeanwhile
        to = campaign_states.check(action, stands.state) or stands.paused_from
        if action in (Action.APPROVE, Action.APPROVE_AGAIN) and campaign_moves.is_own(stands, by):
            raise OwnCampaign
        if action is Action.SCHEDULE and stands.needs_second_approval:
            raise SecondApprovalMissing
        seen = {"id": stands.id, "state": stands.state, "seen": stands.content_hash, "to": to, "reason": reason or None}
        moved = connection.execute(_SQL[action.replace("-", "_")], {**seen, **(changes or {})})
        if moved.rowcount != 1:
            raise MovedMeanwhile
        if written is not None:
            campaign_versions.keep(connection, stands.id, written, author=by.id, now=now)
        if action is Action.APPROVE:
            campaign_versions.mark_approved(connection, stands.id, stands.content_hash, now=now)
        detail = {"hash": stands.content_hash.hex(), "from": stands.state.value, **(told or {})}
        _record(connection, stands.id, action, by.name, now, {**detail, "reason": reason} if reason else detail)
        return campaign_records.find(connection, stands.id)


def _by_sender(connection: Connection, id: int, action: Action, now: datetime, told: Mapping[str, str]) -> bool:
    moved = connection.execute(_SQL[f"sender_{action}"], {"id": id, "at": database.instant(now), **told})
    if moved.rowcount != 1:
        return False
    _record(connection, id, action, SENDER, now, told)
    return True


def _check_role(action: Action, by: Staff, content: Content) -> None:
    if not campaign_states.may(by.role, action, drill=content.drill):
        raise NotAllowed(f"{by.role}: {action} is not theirs to do")


def _check_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= LONGEST_REASON or not reason.isprintable():
        raise ReasonMissing


def _record(
    connection: Connection, id: CampaignId | int, action: Action, who: str, now: datetime, detail: Mapping[str, object]
) -> None:
    audit.append(connection, at=now, who=who, action=f"campaign.{action}", subject=f"campaign {id}", detail=detail)
