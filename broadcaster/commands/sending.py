"""`send`, `stop-everything`, `resume-everything`, `report`, `unknowns` and `export`: what leaves, and what became of it."""

import argparse
import asyncio
import gc
import json
import signal
import time
from dataclasses import asdict
from datetime import UTC, datetime

import structlog

from broadcaster import campaign_states, effect, effect_words, halt, lawful_hours, policy, providers, receipts, report, staff
from broadcaster.campaign_states import Action
from broadcaster.campaigns import NotAllowed
from broadcaster.commands.opening import key_of, register
from broadcaster.envelopes import Envelopes
from broadcaster.ledger_codes import SendingChannel
from broadcaster.sender import Outfit, Sender
from broadcaster.settings import SenderSettings
from content import library
from content.language import Language

SHOWN = 20
"""Of the unknown messages in a report; `unknowns` lists them all."""


class OldTimeZones(Exception):
    """This machine's time zones are older than March 2024 and an hour off: update its tzdata, or set PYTHONTZPATH to nothing."""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    send = commands.add_parser(
        "send",
        help="the process that sends",
        description="Begins campaigns when they are due and sends until it is stopped; several may run. SIGTERM lets land "
        "what is in the air and puts the rest back.",
    )
    send.add_argument("--until-idle", action="store_true", help="end when nothing can be sent within the next quarter of an hour")
    send.set_defaults(run=_send)

    for name, told in (("stop-everything", "the kill switch"), ("resume-everything", "release the kill switch")):
        switch = commands.add_parser(name, help=told, description="Holds for every campaign, channel and process.")
        switch.add_argument("--as", dest="who", metavar="NAME", help="a name of `staff`; default: this shell")
        switch.set_defaults(run=_switch, stop=name == "stop-everything")

    tell = commands.add_parser("report", help="what a campaign did")
    tell.add_argument("id", type=int, metavar="ID")
    tell.add_argument("--effect", action="store_true", help="also who unfollowed: the warned against those who waited")
    tell.add_argument("--json", action="store_true", help="one JSON object, for programs")
    tell.set_defaults(run=_report)


def _send(settings: SenderSettings, asked: argparse.Namespace) -> int:
    if not lawful_hours.zone_is_up_to_date():
        raise OldTimeZones
    with register(settings):
        pass  # what is wrong with the database is said here, in one line
    for channel in sorted(set(SendingChannel) - providers.open_channels(settings)):
        structlog.get_logger().info("channel.closed", channel=channel.value, to_open=providers.why_closed(channel))
    asyncio.run(_sent(settings, until_idle=asked.until_idle))
    return 0


async def _sent(settings: SenderSettings, *, until_idle: bool) -> None:
    words, rules, key = library.load(), policy.load(), key_of(settings)

    def now() -> datetime:
        return datetime.now(UTC)

    sender = Sender(
        Outfit(
            url=settings.database,
            key=key,
            policy=rules,
            providers=providers.open_providers(settings, key, words, now=now),
            rates=providers.rates(settings, rules),
            envelopes=Envelopes(key=key, public_url=settings.public_url, words=words),
            now=now,
            monotonic=time.monotonic,
        )
    )
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, sender.drain)
    gc.freeze()  # the vendors' libraries are not looked through again and again: a tenth of a message's cost
    await sender.run(until_idle=until_idle)


def _switch(settings: SenderSettings, asked: argparse.Namespace) -> int:
    turn = halt.stop_everything if asked.stop else halt.resume_everything
    with register(settings) as connection:
        who = "shell"
        if asked.who:
            by = staff.find(connection, asked.who)
            if not asked.stop and not campaign_states.may(by.role, Action.RESUME):
                raise NotAllowed(f"{by.role}: whoever sees that something is wrong stops it; going on takes an approver")
            who = by.name
        turned = turn(connection, who=who, now=datetime.now(UTC))
    state = "nothing is sent any more" if asked.stop else "sending is allowed; what a person paused stays paused"
    print(state if turned else f"as before: {state}")
    return 0


def _report(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        told = report.report_of(connection, asked.id)
        lost = receipts.unknowns(connection, asked.id) if told.unknown else ()
        seen = effect.measure(connection, asked.id) if asked.effect else None
    said = effect_words.say(seen, library.load(), Language.EN) if seen else ()
    if asked.json:
        about = {**asdict(told), "effect": list(said)} if asked.effect else asdict(told)
        print(json.dumps(about, ensure_ascii=False))
        return 0
    listed = [f"  contact {each.contact}  {each.channel}  {each.masked}  {each.reason}" for each in lost[:SHOWN]]
    print("\n".join([*_lines(told), *listed, *said]))
    return 0


def _lines(told: report.Report) -> list[str]:
    lines = [f"{told.code} {told.name}: {told.state}" + (f" ({told.reason})" if told.reason else "")]
    lines.append(
        f"audience       {told.audience}" + (f", of them {told.waiting_group} in the waiting group" * bool(told.waiting_group))
    )
    lines += [f"{state:14} {n}" for state, n in told.counts.items()]
    for title, table in (("channel", told.by_channel), ("language", told.by_language)):
        lines += [
            f"{title} {name}: " + ", ".join(f"{state} {n}" for state, n in states.items()) for name, states in table.items()
        ]
    lines.append(f"unsubscribed   {told.unsubscribed}")
    lines += [f"reason         {reason}: {n}" for reason, n in told.reasons.items()]
    if told.unknown:
        lines.append(f"UNKNOWN        {told.unknown}: their answers were lost, a person decides (`decide`)")
    if told.spent:
        limit = f" of {told.budget / 100:g}" if told.budget is not None else ""
        lines.append(f"spent          {told.spent / 100:g}{limit} tenge")
    return lines
