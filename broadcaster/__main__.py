"""The register and the sending of warnings from the command line, for staff: python -m broadcaster --help."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from pydantic import SecretStr, ValidationError

from broadcaster import commands, telemetry
from broadcaster.settings import SenderSettings


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 1 nothing found or something amiss, 2 refused, with the reason in one line on stderr."""
    asked = _parser().parse_args(arguments)
    try:
        settings = SenderSettings()
        secrets = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
        telemetry.configure(json=not sys.stderr.isatty(), secrets=secrets)
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes each address called, with the bot's token in it
        code: int = asked.run(settings, asked)
    except ValidationError as error:
        for each in error.errors():
            print(f"SAQBOL_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever reads us has seen enough; the interpreter would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except commands.REFUSALS as error:
        print(str(error) or error.__doc__, file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m broadcaster",
        description="Whom we may write to, whom we suspect, and the warnings that are sent.",
        epilog="Settings come from the environment or .env; `doctor` shows them.",
    )
    listed = parser.add_subparsers(required=True, metavar="COMMAND")
    for subject in commands.SUBJECTS:
        subject.add_to(listed)
    return parser


if __name__ == "__main__":
    sys.exit(main())
