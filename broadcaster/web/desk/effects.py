"""What a warning did: who left the suspect, warned people against the waiting group, in words and numbers; and who unfollowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from broadcaster import campaign_records, effect, effect_words, leaving
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.effect import Effect, Look, Measure, Missing
from broadcaster.leaving import Leaving
from broadcaster.web.desk import plots, words
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.plots import Bar
from broadcaster.web.desk.visit import Visit

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`key` names who they are; `low` and `high`: the share with a certainty of 95 %."""

    key: str
    people: int
    left: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look of a campaign that was measured. `said`: the finding in words."""

    look: Look
    measure: Measure
    groups: Sequence[Group]
    said: str
    plot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Of the list. `verdict` is a key."""

    campaign: Campaign
    verdict: str
    measure: Measure | None


async def show(office: Office, visit: Visit) -> Response:
    """GET /campaigns/{id}/effect"""
    campaign = await office.kept.ask(campaign_records.find, visit.request.path_params["id"])
    found, unfollowed = await office.counting.ask(_measured, campaign)
    said = effect_words.say(found, office.words, visit.language)
    looks = ((Look.NEXT, found.next), (Look.MONTH, found.month))
    seen = [
        Seen(
            look=look,
            measure=each,
            groups=_groups(each),
            said=said[min(place, len(said) - 1)],
            plot=f"/campaigns/{campaign.id}/plots/effect-{look}.svg",
        )
        for place, (look, each) in enumerate(looks)
        if isinstance(each, Measure)
    ]
    missing = [sentence for sentence in said if sentence not in {each.said for each in seen}]
    return await office.page(
        visit, "effect.html", campaign=campaign, verdict=_verdict(found), seen=seen, missing=missing, unfollowed=unfollowed
    )


async def every(office: Office, visit: Visit) -> Response:
    """GET /effects: campaigns to followers of a suspect, the newest first."""
    lines = await office.counting.ask(_lines)
    return await office.page(visit, "effects.html", lines=lines, most=SHOWN)


def drawn(office: Office, visit: Visit, seen: Measure | Missing) -> Response:
    """The two shares and their difference, each with its interval."""
    say = partial(office.desk_words.say, language=visit.language)
    spelt = partial(words.share, language=visit.language)
    rows = []
    if isinstance(seen, Measure):
        found = seen.difference
        rows = [Bar(label=say(each.key), value=each.share, low=each.low, high=each.high) for each in _groups(seen)]
        rows.append(Bar(label=say("effect_difference"), value=found.value, low=found.low, high=found.high))
    return plots.bars(say("effect_plot_title"), rows, spelt=spelt, nothing=say("effect_plot_nothing"))


def _measured(connection: Connection, campaign: Campaign) -> tuple[Effect, Sequence[Leaving]]:
    return effect.measure(connection, campaign.id), leaving.since_the_warning(connection, campaign)


def _lines(connection: Connection) -> Sequence[Line]:
    asked = [
        campaign
        for campaign in campaign_records.every(connection)
        if campaign.started_at is not None and next(effect.followed(campaign.content.rule), None) is not None
    ]
    lines = []
    for campaign in asked[:SHOWN]:
        found = effect.measure(connection, campaign.id)
        measure = found.next if isinstance(found.next, Measure) else None
        lines.append(Line(campaign=campaign, verdict=_verdict(found), measure=measure))
    return lines


def _groups(seen: Measure) -> Sequence[Group]:
    return [
        Group(key=key, people=part.of, left=part.hits, share=part.value, low=part.wilson[0], high=part.wilson[1])
        for key, part in (("effect_warned", seen.warned), ("effect_waited", seen.waited))
    ]


def _verdict(found: Effect) -> str:
    """The first look decides: only there does the warning alone differ."""
    match found.next:
        case Missing.NO_SNAPSHOT_AFTER:
            return "effect_verdict_too_early"
        case Missing():
            return "effect_verdict_not_measured"
        case Measure() if found.next.difference.inconclusive:
            return "effect_verdict_inconclusive"
        case _:
            return "effect_verdict_more" if found.next.difference.value > 0 else "effect_verdict_fewer"
