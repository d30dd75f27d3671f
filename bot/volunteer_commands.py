"""Commands about volunteers and what they judged: volunteer, phrases, learn, handover, demo. Called by `python -m bot`.

Each imports what it needs and nothing else, as in `__main__`.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

_PACKS = ("csv", "json", "html")


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    configured: Callable[[Callable[["Settings", argparse.Namespace], int]], Callable[[argparse.Namespace], int]],
) -> None:
    """`configured` makes of a command with settings one that `main` can run."""
    volunteer = commands.add_parser("volunteer", help="who judges what citizens hand over")
    add = volunteer.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "add",
        help="make somebody of the staff a volunteer, or change what they are",
        description="Their role is moderator or admin: python -m broadcaster staff add NAME --role moderator.",
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("--senior", action="store_true", help="settles and corrects cases; without it no longer a senior")
    add.add_argument("--telegram", type=_telegram_id, metavar="ID", help="the account they vote from in the group")
    add.set_defaults(run=configured(_volunteer))

    phrases = commands.add_parser("phrases", help="training phrases proposed from judged cases: list, accept, reject")
    ways = phrases.add_subparsers(required=True, dest="what", metavar="WHAT")
    ways.add_parser("list", help="those that wait for a second person")
    for way in ("accept", "reject"):
        review = ways.add_parser(way)
        review.add_argument("id", type=int, metavar="ID")
        review.add_argument("--as", dest="by", required=True, metavar="NAME", help="a volunteer who did not judge the case")
    phrases.set_defaults(run=configured(_phrases))

    learn = commands.add_parser(
        "learn",
        help="train with the accepted phrases; release the model only if no figure falls",
        description="Takes some minutes in nlu/.venv. Ends with 1 when the gate let nothing pass.",
    )
    learn.add_argument("--dry-run", action="store_true", help="train and examine, change nothing")
    learn.set_defaults(run=configured(_learn))

    handover = commands.add_parser(
        "handover",
        help="confirmed links, handles and numbers of organisations, for whoever blocks them",
        description="A table on stdout, or one of the files. No private person, no text of a citizen.",
    )
    handover.add_argument("--since", type=_day, metavar="DATE", help="decided on or after this day: 2026-11-21")
    form = handover.add_mutually_exclusive_group()
    for kind in _PACKS:
        form.add_argument(f"--{kind}", type=Path, metavar="FILE")
    handover.add_argument("--language", choices=("kk", "ru", "en"), default="kk", help="of the page to print")
    handover.set_defaults(run=configured(_handover))

    demo = commands.add_parser(
        "demo",
        help="invented messages before the demo's volunteers, for trying it out",
        description="After python -m broadcaster demo, and only where nobody judges yet.",
    )
    demo.set_defaults(run=configured(_demo))


def _volunteer(settings: "Settings", asked: argparse.Namespace) -> int:
    from bot import register
    from bot.moderation import enrolling
    from bot.moderation.pages.hall import ROOT
    from bot.moderation.volunteers import AccountTaken, NotAVolunteer
    from broadcaster.staff import UnknownStaff

    connection = register.open_register(settings)
    address = f"{settings.public_url or f'http://127.0.0.1:{settings.port}'}{ROOT}"
    now = datetime.now(UTC)
    try:
        print(enrolling.add(connection, asked.name, senior=asked.senior, telegram=asked.telegram, address=address, now=now))
    except NotAVolunteer:
        print(f"{asked.name} has another role: the console's page Staff makes them a moderator", file=sys.stderr)
        return 2
    except (AccountTaken, UnknownStaff) as refused:
        print(refused.__doc__, file=sys.stderr)
        return 2
    finally:
        connection.close()
    return 0


def _phrases(settings: "Settings", asked: argparse.Namespace) -> int:
    from bot.moderation import learning, releasing
    from bot.moderation.retraining import NoWorkshop, Workshop
    from bot.moderation.volunteers import NotAVolunteer
    from bot.register import open_register
    from broadcaster import staff

    now = datetime.now(UTC)
    register = open_register(settings)
    try:
        if asked.what == "list":
            releasing.propose(register, Workshop(), now=now)
            for line in learning.told(learning.waiting(register)):
                print(line)
        else:
            review = learning.accept if asked.what == "accept" else learning.reject
            review(register, learning.PhraseId(asked.id), by=staff.find(register, asked.by), now=now)
            print(f"{asked.what}ed: phrase {asked.id}")
    except (
        NoWorkshop,
        NotAVolunteer,
        staff.UnknownStaff,
        learning.UnknownPhrase,
        learning.AlreadyReviewed,
        learning.OwnJudgement,
    ) as refused:
        print(str(refused) or refused.__doc__, file=sys.stderr)
        return 2
    finally:
        register.close()
    return 0


def _learn(settings: "Settings", asked: argparse.Namespace) -> int:
    from bot.moderation import releasing
    from bot.moderation.retraining import NoWorkshop, TrainingFailed, Workshop, with_rasa
    from bot.register import open_register
    from nlu.model import ModelRefused

    register, workshop = open_register(settings), Workshop()
    try:
        train = with_rasa(workshop.nlu / ".venv")
        outcome = releasing.learn(register, workshop, train=train, dry_run=asked.dry_run, now=datetime.now(UTC))
    except (NoWorkshop, TrainingFailed, ModelRefused, releasing.Outrun) as refused:
        print(str(refused) or refused.__doc__, file=sys.stderr)
        return 2
    finally:
        register.close()
    for line in releasing.told(outcome):
        print(line)
    return 1 if outcome.end in (releasing.End.STOPPED, releasing.End.DOUBTED) else 0


def _handover(settings: "Settings", asked: argparse.Namespace) -> int:
    from bot import register
    from bot.moderation import handing_over
    from content import library
    from content.language import Language

    form, file = next(((form, file) for form in _PACKS if (file := getattr(asked, form))), ("csv", None))
    connection = register.open_register(settings)
    try:
        text = handing_over.make(
            connection,
            form,
            since=asked.since or handing_over.BEGINNING,
            language=Language(asked.language),
            words=library.load(),
            now=datetime.now(UTC),
        )
    finally:
        connection.close()
    if file is None:
        sys.stdout.write(text)
        return 0
    try:
        file.write_text(text, encoding="utf-8-sig" if form == "csv" else "utf-8", newline="")
    except OSError as error:
        print(f"{file} cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0


def _demo(settings: "Settings", asked: argparse.Namespace) -> int:
    from bot.moderation import demo
    from bot.register import open_register

    register = open_register(settings)
    try:
        made = demo.prepare(register, now=datetime.now(UTC))
    finally:
        register.close()
    print(f"{made} invented messages wait for the demo's volunteers" if made else "somebody judges here already: no demo")
    return 0


def _day(typed: str) -> datetime:
    return datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=timezone(timedelta(hours=5)))


def _telegram_id(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and int(typed[:16]) > 0 and len(typed) <= 16):
        raise argparse.ArgumentTypeError("the number of a Telegram account, as @userinfobot tells it")
    return int(typed)
