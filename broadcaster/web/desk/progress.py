"""How a campaign goes, refreshed while somebody looks: the piece `_progress.html`, alone or inside the campaign's page.

`campaign.html` hands `progress=await progress.look(office, visit, campaign)` to its template and includes the piece.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from broadcaster import campaign_records, lawful_hours, report, waits
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import State
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.ledger_codes import State as Delivery
from broadcaster.policy import Policy
from broadcaster.report import Report
from broadcaster.waits import Cause, Wait
from broadcaster.web.desk import reasons, tempo, unsubscribes
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.reasons import Pause
from broadcaster.web.desk.tempo import Tempo
from broadcaster.web.desk.visit import Visit

LIVE = (State.SCHEDULED, State.SENDING, State.PAUSED)
STATES = tuple(state.word for state in Delivery)
_LEFT = (Delivery.QUEUED.word, Delivery.WAITING.word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """`raw` as the channel said it."""

    key: str
    raw: str
    tried_again: bool
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`states`: those in which somebody is, in the order of a message's life. `speed` is messages a minute, None while unknown.

    `address` is where the piece is fetched from next; `live`: there is something to wait for.
    """

    campaign: Campaign
    report: Report
    states: Sequence[str]
    left: int
    done: int
    waits: Sequence[Wait]
    pause: Pause
    refusals: Sequence[Refusal]
    speed: float | None
    finish: datetime | None
    address: str
    live: bool

    @property
    def part(self) -> float:
        """From 0 to 1."""
        return self.done / self.report.audience if self.report.audience else 0.0

    @property
    def begun(self) -> bool:
        return self.campaign.started_at is not None


async def look(office: Office, visit: Visit, campaign: Campaign) -> Progress:
    told, waiting = await office.kept.ask(_told, campaign, now=visit.now, policy=office.policy)
    left = sum(told.counts.get(state, 0) for state in _LEFT)
    pace = tempo.read(visit.request.query_params).seen(done=told.audience - left, now=visit.now)
    return Progress(
        campaign=campaign,
        report=told,
        states=[state for state in STATES if told.counts.get(state)],
        left=left,
        done=told.audience - left,
        waits=waiting,
        pause=reasons.pause_of(campaign.reason),
        refusals=[
            Refusal(key=reasons.key_of(raw), raw=raw, tried_again=reasons.was_tried_again(raw), people=people)
            for raw, people in told.reasons.items()
        ],
        speed=pace.a_minute,
        finish=_finish(campaign, told.by_channel, pace, waiting, visit.now, office.policy),
        address=f"/campaigns/{campaign.id}/progress?{pace.query}",
        live=campaign.state in LIVE,
    )


async def show(office: Office, visit: Visit) -> Response:
    """GET /campaigns/{id}/progress: the piece where a page of ours fetches it, a whole page where somebody opens it."""
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    seen = await look(office, visit, campaign)
    if visit.request.headers.get("sec-fetch-dest") == "empty":
        return office.part(visit, "_progress.html", progress=seen)
    unsubscribed = await unsubscribes.of_campaign(office, visit, campaign.id)
    return await office.page(visit, "progress.html", progress=seen, unsubscribed=unsubscribed)


def _told(connection: Connection, campaign: Campaign, *, now: datetime, policy: Policy) -> tuple[Report, Sequence[Wait]]:
    return report.report_of(connection, campaign.id), waits.waits(connection, campaign, now=now, policy=policy)


def _finish(
    campaign: Campaign,
    by_channel: Mapping[str, Mapping[str, int]],
    pace: Tempo,
    waiting: Sequence[Wait],
    now: datetime,
    policy: Policy,
) -> datetime | None:
    """At the speed of the last minutes, over nights and days off; None where it stands still."""
    left = {SendingChannel(name): sum(states.get(state, 0) for state in _LEFT) for name, states in by_channel.items()}
    channels = [channel for channel, people in left.items() if people]
    if campaign.state is not State.SENDING or not pace.a_second or not channels:
        return None
    if any(wait.cause is Cause.HALTED for wait in waiting):
        return None
    emergency, people = campaign.content.emergency, sum(left.values())
    ends = [
        lawful_hours.finish(people, per_second=pace.a_second, now=now, channel=each, policy=policy, emergency=emergency)
        for each in channels
        if people / pace.a_second < _TOO_FAR.total_seconds()
    ]
    later = [wait.until for wait in waiting if wait.cause is Cause.WAITING_GROUP and wait.until]
    return max([*ends, *later]) if ends else None


_TOO_FAR = timedelta(days=60)
"""Nobody plans by a forecast of more sending time than this."""
