"""A link, good for once and for two days, with which somebody of the staff chooses a password and sets up their codes.

Made by `staff add`, `staff invite` and the console's page `staff`. What signed them in before holds until they have chosen anew.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp

from broadcaster import audit, credentials, database, failed_sign_ins, sessions, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.settings import SenderSettings
from broadcaster.staff import Staff, StaffId

LASTS = timedelta(hours=48)
_ISSUER = "Saqbol"
_BYTES = 32
_SQL = database.queries_beside(__file__)


class NoInvitation(LookupError):
    """This invitation was used, is too old, or was never made: ask an administrator for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    staff: Staff
    secret: str = field(repr=False)

    @property
    def uri(self) -> str:
        """What the QR code says to an authenticator."""
        return pyotp.TOTP(self.secret, interval=credentials.STEP).provisioning_uri(name=self.staff.name, issuer_name=_ISSUER)

    @property
    def groups(self) -> str:
        """The secret as it is typed by hand."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


def invite(connection: Connection, of: Staff, *, who: str, now: datetime) -> str:
    """The token of the link, kept by nobody. An earlier link is void, they are signed out. Raises UnknownStaff for who left."""
    token = secrets.token_urlsafe(_BYTES)
    sealed = credentials.seal(connection.address_key, credentials.new_secret())
    expires = now + LASTS
    with database.transaction(connection):
        staff.with_id(connection, of.id)
        connection.execute(_SQL["void"], {"staff": of.id})
        given = {"hash": _hash(token), "staff": of.id, "totp": sealed, "expires_at": database.instant(expires)}
        connection.execute(_SQL["invite"], given)
        sessions.end_of_staff(connection, of.id)
        detail = {"name": of.name, "until": database.instant(expires)}
        audit.append(connection, at=now, who=who, action="staff.invite", subject=f"staff {of.id}", detail=detail)
    return token


def link(settings: SenderSettings, token: str) -> str:
    return f"{settings.console_url or f'http://127.0.0.1:{settings.console_port}'}/invitation/{token}"


def find(connection: Connection, token: str, *, now: datetime) -> Invitation:
    """Raises NoInvitation."""
    row = connection.execute(_SQL["find"], {"hash": _hash(token), "now": database.instant(now)}).fetchone()
    if row is None:
        raise NoInvitation
    of = Staff(id=StaffId(row["id"]), name=row["name"], role=Role(row["role"]))
    return Invitation(staff=of, secret=credentials.unseal(connection.address_key, row["totp"]))


def accept(connection: Connection, token: str, *, password: str, step: int, now: datetime) -> Staff:
    """`password` is its hash, `step` the one of the first code. Raises NoInvitation, also when somebody was faster."""
    with database.transaction(connection):
        found = find(connection, token, now=now)
        of = found.staff
        connection.execute(_SQL["void"], {"staff": of.id})
        credentials.keep(connection, of.id, password=password, secret=found.secret, step=step, now=now)
        sessions.end_of_staff(connection, of.id)
        failed_sign_ins.forget(connection, failed_sign_ins.hash_of(connection.address_key, of.name), now=now)
        audit.append(connection, at=now, who=of.name, action="staff.enrol", subject=f"staff {of.id}", detail={})
    return of


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
