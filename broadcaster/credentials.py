"""What a member of the staff proves themselves with: a password (argon2id) and a code of 30 seconds (TOTP).

Called by invitations, signing_in and changing_password. The secret of the codes lies encrypted under the address key; neither a
password nor a code is ever kept, logged or told.
"""

import base64
import re
import secrets
import unicodedata
from datetime import datetime
from enum import StrEnum

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet

from broadcaster import database
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection
from broadcaster.staff import StaffId

HASHER = PasswordHasher()
"""The library's parameters, RFC 9106's for servers: 64 MiB and some 100 ms a guess."""

SHORTEST, LONGEST = 12, 256
STEP = 30
"""Seconds a code is shown; the one before and the one after are taken too, for a telephone whose clock is off."""

_OBVIOUS = ("password", "qwerty", "administrator", "1234567890", "123456", "пароль", "йцукен", "құпиясөз", "saqbol", "сақбол")
_MUST_REMAIN = 6
"""Characters that are neither one's name nor obvious."""

_CODE = re.compile(r"[0-9]{6}")
_SQL = database.queries_beside(__file__)


class Weakness(StrEnum):
    SHORT = "short"
    LONG = "long"
    NAME = "name"
    OBVIOUS = "obvious"


def weakness(password: str, name: str) -> Weakness | None:
    """Why somebody of that name may not choose it; None: they may."""
    plain = _folded(password)
    if len(_spelled(password)) < SHORTEST:
        return Weakness.SHORT
    if len(_spelled(password)) > LONGEST:
        return Weakness.LONG
    if len(plain.replace(_folded(name), "")) < _MUST_REMAIN:
        return Weakness.NAME
    for each in _OBVIOUS:
        plain = plain.replace(each, "")
    return Weakness.OBVIOUS if len(set(plain)) < _MUST_REMAIN // 2 or len(plain) < _MUST_REMAIN else None


def hash_of(password: str) -> str:
    """Costs some 100 ms and 64 MiB: never in the thread of the register."""
    return HASHER.hash(_spelled(password))


def fits(hashed: str, password: str) -> bool:
    """Costs what `hash_of` costs, whether it fits or not."""
    try:
        return HASHER.verify(hashed, _spelled(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Made with other parameters than today's."""
    return HASHER.check_needs_rehash(hashed)


def nobodys_hash() -> str:
    """Fits no password, and costs as much to try as anybody's: what a name that is not there is checked against."""
    salt, digest = (_unpadded(secrets.token_bytes(n)) for n in (HASHER.salt_len, HASHER.hash_len))
    return f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}${salt}${digest}"


def new_secret() -> str:
    """Of TOTP, 160 bits in base32."""
    return pyotp.random_base32()


def seal(key: AddressKey, secret: str) -> bytes:
    return _box(key).encrypt(secret.encode())


def unseal(key: AddressKey, sealed: bytes) -> str:
    return _box(key).decrypt(sealed).decode()


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Which 30 seconds since 1970 the code belongs to; None: it is none of the three that count now."""
    digits = "".join(code.split())
    codes, current = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    shown = {step: codes.generate_otp(step) for step in (current - 1, current, current + 1)}
    if not _CODE.fullmatch(digits):
        return None
    return next((step for step, each in shown.items() if secrets.compare_digest(each, digits)), None)


def keep(connection: Connection, staff: StaffId, *, password: str, secret: str, step: int, now: datetime) -> None:
    """In place of what was there. `password` is a hash, `step` that of the code just taken. Inside the caller's transaction."""
    sealed = seal(connection.address_key, secret)
    given = {"staff": staff, "password": password, "totp": sealed, "step": step, "since": database.instant(now)}
    connection.execute(_SQL["keep"], given)


def take(connection: Connection, staff: StaffId, *, password: str, step: int, fresh: str | None) -> bool:
    """Takes the code of this step, once. False: it was taken, they left, or the password is another one by now.

    `fresh` is the password hashed anew. Inside the caller's transaction.
    """
    given = {"staff": staff, "password": password, "step": step, "fresh": fresh}
    return connection.execute(_SQL["take"], given).rowcount == 1


def change_password(connection: Connection, staff: StaffId, *, before: str, after: str) -> bool:
    """Both are hashes. False: it is another one by now. Inside the caller's transaction."""
    given = {"staff": staff, "before": before, "after": after}
    return connection.execute(_SQL["change_password"], given).rowcount == 1


def forget(connection: Connection, staff: StaffId) -> None:
    """Inside the caller's transaction."""
    connection.execute(_SQL["forget"], {"staff": staff})


def _box(key: AddressKey) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key.digest("totp", "secrets of staff")))


def _spelled(password: str) -> str:
    """The same letters from every keyboard: й is one character or two."""
    return unicodedata.normalize("NFKC", password)


def _folded(text: str) -> str:
    return "".join(_spelled(text).casefold().split())


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).rstrip(b"=").decode()
