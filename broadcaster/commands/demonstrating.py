"""`demo`: invented people and a campaign on paper, for `./run`."""

import argparse
from datetime import UTC, datetime

from broadcaster import demo
from broadcaster.commands.opening import register
from broadcaster.settings import SenderSettings
from content import library


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    show = commands.add_parser(
        "demo",
        help="invented people and a campaign on paper, for trying it out",
        description="Only into a register that knows nobody: invented people must not stand among real ones.",
    )
    show.set_defaults(run=_demo)


def _demo(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        campaign = demo.prepare(connection, library.load(), now=datetime.now(UTC))
    made = f"{demo.PEOPLE} invented people; campaign {campaign.id} is scheduled" if campaign else ""
    print(made or "somebody stands in this register already: no demo")
    return 0
