"""How the invented staff of the demo sign in: passwords and TOTP secrets derived from this register's own key.

Called by `demo`, into a register that knows nobody. Whoever has the key file can be told them, nobody else can guess them; and
somebody who has chosen a password of their own is told of no more.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyotp

from broadcaster import audit, credentials, database, signing_in
from broadcaster.addresses import AddressKey
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff

VOLUNTEERS = ("Timur", "Zhanar")
PEOPLE = {"Daniyar": Role.AUTHOR, "Saule": Role.APPROVER, "Aliya": Role.ADMIN} | dict.fromkeys(VOLUNTEERS, Role.MODERATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """`code` changes in `seconds`; each works once."""

    name: str
    role: Role
    password: str = field(repr=False)
    code: str = field(repr=False)
    seconds: int


def enrol(connection: Connection, of: Staff, *, who: str, now: datetime) -> None:
    key = connection.address_key
    hashed = credentials.hash_of(_password(key, of.name))
    with database.transaction(connection):
        credentials.keep(connection, of.id, password=hashed, secret=_secret(key, of.name), step=0, now=now)
        audit.append(connection, at=now, who=who, action="staff.enrol", subject=f"staff {of.id}", detail={})


def told(connection: Connection, *, now: datetime) -> Sequence[SignIn]:
    """Those of the demo's people who still sign in as the demo set them up."""
    key, found = connection.address_key, []
    for name in PEOPLE:
        claim, password = signing_in.claim(connection, name), _password(key, name)
        if claim.staff and claim.secret == _secret(key, name) and credentials.fits(claim.password, password):
            code = pyotp.TOTP(claim.secret, interval=credentials.STEP).at(now)
            seconds = credentials.STEP - int(now.timestamp()) % credentials.STEP
            found.append(SignIn(name=name, role=claim.staff.role, password=password, code=code, seconds=seconds))
    return found


def _password(key: AddressKey, name: str) -> str:
    letters = base64.b32encode(key.digest("demo password", name)[:10]).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _secret(key: AddressKey, name: str) -> str:
    return base64.b32encode(key.digest("demo totp", name)[:20]).decode()
