"""The public bot from the command line: python -m bot --help.

Each command imports what it needs and nothing else: `judge` starts without doors, settings or a database.
"""

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from broadcaster import telemetry

if TYPE_CHECKING:
    from bot.settings import Settings

_PACKS = ("csv", "json", "html")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 2 refused, with the reason in one line on stderr."""
    asked = _parser().parse_args(arguments)
    _as_utf8(sys.stdin, errors="replace")
    _as_utf8(sys.stdout, errors="backslashreplace")  # a lone surrogate becomes the escape that JSON has for it
    telemetry.configure(json=not sys.stderr.isatty())
    try:
        code: int = asked.run(asked)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever reads us has seen enough; the interpreter would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _judge(asked: argparse.Namespace) -> int:
    from bot.judging import judge_lines
    from bot.understanding import open_ear
    from content import library

    for line in judge_lines(sys.stdin, ear=open_ear(), library=library.load()):
        print(line, flush=True)
    return 0


def _ask(asked: argparse.Namespace) -> int:
    from bot.opening import open_conversation
    from bot.terminal import Terminal
    from content import library

    def ask(settings: "Settings") -> int:
        words = library.load()
        terminal = Terminal(open_conversation(settings, words), words, clock=lambda: datetime.now(UTC))
        if asked.text is None:
            terminal.talk(sys.stdin, lambda answer: print(answer, flush=True))
        else:
            print(terminal.ask(asked.text))
        return 0

    return _with_settings(ask)


def _serve(asked: argparse.Namespace) -> int:
    from bot import app, register
    from broadcaster.web import serving

    def serve(settings: "Settings") -> int:
        register.open_register(settings).close()  # what is wrong with the database is said here, in one line
        return serving.serve(app.build(settings), host=settings.host, port=settings.port)

    return _with_settings(serve)


def _poll(asked: argparse.Namespace) -> int:
    from bot import app

    def poll(settings: "Settings") -> int:
        if not settings.telegram_token.get_secret_value():
            print("SAQBOL_TELEGRAM_TOKEN is not set: @BotFather gives one", file=sys.stderr)
            return 2
        asyncio.run(app.poll(settings))
        return 0

    return _with_settings(poll)


def _cyberbot(asked: argparse.Namespace) -> int:
    from bot import register
    from bot.moderation import cyberbot

    def volunteer(settings: "Settings") -> int:
        register.open_register(settings).close()  # what is wrong with the database is said here, in one line
        asyncio.run(cyberbot.run(settings))
        return 0

    return _with_settings(volunteer)


def _handover(asked: argparse.Namespace) -> int:
    from bot import register
    from bot.moderation import handing_over
    from content import library
    from content.language import Language

    def hand_over(settings: "Settings") -> int:
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

    return _with_settings(hand_over)


def _migrate(asked: argparse.Namespace) -> int:
    from bot import register

    def migrate(settings: "Settings") -> int:
        applied = register.migrate(settings)
        print(f"applied: {', '.join(applied)}" if applied else "nothing to apply")
        return 0

    return _with_settings(migrate)


def _volunteer(asked: argparse.Namespace) -> int:
    from bot import register
    from bot.moderation import enrolling
    from bot.moderation.pages.hall import ROOT
    from bot.moderation.volunteers import AccountTaken, NotAVolunteer
    from broadcaster.staff import UnknownStaff

    def add(settings: "Settings") -> int:
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

    return _with_settings(add)


def _phrases(asked: argparse.Namespace) -> int:
    from bot.moderation import learning, releasing
    from bot.moderation.retraining import NoWorkshop, Workshop
    from bot.moderation.volunteers import NotAVolunteer
    from bot.register import open_register
    from broadcaster import staff

    def phrases(settings: "Settings") -> int:
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

    return _with_settings(phrases)


def _learn(asked: argparse.Namespace) -> int:
    from bot.moderation import releasing
    from bot.moderation.retraining import NoWorkshop, TrainingFailed, Workshop, with_rasa
    from bot.register import open_register
    from nlu.model import ModelRefused

    def learn(settings: "Settings") -> int:
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

    return _with_settings(learn)


def _with_settings(run: Callable[["Settings"], int]) -> int:
    """Runs a command with the settings; what they or the database refuse is said in one line, never as a traceback."""
    from pydantic import SecretStr, ValidationError

    from bot.register import NotMigrated
    from bot.settings import Settings
    from broadcaster.database import DatabaseUnavailable, WrongAddressKey
    from broadcaster.settings import MissingAddressKey

    try:
        settings = Settings()
        secrets = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
        telemetry.configure(json=not sys.stderr.isatty(), secrets=secrets)
        return run(settings)
    except ValidationError as error:
        for each in error.errors():
            print(f"SAQBOL_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}", file=sys.stderr)
    except (DatabaseUnavailable, MissingAddressKey, NotMigrated, WrongAddressKey) as error:
        print(str(error) or error.__doc__, file=sys.stderr)
    return 2


def _day(typed: str) -> datetime:
    return datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=timezone(timedelta(hours=5)))


def _as_utf8(stream: object, *, errors: str) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors=errors, newline="\n")


def _telegram_id(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and int(typed[:16]) > 0 and len(typed) <= 16):
        raise argparse.ArgumentTypeError("the number of a Telegram account, as @userinfobot tells it")
    return int(typed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Saqbol answers «is this a scam?» in Kazakh, Russian and English.",
        epilog="Settings come from the environment or .env; `python -m broadcaster doctor` and .env.example show them.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ask = commands.add_parser(
        "ask", help="the answer a citizen would get", description="Without TEXT: a conversation, one line after the other."
    )
    ask.add_argument("text", nargs="?", metavar="TEXT", help="the message in question, as it came")
    ask.set_defaults(run=_ask)

    judge = commands.add_parser(
        "judge",
        help="verdicts for many texts",
        description='Reads JSON Lines {"text": "…"} on stdin, writes one JSON line with the verdict for each, in order.',
    )
    judge.set_defaults(run=_judge)

    serve = commands.add_parser(
        "serve",
        help="the web chat, the webhooks, and Telegram where a token is set",
        description="Telegram comes by webhook when SAQBOL_PUBLIC_URL is set, else it is polled.",
    )
    serve.set_defaults(run=_serve)

    poll = commands.add_parser("poll", help="Telegram alone, by polling: no address of ours is needed")
    poll.set_defaults(run=_poll)

    cyberbot = commands.add_parser(
        "cyberbot",
        help="the volunteers' own bot in Telegram, by polling",
        description="Without SAQBOL_CYBERBOT_TOKEN it says that it is closed, and waits.",
    )
    cyberbot.set_defaults(run=_cyberbot)

    volunteer = commands.add_parser("volunteer", help="who judges what citizens hand over")
    add = volunteer.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "add",
        help="make somebody of the staff a volunteer, or change what they are",
        description="Their role is moderator or admin: python -m broadcaster staff add NAME --role moderator.",
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("--senior", action="store_true", help="settles and corrects cases; without it no longer a senior")
    add.add_argument("--telegram", type=_telegram_id, metavar="ID", help="the account they vote from in the group")
    add.set_defaults(run=_volunteer)

    phrases = commands.add_parser("phrases", help="training phrases proposed from judged cases: list, accept, reject")
    ways = phrases.add_subparsers(required=True, dest="what", metavar="WHAT")
    ways.add_parser("list", help="those that wait for a second person")
    for way in ("accept", "reject"):
        review = ways.add_parser(way)
        review.add_argument("id", type=int, metavar="ID")
        review.add_argument("--as", dest="by", required=True, metavar="NAME", help="a volunteer who did not judge the case")
    phrases.set_defaults(run=_phrases)

    learn = commands.add_parser(
        "learn",
        help="train with the accepted phrases; release the model only if no figure falls",
        description="Takes some minutes in nlu/.venv. Ends with 1 when the gate let nothing pass.",
    )
    learn.add_argument("--dry-run", action="store_true", help="train and examine, change nothing")
    learn.set_defaults(run=_learn)

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
    handover.set_defaults(run=_handover)

    migrate = commands.add_parser("migrate", help="make the database, or bring it up to date")
    migrate.set_defaults(run=_migrate)
    return parser


if __name__ == "__main__":
    sys.exit(main())
