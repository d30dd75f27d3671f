"""`send`, `stop-everything` and `resume-everything`: the process that sends, and the switch for all of them."""

import argparse
import asyncio
import gc
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from broadcaster import campaign_states, halt, lawful_hours, policy, providers, reconciling, staff
from broadcaster.campaign_states import Action
from broadcaster.campaigns import NotAllowed
from broadcaster.commands.opening import check, key_of, register
from broadcaster.envelopes import Envelopes
from broadcaster.ledger_codes import SendingChannel
from broadcaster.sender import Outfit, Sender
from broadcaster.settings import SenderSettings
from content import library


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


def _send(settings: SenderSettings, asked: argparse.Namespace) -> int:
    if not lawful_hours.zone_is_up_to_date():
        raise OldTimeZones
    check(settings)
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
            reconcile=_reconciler(settings),
        )
    )
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, sender.drain)
    gc.freeze()  # the vendors' libraries are not looked through again and again: a tenth of a message's cost
    await sender.run(until_idle=until_idle)


def _reconciler(settings: SenderSettings) -> Callable[[], None] | None:
    """None where no provider that can be asked is open."""
    if not providers.open_channels(settings) & reconciling.ASKABLE:
        return None

    async def asked() -> None:
        twilio = providers.open_twilio(settings)
        try:
            with register(settings) as connection:
                await reconciling.reconcile_all(connection, twilio, now=datetime.now(UTC))
        finally:
            await twilio.close()

    return lambda: asyncio.run(asked())


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
