"""The moves of a campaign: create, submit, approve, return, reject, schedule, pause, resume, cancel."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from broadcaster import campaign_files, campaign_records, campaigns, policy, staff, submitting
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Role
from broadcaster.commands.moments import moment
from broadcaster.commands.opening import register
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.settings import SenderSettings
from broadcaster.staff import Staff, UnknownStaff
from content import library

SHELL = "shell"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    campaign = commands.add_parser(
        "campaign",
        help="write a campaign and move it through its states",
        description="draft → submitted → approved → scheduled → sending → done; nobody approves their own.",
    ).add_subparsers(required=True, metavar="COMMAND")
    listed = campaign.add_parser("list", help="every campaign: id, code, state, name, and when it is sent")
    listed.set_defaults(run=_list)
    create = campaign.add_parser("create", help="a draft from a campaign file; the last line printed is its id")
    create.add_argument("file", type=Path, metavar="FILE.yaml", help="docs/campaigns.md tells its keys")
    create.add_argument("--as", dest="who", metavar="NAME", help="its author, a name of `staff`; default: this shell")
    create.set_defaults(run=_create)
    edit = campaign.add_parser("edit", help="new content for a campaign that has not begun; every approval is void")
    edit.add_argument("id", type=int, metavar="ID")
    edit.add_argument("file", type=Path, metavar="FILE.yaml")
    edit.add_argument("--as", dest="who", required=True, metavar="NAME")
    edit.set_defaults(run=_edit)
    for name, told in _MOVES.items():
        move = campaign.add_parser(name, help=told)
        move.add_argument("id", type=int, metavar="ID", help="as `create` printed it")
        move.add_argument("--as", dest="who", required=True, metavar="NAME", help="a name of `staff`")
        if name == "submit":
            move.add_argument("--again", action="store_true", help="the same people got this very text before, and that is meant")
        if name == "schedule":
            move.add_argument("--at", type=moment, metavar="TIME", help='"2026-11-30 10:00", Kazakhstan time; default: now')
        if name in ("return", "reject"):
            move.add_argument("--reason", required=True, metavar="TEXT", help="its author reads it")
        if name in ("pause", "cancel"):
            move.add_argument("--reason", default="by hand", metavar="TEXT", help="stands in the audit trail")
        if name == "approve":
            move.add_argument("--reason", default="", metavar="TEXT", help="the second approval of an emergency needs one")
        move.set_defaults(run=_move, move=name)


_MOVES = {
    "submit": "hand a draft over for approval",
    "approve": "say yes to what `preview` shows; an emergency needs a second approver with a reason",
    "return": "back to draft, with a reason",
    "reject": "never send it, with a reason",
    "schedule": "send it at a time",
    "pause": "nothing more leaves; what is in the air arrives",
    "resume": "go on where it was paused",
    "cancel": "end it for good",
}


def _list(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        for each in campaign_records.every(connection):
            at = f"{each.send_at.astimezone(KAZAKHSTAN):%Y-%m-%d %H:%M}" if each.send_at else "-"
            print(
                f"{each.id}  {each.code}  {each.state}  {at}  {each.content.name}" + (f"  ({each.reason})" if each.reason else "")
            )
    return 0


def _create(settings: SenderSettings, asked: argparse.Namespace) -> int:
    content = campaign_files.read(asked.file.read_bytes(), library.load())
    with register(settings) as connection:
        author = staff.find(connection, asked.who) if asked.who else _shell(connection)
        made = campaigns.create(connection, content, by=author, now=datetime.now(UTC))
    print(f"{made.content.name}: {made.state}, code {made.code}; next: preview {made.id}")
    print(made.id)
    return 0


def _shell(connection: Connection) -> Staff:
    """Whoever reached this shell without saying who: an author like any other, so somebody else approves."""
    try:
        return staff.find(connection, SHELL)
    except UnknownStaff:
        return staff.add(connection, SHELL, Role.AUTHOR, who=SHELL, now=datetime.now(UTC))


def _edit(settings: SenderSettings, asked: argparse.Namespace) -> int:
    content = campaign_files.read(asked.file.read_bytes(), library.load())
    with register(settings) as connection:
        stands = campaign_records.find(connection, asked.id)
        made = campaigns.edit(connection, stands, content, by=staff.find(connection, asked.who), now=datetime.now(UTC))
    print(f"{made.code} {made.content.name}: {made.state}")
    return 0


def _move(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        by, campaign = staff.find(connection, asked.who), campaign_records.find(connection, asked.id)
        if asked.move == "submit":
            submitting.check(
                connection,
                campaign,
                policy=policy.load(),
                public_url=settings.public_url,
                words=library.load(),
                now=datetime.now(UTC),
                again=asked.again,
            )
        moved = _moved(connection, campaign, by, asked)
    if moved.needs_second_approval and asked.move == "approve":
        print("one approval; an emergency needs a second approver: approve again, with --reason")
    print(f"{moved.code} {moved.content.name}: {moved.state}")
    return 0


def _moved(connection: Connection, campaign: Campaign, by: Staff, asked: argparse.Namespace) -> Campaign:
    now = datetime.now(UTC)
    match asked.move:
        case "submit":
            return campaigns.submit(connection, campaign, by=by, now=now)
        case "approve":
            return campaigns.approve(connection, campaign, by=by, now=now, reason=asked.reason)
        case "return":
            return campaigns.return_(connection, campaign, by=by, now=now, reason=asked.reason)
        case "reject":
            return campaigns.reject(connection, campaign, by=by, now=now, reason=asked.reason)
        case "schedule":
            return campaigns.schedule(connection, campaign, by=by, now=now, at=asked.at)
        case "pause":
            return campaigns.pause(connection, campaign, by=by, now=now, reason=asked.reason)
        case "resume":
            return campaigns.resume(connection, campaign, by=by, now=now)
        case _:
            return campaigns.cancel(connection, campaign, by=by, now=now, reason=asked.reason)
