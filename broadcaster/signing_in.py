"""A name, a password and a code become a session, or one and the same refusal. Called by the console.

1. `claim` looks the name up.  2. `judge` tries password and code, in a thread of its own: it is what costs.  3. `finish` takes
the code, once, and begins the session. Unknown names, people who left and locked names go the same way and cost the same.
"""

from dataclasses import dataclass, field
from datetime import datetime

from broadcaster import audit, credentials, database, failed_sign_ins, sessions
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff, StaffId

_SQL = database.queries_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who somebody says they are. `staff` is None where nobody of that name can sign in: then the rest fits nothing."""

    name: bytes
    staff: Staff | None
    password: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`step`: of the code, when it was right. `fresh`: the password hashed anew, where the parameters have changed."""

    fits: bool
    step: int | None
    fresh: str | None = field(default=None, repr=False)


def claim(connection: Connection, name: str) -> Claim:
    key, name = connection.address_key, name.strip()
    row = connection.execute(_SQL["claim"], {"name": name}).fetchone()
    return Claim(
        name=failed_sign_ins.hash_of(key, name),
        staff=Staff(id=StaffId(row["id"]), name=row["name"], role=Role(row["role"])) if row else None,
        password=row["password"] if row else credentials.nobodys_hash(),
        secret=credentials.unseal(key, row["totp"]) if row else credentials.new_secret(),
    )


def judge(claim: Claim, password: str, code: str, *, now: datetime) -> Proof:
    """One verification of argon2, whoever it is. Touches no database."""
    fits = credentials.fits(claim.password, password)
    step = credentials.step_of(claim.secret, code, now=now)
    outdated = fits and step is not None and credentials.is_outdated(claim.password)
    return Proof(fits=fits, step=step, fresh=credentials.hash_of(password) if outdated else None)


def finish(connection: Connection, claim: Claim, proof: Proof, *, before: str, now: datetime) -> str | None:
    """The token of a new session; None: refused, and nobody is told why. `before` is what the browser brought: it ends."""
    with database.transaction(connection):
        if failed_sign_ins.is_locked(connection, claim.name, now=now):
            return None
        if claim.staff is None or not _is_taken(connection, claim.staff, claim, proof):
            failed_sign_ins.count(connection, claim.name, claim.staff, now=now)
            return None
        failed_sign_ins.forget(connection, claim.name, now=now)
        sessions.end(connection, before)
        subject = f"staff {claim.staff.id}"
        audit.append(connection, at=now, who=claim.staff.name, action="staff.sign-in", subject=subject, detail={})
        return sessions.begin(connection, claim.staff.id, now=now)


def sign_out(connection: Connection, token: str) -> None:
    with database.transaction(connection):
        sessions.end(connection, token)


def sign_out_everywhere(connection: Connection, staff: Staff, *, now: datetime) -> None:
    with database.transaction(connection):
        sessions.end_of_staff(connection, staff.id)
        audit.append(connection, at=now, who=staff.name, action="staff.sign-out", subject=f"staff {staff.id}", detail={})


def _is_taken(connection: Connection, staff: Staff, claim: Claim, proof: Proof) -> bool:
    if not proof.fits or proof.step is None:
        return False
    return credentials.take(connection, staff.id, password=claim.password, step=proof.step, fresh=proof.fresh)
