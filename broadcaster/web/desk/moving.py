"""POST /campaigns/{id}/{move}: the forms of a campaign's page. What is approved is what the form showed, or nothing.

A refusal that the person can mend stands at the form, with what they typed; every other one is a page of its own (`guard`).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from starlette.responses import RedirectResponse, Response

from broadcaster import campaign_records, campaigns, submitting
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Action
from broadcaster.campaigns import MovedMeanwhile, ReasonMissing, TimeHasPassed
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.reach import NobodyToReach
from broadcaster.submitting import BudgetWithoutPrice, SaidAlready, TextProblems
from broadcaster.suspects import UnknownSuspect
from broadcaster.web.desk import campaign, refusals
from broadcaster.web.desk.campaign import Wrong
from broadcaster.web.desk.guard import Page
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit

Move = Callable[[Connection, Office, Visit], Campaign]


class BadMoment(ValueError):
    """A moment looks like 2026-11-30 10:00, Kazakhstan time."""


MENDABLE = (
    BadMoment,
    BudgetWithoutPrice,
    NobodyToReach,
    ReasonMissing,
    SaidAlready,
    TextProblems,
    TimeHasPassed,
    UnknownSuspect,
)


def page_of(action: Action) -> Page[Office]:
    """What answers the form of this move."""

    async def answer(office: Office, visit: Visit) -> Response:
        register = office.headcounts if action is Action.SUBMIT else office.kept  # it counts the people
        try:
            await register.ask(MOVES[action], office, visit)
        except MENDABLE as error:
            return await campaign.page(office, visit, wrong=_wrong(action, error))
        return RedirectResponse(f"/campaigns/{visit.request.path_params['id']}", status_code=303)

    return answer


def _submit(connection: Connection, office: Office, visit: Visit) -> Campaign:
    seen = _as_seen(connection, visit)
    submitting.check(
        connection,
        seen,
        policy=office.policy,
        public_url=office.settings.public_url,
        words=office.words,
        now=visit.now,
        again=visit.form.get("again") == "yes",
    )
    return campaigns.submit(connection, seen, by=visit.by, now=visit.now)


def _approve(connection: Connection, office: Office, visit: Visit) -> Campaign:
    reason = _reason(visit, Action.APPROVE)
    return campaigns.approve(connection, _as_seen(connection, visit), by=visit.by, now=visit.now, reason=reason)


def _return(connection: Connection, office: Office, visit: Visit) -> Campaign:
    reason = _reason(visit, Action.RETURN)
    return campaigns.return_(connection, _as_seen(connection, visit), by=visit.by, now=visit.now, reason=reason)


def _reject(connection: Connection, office: Office, visit: Visit) -> Campaign:
    reason = _reason(visit, Action.REJECT)
    return campaigns.reject(connection, _as_seen(connection, visit), by=visit.by, now=visit.now, reason=reason)


def _schedule(connection: Connection, office: Office, visit: Visit) -> Campaign:
    at = visit.now if visit.form.get("when") == "now" else _moment(visit.form.get("at", ""))
    return campaigns.schedule(connection, _as_seen(connection, visit), by=visit.by, now=visit.now, at=at)


def _pause(connection: Connection, office: Office, visit: Visit) -> Campaign:
    """As it stands: whoever stops something must not be held up by a page that is a minute old."""
    stands = campaign_records.find(connection, visit.request.path_params["id"])
    return campaigns.pause(connection, stands, by=visit.by, now=visit.now, reason=_reason(visit, Action.PAUSE))


def _resume(connection: Connection, office: Office, visit: Visit) -> Campaign:
    return campaigns.resume(connection, _as_seen(connection, visit), by=visit.by, now=visit.now)


def _cancel(connection: Connection, office: Office, visit: Visit) -> Campaign:
    stands = campaign_records.find(connection, visit.request.path_params["id"])
    return campaigns.cancel(connection, stands, by=visit.by, now=visit.now, reason=_reason(visit, Action.CANCEL))


MOVES: Mapping[Action, Move] = {
    Action.SUBMIT: _submit,
    Action.APPROVE: _approve,
    Action.RETURN: _return,
    Action.REJECT: _reject,
    Action.SCHEDULE: _schedule,
    Action.PAUSE: _pause,
    Action.RESUME: _resume,
    Action.CANCEL: _cancel,
}


def _as_seen(connection: Connection, visit: Visit) -> Campaign:
    """The campaign that the form showed. Raises MovedMeanwhile where it is another one by now."""
    stands = campaign_records.find(connection, visit.request.path_params["id"])
    if (visit.form.get("state"), visit.form.get("hash")) != (stands.state.value, stands.content_hash.hex()):
        raise MovedMeanwhile
    return stands


def _reason(visit: Visit, action: Action) -> str:
    return visit.form.get(f"{action}_reason", "").strip()


def _moment(text: str) -> datetime:
    try:
        said = datetime.fromisoformat(text.strip())
        return (said if said.tzinfo else said.replace(tzinfo=KAZAKHSTAN)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadMoment from None


def _wrong(action: Action, error: Exception) -> Wrong:
    found = refusals.of(error)
    status, key = found if found else (422, "campaign_bad_moment")
    return Wrong(of=action, key=key, status=status, detail=str(error) if isinstance(error, BudgetWithoutPrice) else "")
