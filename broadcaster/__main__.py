"""The register from the command line, for staff: python -m broadcaster --help."""

import argparse
import json
import sys
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from pydantic import SecretStr, ValidationError

from broadcaster import addresses, consent, database, suspects, telemetry
from broadcaster.addresses import AddressKey, BadAddress, Channel
from broadcaster.consent import Origin
from broadcaster.database import Connection, DatabaseUnavailable, WrongAddressKey
from broadcaster.settings import MissingAddressKey, Settings, file_of, where_from
from broadcaster.suspects import BadSuspect, Kind, Source
from content import library


class NotMigrated(Exception):
    """The database has not had all migrations: run python -m broadcaster migrate."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 1 nothing found or something amiss, 2 refused, with the reason in one line on stderr."""
    asked = _parser().parse_args(arguments)
    try:
        settings = Settings()
        secrets = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
        telemetry.configure(json=not sys.stderr.isatty(), secrets=secrets)
        code: int = asked.run(settings, asked)
    except ValidationError as error:
        for each in error.errors():
            print(f"SAQBOL_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}", file=sys.stderr)
        return 2
    except (BadAddress, BadSuspect, DatabaseUnavailable, MissingAddressKey, NotMigrated, WrongAddressKey) as error:
        print(str(error) or error.__doc__, file=sys.stderr)
        return 2
    return code


def _migrate(settings: Settings, asked: argparse.Namespace) -> int:
    connection = _open(settings)
    applied = database.migrate(connection, "broadcaster", database.MIGRATIONS)
    connection.close()
    print(f"applied: {', '.join(applied)}" if applied else "nothing to apply")
    return 0


def _suspect_add(settings: Settings, asked: argparse.Namespace) -> int:
    schemes = library.load().schemes
    if asked.scheme not in schemes:
        raise BadSuspect(f"{asked.scheme} is not a scheme; these are: {', '.join(sorted(schemes))}")
    now = datetime.now(UTC)
    seen = datetime.combine(asked.first_seen, time(), ZoneInfo("Asia/Almaty")) if asked.first_seen else now
    connection = _open_migrated(settings)
    suspects.add(
        connection,
        asked.kind,
        asked.value,
        scheme=asked.scheme,
        source=asked.source,
        first_seen=seen,
        now=now,
        organisation=asked.organisation,
    )
    connection.close()
    print(f"{asked.kind} kept under {asked.scheme}, source {asked.source}")
    if asked.kind is Kind.PHONE and asked.source is not Source.PUBLIC_BODY and not asked.organisation:
        print("citizens are not told: a private person's number needs the source public-body")
    return 0


def _suspect_look_up(settings: Settings, asked: argparse.Namespace) -> int:
    connection = _open_migrated(settings)
    value = [asked.value]
    found = suspects.look_up(connection, handles=value, links=value, phones=value, cards=value, ibans=value, organisations=value)
    connection.close()
    if asked.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        print("\n".join(f"{each.kind}  {each.name}  {each.scheme}" for each in found) or "nothing that may be told")
    return 0 if found else 1


def _unsubscribe(settings: Settings, asked: argparse.Namespace) -> int:
    address = addresses.normalise(asked.channel, asked.address)
    connection = _open_migrated(settings)
    origin = Origin(door="staff", message_id=uuid.uuid4().hex, at=datetime.now(UTC))
    consent.stop(connection, address, origin)
    connection.close()
    print(f"{address} will not be written to")
    return 0


def _doctor(settings: Settings, asked: argparse.Namespace) -> int:
    sources = where_from(settings)
    for name, value in settings:
        variable = f"SAQBOL_{name.upper()}"
        print(f"{variable:24} {'***' if isinstance(value, SecretStr) else value}  ({sources[variable]})")
    if not file_of(settings.database).exists():
        print("database                 not there yet: python -m broadcaster migrate")
        return 1
    connection = _open(settings)
    print(f"address key              fits the database, fingerprint {connection.address_key.fingerprint}")
    missing = database.pending(connection, "broadcaster", database.MIGRATIONS)
    connection.close()
    print(f"migrations               {'missing: ' + ', '.join(missing) if missing else 'all applied'}")
    return 1 if missing else 0


def _open(settings: Settings) -> Connection:
    return database.open(settings.database, AddressKey.from_hex(settings.address_key.get_secret_value()))


def _open_migrated(settings: Settings) -> Connection:
    connection = _open(settings)
    if database.pending(connection, "broadcaster", database.MIGRATIONS):
        connection.close()
        raise NotMigrated
    return connection


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m broadcaster",
        description="The register: whom we may write to, whom we suspect.",
        epilog="Settings come from the environment or .env; `doctor` shows them.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    migrate = commands.add_parser("migrate", help="make the database, or bring it up to date")
    migrate.set_defaults(run=_migrate)

    suspect = commands.add_parser("suspect", help="the register of suspects").add_subparsers(required=True, metavar="COMMAND")
    add = suspect.add_parser("add", help="enter a suspect", description="Cards and accounts are kept as keyed hashes only.")
    add.add_argument("kind", type=Kind, choices=list(Kind), metavar="KIND", help=" | ".join(Kind))
    add.add_argument("value", metavar="VALUE", help="@name, a link or its domain, +7…, a card, an IBAN, or a name")
    add.add_argument("--scheme", required=True, help="id of the scheme, such as bank-impersonation")
    add.add_argument("--source", required=True, type=Source, choices=list(Source), metavar="SOURCE", help=" | ".join(Source))
    add.add_argument("--organisation", action="store_true", help="it belongs to an organisation, not to a private person")
    add.add_argument("--first-seen", type=date.fromisoformat, metavar="YYYY-MM-DD", help="default: today")
    add.set_defaults(run=_suspect_add)

    look_up = suspect.add_parser("look-up", help="what a citizen who asks about this would be told")
    look_up.add_argument("value", metavar="VALUE", help="anything that `add` takes")
    look_up.add_argument("--json", action="store_true", help="a JSON list, for programs")
    look_up.set_defaults(run=_suspect_look_up)

    unsubscribe = commands.add_parser(
        "unsubscribe", help="never write to this address again", description="Takes addresses nobody has met."
    )
    unsubscribe.add_argument("address", metavar="ADDRESS", help="+7 701 123 45 67, or what the channel uses")
    unsubscribe.add_argument(
        "--channel", type=Channel, choices=list(Channel), default=Channel.PHONE, metavar="CHANNEL", help=" | ".join(Channel)
    )
    unsubscribe.set_defaults(run=_unsubscribe)

    doctor = commands.add_parser("doctor", help="each setting and its source; whether key and database fit")
    doctor.set_defaults(run=_doctor)
    return parser


if __name__ == "__main__":
    sys.exit(main())
