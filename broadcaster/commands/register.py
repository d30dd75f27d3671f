"""`migrate`, `unsubscribe`, `forget`, `backup`, `restore` and `doctor`: the register as a whole."""

import argparse
import uuid
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from broadcaster import addresses, audit, backup, by_staff, consent, database, halt, policy, staff
from broadcaster.addresses import Channel
from broadcaster.audit import BadHead, Head
from broadcaster.campaign_states import Role
from broadcaster.campaigns import NotAllowed
from broadcaster.commands.opening import any_register, key_of, register
from broadcaster.consent import Origin
from broadcaster.recognising import recognise
from broadcaster.settings import SenderSettings, file_of, where_from


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    migrate = commands.add_parser("migrate", help="make the database, or bring it up to date")
    migrate.set_defaults(run=_migrate)

    unsubscribe = commands.add_parser(
        "unsubscribe", help="never write to this address again", description="Takes addresses nobody has met."
    )
    unsubscribe.add_argument("address", metavar="ADDRESS", help="+7 701 123 45 67, or what the channel uses")
    unsubscribe.add_argument(
        "--channel",
        type=Channel,
        choices=list(Channel),
        metavar="CHANNEL",
        help=f"{' | '.join(Channel)}; default: what it can be",
    )
    unsubscribe.set_defaults(run=_unsubscribe)

    forget = commands.add_parser(
        "forget",
        help="erase a person who asked for it, as /forgetme does",
        description="No STOP: whoever stands in a later list is written to again, unless --stop records one too.",
    )
    forget.add_argument("channel", type=Channel, choices=list(Channel), metavar="CHANNEL", help=" | ".join(Channel))
    forget.add_argument("address", metavar="ADDRESS", help="as the channel spells it")
    forget.add_argument("--stop", action="store_true", help="and never write to them again")
    forget.add_argument("--as", dest="who", required=True, metavar="NAME", help="an approver of `staff`")
    forget.set_defaults(run=_forget)

    back_up = commands.add_parser("backup", help="copy the register while it is in use", description="Keep the key file apart.")
    back_up.add_argument("file", type=Path, metavar="FILE", help="where to; nothing is overwritten")
    back_up.set_defaults(run=_backup)

    restore = commands.add_parser(
        "restore",
        help="put a backup back",
        description="Stop every process and move the old database away first. All campaigns start paused: "
        "what was sent after the backup is not known, so a person looks before anything goes on.",
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="made by `backup`")
    restore.add_argument("--as", dest="who", required=True, metavar="NAME", help="who restores: it stands in the audit trail")
    restore.set_defaults(run=_restore)

    doctor = commands.add_parser("doctor", help="each setting and its source; whether key, database and audit trail are whole")
    doctor.add_argument(
        "--audit-head", type=_head, metavar="HEAD", help="as an earlier doctor printed it: shows a cut-off tail too"
    )
    doctor.set_defaults(run=_doctor)


def _migrate(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with any_register(settings) as connection:
        applied = database.migrate(connection, "broadcaster", database.MIGRATIONS)
    print(f"applied: {', '.join(applied)}" if applied else "nothing to apply")
    return 0


def _unsubscribe(settings: SenderSettings, asked: argparse.Namespace) -> int:
    origin = Origin(door="staff", message_id=uuid.uuid4().hex, at=datetime.now(UTC))
    given = addresses.normalise(asked.channel, asked.address) if asked.channel else None
    with register(settings) as connection:
        for address in (given,) if given else recognise(connection, asked.address):
            consent.stop(connection, address, origin)
            print(f"{address} will not be written to")
    return 0


def _forget(settings: SenderSettings, asked: argparse.Namespace) -> int:
    address = addresses.normalise(asked.channel, asked.address)
    with register(settings) as connection:
        by = staff.find(connection, asked.who)
        if by.role not in (Role.APPROVER, Role.ADMIN):
            raise NotAllowed
        by_staff.erase(
            connection,
            address,
            by=by,
            reason="asked for by the person",
            also_stop=asked.stop,
            form=uuid.uuid4().hex,
            now=datetime.now(UTC),
        )
    print(f"{address} is erased{', and will not be written to' if asked.stop else ''}")
    return 0


def _backup(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        backup.back_up(connection, asked.file)
    print(f"{asked.file}: the key of the addresses is not in it, keep that file too")
    return 0


def _restore(settings: SenderSettings, asked: argparse.Namespace) -> int:
    codes = backup.restore(asked.file, settings.database, key_of(settings), who=asked.who, now=datetime.now(UTC))
    print(f"restored; paused: {', '.join(codes) or 'no campaign was under way'}")
    return 0


def _doctor(settings: SenderSettings, asked: argparse.Namespace) -> int:
    sources = where_from(settings)
    for name, value in settings:
        variable = f"SAQBOL_{name.upper()}"
        print(f"{variable:24} {'***' if isinstance(value, SecretStr) else value}  ({sources[variable]})")
    if not file_of(settings.database).exists():
        print("database                 not there yet: python -m broadcaster migrate")
        return 1
    with any_register(settings) as connection:
        print(f"address key              fits the database, fingerprint {connection.address_key.fingerprint}")
        if missing := database.pending(connection, "broadcaster", database.MIGRATIONS):
            print(f"migrations               missing: {', '.join(missing)}")
            return 1
        print("migrations               all applied")
        broken = audit.verify(connection, head=asked.audit_head)
        print(f"audit trail              {'whole' if broken is None else f'BROKEN from row {broken}'}")
        print(f"audit head               {audit.head(connection)}  (keep it elsewhere, for --audit-head)")
        print(f"holidays                 entered until {policy.load().calendar_ends}")
        print(f"sending                  {'STOPPED by the kill switch' if halt.is_stopped(connection) else 'allowed'}")
    return 0 if broken is None else 1


def _head(text: str) -> Head:
    try:
        return Head.from_text(text)
    except BadHead:
        raise argparse.ArgumentTypeError("a head looks like 42:9f86d08…, as doctor printed it") from None
