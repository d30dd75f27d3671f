"""`unknowns` and `decide`: messages whose answers were lost; `export deliveries`: everybody and what became of it."""

import argparse
import asyncio
import csv
import json
import sys
from datetime import UTC, datetime

from broadcaster import campaign_records, campaign_states, deliveries, providers, receipts, reconciling, staff
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Action
from broadcaster.campaigns import NotAllowed
from broadcaster.commands.opening import register
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.receipts import Choice
from broadcaster.reconciling import Reconciled
from broadcaster.settings import SenderSettings


class CannotReconcile(Exception):
    """No provider that can be asked is open."""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    unknowns = commands.add_parser(
        "unknowns",
        help="messages that may or may not have arrived",
        description="Never sent again by themselves: a person decides, with `decide`.",
    )
    unknowns.add_argument("id", type=int, metavar="ID")
    unknowns.add_argument("--json", action="store_true", help="a JSON list, for programs")
    unknowns.set_defaults(run=_unknowns)

    decide = commands.add_parser(
        "decide", help="requeue an unknown message, though it may arrive twice, or close it: an approver's word"
    )
    decide.add_argument("id", type=int, metavar="ID")
    decide.add_argument("contact", type=int, metavar="CONTACT", help="as `unknowns` prints it")
    decide.add_argument("choice", type=Choice, choices=list(Choice), metavar="requeue|close")
    decide.add_argument("--as", dest="who", required=True, metavar="NAME", help="a name of `staff`")
    decide.set_defaults(run=_decide)

    ask = commands.add_parser(
        "reconcile",
        help="ask Twilio which unknown messages it took",
        description="What it took is settled; what it has not after ten minutes is sent again, which cannot arrive twice. "
        "Telegram cannot be asked: those stay for `decide`.",
    )
    ask.add_argument("id", type=int, metavar="ID")
    ask.set_defaults(run=_reconcile)

    export = commands.add_parser("export", help="tables for other programs").add_subparsers(required=True, metavar="TABLE")
    listed = export.add_parser("deliveries", help="CSV on stdout: masked address, channel, language, state, time, reason")
    listed.add_argument("id", type=int, metavar="ID")
    listed.set_defaults(run=_export)


def _unknowns(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        campaign_records.find(connection, asked.id)
        found = receipts.unknowns(connection, asked.id)
    if asked.json:
        rows = [
            {"contact": each.contact, "channel": each.channel, "address": each.masked, "reason": each.reason} for each in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print("\n".join(f"{each.contact}  {each.channel}  {each.masked}  {each.reason}" for each in found) or "none")
    return 0


def _decide(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        by = staff.find(connection, asked.who)
        if not campaign_states.may(by.role, Action.RESUME):
            raise NotAllowed(f"{by.role}: deciding about unknown messages is not theirs to do")
        receipts.decide(connection, asked.id, ContactId(asked.contact), asked.choice, who=by.name, now=datetime.now(UTC))
    print("it waits to be sent again" if asked.choice is Choice.REQUEUE else "closed")
    return 0


def _reconcile(settings: SenderSettings, asked: argparse.Namespace) -> int:
    if not providers.open_channels(settings) & reconciling.ASKABLE:
        raise CannotReconcile(providers.why_closed(SendingChannel.SMS))
    with register(settings) as connection:
        campaign = campaign_records.find(connection, asked.id)
        done = asyncio.run(_reconciled(settings, connection, campaign))
    print(f"{done.found} found with Twilio, {done.requeued} wait to be sent again, {done.left} still unknown")
    return 0


async def _reconciled(settings: SenderSettings, connection: Connection, campaign: Campaign) -> Reconciled:
    twilio = providers.open_twilio(settings)
    try:
        return await reconciling.reconcile(connection, campaign, twilio, now=datetime.now(UTC))
    finally:
        await twilio.close()


def _export(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        campaign = campaign_records.find(connection, asked.id)
        table = csv.writer(sys.stdout)
        table.writerow(deliveries.COLUMNS)
        table.writerows(deliveries.rows(connection, campaign))
    return 0
