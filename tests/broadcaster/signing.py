"""Somebody of the staff with a password and an authenticator, and how they sign in without a browser."""

from dataclasses import dataclass
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError

from broadcaster import credentials, database, signing_in, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff

PASSWORD = "тау-көл орман 2026"


class CountingHasher(PasswordHasher):
    """argon2id that costs next to nothing; how often it worked is what tests look at."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.verified = 0
        self.hashed = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        """Counts what argon2 worked for: a hash that cannot be read costs nothing, and would show a stranger something."""
        try:
            return super().verify(hash, password)
        except InvalidHashError:
            self.verified -= 1
            raise
        finally:
            self.verified += 1

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.hashed += 1
        return super().hash(password, salt=salt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    staff: Staff
    secret: str
    password: str = PASSWORD

    def code(self, now: datetime) -> str:
        """What their telephone shows."""
        return pyotp.TOTP(self.secret).at(now)


def enrolled(connection: Connection, name: str, role: Role, *, now: datetime, password: str = PASSWORD) -> Enrolled:
    """On the staff, with credentials whose codes are all still to be taken."""
    member = staff.add(connection, name, role, who="test", now=now)
    secret = credentials.new_secret()
    with database.transaction(connection):
        credentials.keep(connection, member.id, password=credentials.hash_of(password), secret=secret, step=0, now=now)
    return Enrolled(staff=member, secret=secret, password=password)


def sign_in(connection: Connection, name: str, password: str, code: str, *, now: datetime, before: str = "") -> str | None:
    claim = signing_in.claim(connection, name)
    proof = signing_in.judge(claim, password, code, now=now)
    return signing_in.finish(connection, claim, proof, before=before, now=now)
