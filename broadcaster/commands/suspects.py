"""`suspect add` and `suspect look-up`."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from broadcaster import suspects
from broadcaster.commands.opening import register
from broadcaster.settings import Settings
from broadcaster.suspects import BadSuspect, Kind, Source
from content import library


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    suspect = commands.add_parser("suspect", help="the register of suspects").add_subparsers(required=True, metavar="COMMAND")
    add = suspect.add_parser("add", help="enter a suspect", description="Cards and accounts are kept as keyed hashes only.")
    add.add_argument("kind", type=Kind, choices=list(Kind), metavar="KIND", help=" | ".join(Kind))
    add.add_argument("value", metavar="VALUE", help="@name, a link or its domain, +7…, a card, an IBAN, or a name")
    add.add_argument("--scheme", required=True, help="id of the scheme, such as bank-impersonation")
    add.add_argument("--source", required=True, type=Source, choices=list(Source), metavar="SOURCE", help=" | ".join(Source))
    add.add_argument("--organisation", action="store_true", help="it belongs to an organisation, not to a private person")
    add.add_argument("--first-seen", type=date.fromisoformat, metavar="YYYY-MM-DD", help="default: today")
    add.set_defaults(run=_add)

    look_up = suspect.add_parser("look-up", help="what a citizen who asks about this would be told")
    look_up.add_argument("value", metavar="VALUE", help="anything that `add` takes")
    look_up.add_argument("--json", action="store_true", help="a JSON list, for programs")
    look_up.set_defaults(run=_look_up)


def _add(settings: Settings, asked: argparse.Namespace) -> int:
    schemes = library.load().schemes
    if asked.scheme not in schemes:
        raise BadSuspect(f"{asked.scheme} is not a scheme; these are: {', '.join(sorted(schemes))}")
    now = datetime.now(UTC)
    seen = datetime.combine(asked.first_seen, time(), ZoneInfo("Asia/Almaty")) if asked.first_seen else now
    with register(settings) as connection:
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
    print(f"{asked.kind} kept under {asked.scheme}, source {asked.source}")
    if asked.kind is Kind.PHONE and asked.source is not Source.PUBLIC_BODY and not asked.organisation:
        print("citizens are not told: a private person's number needs the source public-body")
    return 0


def _look_up(settings: Settings, asked: argparse.Namespace) -> int:
    value = [asked.value]
    with register(settings) as connection:
        found = suspects.look_up(
            connection, handles=value, links=value, phones=value, cards=value, ibans=value, organisations=value
        )
    if asked.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        print("\n".join(f"{each.kind}  {each.name}  {each.scheme}" for each in found) or "nothing that may be told")
    return 0 if found else 1
