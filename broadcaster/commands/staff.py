"""`staff`: who writes, approves and watches; each gets a link to choose a password with. For whoever has this shell."""

import argparse
from datetime import UTC, datetime

from broadcaster import invitations, staff, staffing
from broadcaster.campaign_states import Role
from broadcaster.commands.campaigning import SHELL
from broadcaster.commands.opening import register
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.settings import SenderSettings
from broadcaster.staff import Staff


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    people = commands.add_parser("staff", help="who writes and who approves").add_subparsers(required=True, metavar="COMMAND")
    add = people.add_parser(
        "add",
        help="add somebody; prints the link with which they choose a password",
        description="The first one may be added by anybody who has this shell.",
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", required=True, type=Role, choices=list(Role), metavar="ROLE", help=" | ".join(Role))
    add.set_defaults(run=_add)
    invite = people.add_parser(
        "invite",
        help="a new link, for a lost password or a lost telephone",
        description="Signs them out everywhere. The old password and codes hold until new ones are chosen.",
    )
    invite.add_argument("name", metavar="NAME")
    invite.set_defaults(run=_invite)
    listed = people.add_parser("list", help="everybody: name, role, last sign-in, whether they can sign in")
    listed.set_defaults(run=_list)
    leave = people.add_parser(
        "leave", help="somebody leaves", description="They are signed out and can do nothing more; the name stays taken."
    )
    leave.add_argument("name", metavar="NAME")
    leave.add_argument("--reason", default="by hand", metavar="TEXT", help="stands in the audit trail")
    leave.set_defaults(run=_leave)


def _add(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        made = staff.add(connection, asked.name, asked.role, who=SHELL, now=datetime.now(UTC))
        print(f"{made.name}: {made.role}")
        _print_link(settings, connection, made)
    return 0


def _invite(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        _print_link(settings, connection, staff.find(connection, asked.name))
    return 0


def _print_link(settings: SenderSettings, connection: Connection, of: Staff) -> None:
    token = invitations.invite(connection, of, who=SHELL, now=datetime.now(UTC))
    hours = int(invitations.LASTS.total_seconds()) // 3600
    print(f"once, within {hours} hours, to choose a password: {invitations.link(settings, token)}")


def _list(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        for each in staff.every(connection, now=datetime.now(UTC)):
            last = f"{each.last_sign_in.astimezone(KAZAKHSTAN):%Y-%m-%d %H:%M}" if each.last_sign_in else "-"
            stands = "left" if not each.active else "can sign in" if each.enrolled else "invited" if each.invited_until else "-"
            print(f"{each.staff.name}  {each.staff.role}  {last}  {stands}")
    return 0


def _leave(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        of = staff.find(connection, asked.name)
        staffing.leave(connection, of.id, who=SHELL, reason=asked.reason, now=datetime.now(UTC))
    print(f"{of.name} has left")
    return 0
