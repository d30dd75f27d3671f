"""The public bot from the command line: python -m bot --help.

Each command imports what it needs and nothing else: `judge` starts without doors, settings or a database.
"""

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import volunteer_commands
from broadcaster import telemetry

if TYPE_CHECKING:
    from bot.settings import Settings


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


def _migrate(asked: argparse.Namespace) -> int:
    from bot import register

    def migrate(settings: "Settings") -> int:
        applied = register.migrate(settings)
        print(f"applied: {', '.join(applied)}" if applied else "nothing to apply")
        return 0

    return _with_settings(migrate)


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


def _configured(run: Callable[["Settings", argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """A command of another file that wants settings, as this one runs it."""
    return lambda asked: _with_settings(lambda settings: run(settings, asked))


def _as_utf8(stream: object, *, errors: str) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors=errors, newline="\n")


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

    volunteer_commands.add_to(commands, _configured)

    migrate = commands.add_parser("migrate", help="make the database, or bring it up to date")
    migrate.set_defaults(run=_migrate)
    return parser


if __name__ == "__main__":
    sys.exit(main())
