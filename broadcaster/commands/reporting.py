"""`report`: what a campaign did, whom it could not reach, who unfollowed since, and what it waits for."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from broadcaster import (
    audience,
    campaign_records,
    effect,
    effect_words,
    lawful_hours,
    leaving,
    policy,
    receipts,
    report,
)
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import State
from broadcaster.commands.opening import register
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.leaving import Leaving
from broadcaster.ledger_codes import SendingChannel
from broadcaster.reach import Reach
from broadcaster.receipts import UnknownDelivery
from broadcaster.report import Report
from broadcaster.settings import SenderSettings
from broadcaster.suspects import UnknownSuspect
from content import library
from content.language import Language

SHOWN = 20
"""Of the unknown messages; `unknowns` lists them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """`reach` is of now, None where a suspect of the segment is gone; `waits`: closed hours → when they open."""

    report: Report
    reach: Reach | None
    unfollowed: Sequence[Leaving]
    unknown: Sequence[UnknownDelivery]
    waits: dict[SendingChannel, datetime]
    effect: Sequence[str]


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    tell = commands.add_parser("report", help="what a campaign did")
    tell.add_argument("id", type=int, metavar="ID")
    tell.add_argument("--effect", action="store_true", help="also who unfollowed: the warned against those who waited")
    tell.add_argument("--json", action="store_true", help="one JSON object, for programs")
    tell.set_defaults(run=_report)


def _report(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        told = _told(connection, campaign_records.find(connection, asked.id), with_effect=asked.effect)
    print(json.dumps(_as_json(told, with_effect=asked.effect), ensure_ascii=False) if asked.json else "\n".join(_lines(told)))
    return 0


def _told(connection: Connection, campaign: Campaign, *, with_effect: bool) -> _Told:
    numbers = report.report_of(connection, campaign.id)
    seen = effect.measure(connection, campaign.id) if with_effect else None
    return _Told(
        report=numbers,
        reach=_reach(connection, campaign),
        unfollowed=leaving.since_the_warning(connection, campaign),
        unknown=receipts.unknowns(connection, campaign.id) if numbers.unknown else (),
        waits=_waits(campaign, datetime.now(UTC)),
        effect=effect_words.say(seen, library.load(), Language.EN) if seen else (),
    )


def _reach(connection: Connection, campaign: Campaign) -> Reach | None:
    try:
        return audience.reached(connection, campaign.content)
    except UnknownSuspect:
        return None


def _waits(campaign: Campaign, now: datetime) -> dict[SendingChannel, datetime]:
    if campaign.state not in (State.SCHEDULED, State.SENDING):
        return {}
    rules, urgent = policy.load(), campaign.content.emergency
    opens = {each: lawful_hours.next_allowed(now, each, rules, emergency=urgent) for each in campaign.content.channels}
    return {channel: at for channel, at in opens.items() if at > now}


def _as_json(told: _Told, *, with_effect: bool) -> dict[str, object]:
    found = told.reach
    return {
        **asdict(told.report),
        "reach": {
            "known": found.known,
            "reachable": found.audience,
            "by_channel": found.by_channel(),
            "own_address": found.own,
            "only_through_a_partner": found.partner_only,
            "stopped": found.stopped,
            "left_topic": found.left_topic,
            "no_consent": found.no_consent,
            "no_address": found.no_address,
        }
        if found
        else None,
        "unfollowed": [{**asdict(each), "seen_at": each.seen_at.isoformat()} for each in told.unfollowed],
        "waits_until": {channel: at.isoformat() for channel, at in told.waits.items()},
        **({"effect": list(told.effect)} if with_effect else {}),
    }


def _lines(told: _Told) -> list[str]:
    of, lines = told.report, [_title(told.report)]
    waiting = f", of them {of.waiting_group} in the waiting group" if of.waiting_group else ""
    lines.append(f"audience       {of.audience}{waiting}")
    if told.reach:
        by = told.reach
        lines.append(
            f"known          {by.known} in the segment now: {by.own} by their own address, {by.partner_only} by a partner only, "
            f"STOP {by.stopped}, topic left {by.left_topic}, no consent {by.no_consent}, no address {by.no_address}"
        )
    lines += [f"{state:14} {n}" for state, n in of.counts.items()]
    for title, table in (("channel", of.by_channel), ("language", of.by_language)):
        lines += [f"{title} {name}: {_counted(states)}" for name, states in table.items()]
    lines.append(f"unsubscribed   {of.unsubscribed}")
    lines += [f"reason         {reason}: {n}" for reason, n in of.reasons.items()]
    lines += [f"waits          {channel} for its hours, {_at(at)}" for channel, at in told.waits.items()]
    for each in told.unfollowed:
        lines.append(f"unfollowed     {each.suspect}: {each.unfollowed} of {each.warned} warned, seen {_at(each.seen_at)}")
    if of.spent or of.budget is not None:
        limit = f" of {of.budget / 100:g}" if of.budget is not None else ""
        lines.append(f"spent          {of.spent / 100:g}{limit} tenge")
    if of.unknown:
        lines.append(f"UNKNOWN        {of.unknown}: their answers were lost, a person decides (`decide`)")
    lines += [f"  contact {each.contact}  {each.channel}  {each.masked}  {each.reason}" for each in told.unknown[:SHOWN]]
    return [*lines, *told.effect]


def _title(of: Report) -> str:
    return f"{of.code} {of.name}: {of.state}" + (f" ({of.reason})" if of.reason else "")


def _counted(states: Mapping[str, int]) -> str:
    return ", ".join(f"{state} {n}" for state, n in states.items())


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(KAZAKHSTAN):%Y-%m-%d %H:%M}"
