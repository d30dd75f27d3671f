"""`demo`: invented people and a campaign on paper, for `./run`."""

import argparse
from datetime import UTC, datetime

from broadcaster import demo, demo_people, demo_sign_in
from broadcaster.commands.opening import register
from broadcaster.settings import SenderSettings
from content import library


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    show = commands.add_parser(
        "demo",
        help="invented people and a campaign on paper, for trying it out",
        description="Only into a register that knows nobody: invented people must not stand among real ones.",
    )
    show.add_argument(
        "--sign-in",
        action="store_true",
        help="prints how the invented staff sign in to the console: name, password, the code of this moment",
    )
    show.set_defaults(run=_demo)


def _demo(settings: SenderSettings, asked: argparse.Namespace) -> int:
    if asked.sign_in:
        return _sign_in(settings)
    with register(settings) as connection:
        campaign = demo.prepare(connection, library.load(), now=datetime.now(UTC))
    made = f"{demo_people.COUNT} invented people; campaign {campaign.id} is scheduled" if campaign else ""
    print(made or "somebody stands in this register already: no demo")
    return 0


def _sign_in(settings: SenderSettings) -> int:
    with register(settings) as connection:
        told = demo_sign_in.told(connection, now=datetime.now(UTC))
    if not told:
        print("nobody here signs in as the demo set them up")
        return 1
    print(f"console: {settings.console_url or f'http://127.0.0.1:{settings.console_port}'}/sign-in")
    for each in told:
        print(f"{each.name:8} {each.role:9} password {each.password}  code {each.code}")
    print(f"the codes change in {told[0].seconds} s, and each works once: ask again for the next")
    return 0
