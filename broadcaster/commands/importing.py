"""`import contacts`, `import followers`, `import suspects`: CSV files that staff bring."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from broadcaster import audit, contact_imports, database, effect, followers, leaving, segments, suspect_imports
from broadcaster.commands.moments import moment
from broadcaster.commands.opening import register
from broadcaster.database import Connection
from broadcaster.settings import SenderSettings
from content import library


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    load = commands.add_parser(
        "import",
        help="read a CSV file into the register",
        description="UTF-8 or cp1251; separated by comma, semicolon or tab. Refused rows stand with their line and reason in "
        "FILE.errors.csv; the others go in. The same file again changes nothing.",
    ).add_subparsers(required=True, metavar="KIND")

    contacts = load.add_parser("contacts", help="people: " + ",".join(contact_imports.COLUMNS))
    contacts.description = (
        "Any one address is enough. region: a slug such as almaty; topics: scheme ids joined by |; consent: yes, empty, or "
        "kind@origin@date (warn@bank-form@2026-01-31). Following or being known is no consent."
    )
    contacts.add_argument("file", type=Path, metavar="FILE.csv")
    contacts.add_argument("--as", dest="who", default="shell", metavar="NAME", help="who answers for it in the audit trail")
    contacts.set_defaults(run=_contacts)

    edges = load.add_parser("followers", help="who follows a suspect: " + ",".join(followers.COLUMNS))
    edges.description = "A whole snapshot: whoever is not in it any more has unfollowed. relay is partner/pseudonym."
    edges.add_argument("file", type=Path, metavar="FILE.csv")
    edges.add_argument("--suspect", required=True, metavar="@HANDLE", help="as it stands in the register of suspects")
    edges.add_argument("--taken-at", required=True, type=moment, metavar="DATE", help='2026-11-21 or "2026-11-21 10:30"')
    edges.add_argument("--as", dest="who", default="shell", metavar="NAME", help="who answers for it in the audit trail")
    edges.set_defaults(run=_followers)

    listed = load.add_parser("suspects", help="suspects: " + ",".join(suspect_imports.COLUMNS))
    listed.add_argument("file", type=Path, metavar="FILE.csv")
    listed.add_argument("--as", dest="who", default="shell", metavar="NAME", help="who answers for it in the audit trail")
    listed.set_defaults(run=_suspects)


def _contacts(settings: SenderSettings, asked: argparse.Namespace) -> int:
    words = library.load()
    with register(settings) as connection:
        loaded = contact_imports.load(
            connection, asked.file, schemes=words.schemes, regions=words.regions, who=asked.who, now=datetime.now(UTC)
        )
        _note(connection, asked, "contacts", loaded.read, loaded.refused)
    print(f"{loaded.read} rows: {loaded.made} new people, {loaded.merged} merged, {loaded.stopped} said STOP and stay silent")
    return _refused(loaded.refused, loaded.errors_file)


def _followers(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        suspect = segments.suspect_of(connection, asked.suspect)
        loaded = followers.load(connection, asked.file, suspect, taken_at=asked.taken_at, who=asked.who, now=datetime.now(UTC))
        effect.keep(connection)
        leaving.keep(connection)
        _note(connection, asked, "followers", loaded.read, loaded.refused)
    print(f"{loaded.read} rows: {loaded.followers} followers; {loaded.unfollowed} of earlier ones have unfollowed")
    if not loaded.whole:
        print("too many rows were refused: this snapshot does not tell who unfollowed", file=sys.stderr)
    return _refused(loaded.refused, loaded.errors_file)


def _suspects(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        loaded = suspect_imports.load(connection, asked.file, schemes=library.load().schemes, now=datetime.now(UTC))
        _note(connection, asked, "suspects", loaded.read, loaded.refused)
    print(f"{loaded.read} rows")
    return _refused(loaded.refused, loaded.errors_file)


def _note(connection: Connection, asked: argparse.Namespace, kind: str, rows: int, refused: int) -> None:
    detail = {"state": "done", "rows": rows, "refused": refused}
    with database.transaction(connection):
        audit.append(
            connection, at=datetime.now(UTC), who=asked.who, action=f"import.{kind}", subject="import by command", detail=detail
        )


def _refused(refused: int, errors_file: Path | None) -> int:
    """The rest is in: that is what was asked for."""
    if refused:
        print(f"{refused} rows refused, with line and reason in {errors_file}", file=sys.stderr)
    return 0
