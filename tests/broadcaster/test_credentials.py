"""Passwords and codes: what may be chosen, what fits, what a stolen database gives away."""

import unicodedata
from datetime import datetime, timedelta

import pyotp
import pytest
from cryptography.fernet import InvalidToken

from broadcaster import credentials
from broadcaster.addresses import AddressKey
from broadcaster.campaign_states import Role
from broadcaster.credentials import Weakness
from broadcaster.database import Connection, transaction
from broadcaster.staff import StaffId
from tests.broadcaster.conftest import KEY, NOW
from tests.broadcaster.signing import PASSWORD, CountingHasher, enrolled

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", Weakness.SHORT),
        ("elevenchars", Weakness.SHORT),
        ("d" * 257 + "xyz", Weakness.LONG),
        ("DaniyarDaniyar", Weakness.NAME),
        ("daniyar 12345", Weakness.NAME),
        ("password1234567890", Weakness.OBVIOUS),
        ("Пароль123456", Weakness.OBVIOUS),
        ("123456789012", Weakness.OBVIOUS),
        ("aaaaaaaaaaaaaaaa", Weakness.OBVIOUS),
        ("қазан мен ошақ", None),
        ("twelve chars", None),
        (PASSWORD, None),
    ],
)
def test_a_password_is_long_and_neither_the_name_nor_obvious(password: str, why: Weakness | None) -> None:
    assert credentials.weakness(password, "Daniyar") is why


def test_a_password_is_kept_as_argon2id_and_fits_itself_alone() -> None:
    kept = credentials.hash_of(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert credentials.fits(kept, PASSWORD)
    assert not credentials.fits(kept, PASSWORD + " ")
    assert not credentials.fits("not a hash", PASSWORD)


def test_a_letter_is_the_same_from_every_keyboard() -> None:
    kept = credentials.hash_of(unicodedata.normalize("NFC", "йод и ёлка зимой"))
    assert credentials.fits(kept, unicodedata.normalize("NFD", "йод и ёлка зимой"))


def test_nobodys_hash_is_tried_like_any_other_and_fits_nothing() -> None:
    nobody = credentials.nobodys_hash()
    assert nobody.rsplit("$", 2)[0] == credentials.hash_of(PASSWORD).rsplit("$", 2)[0], "the same parameters"
    assert not credentials.is_outdated(nobody)
    assert not credentials.fits(nobody, PASSWORD)


def test_a_hash_of_other_parameters_is_outdated(monkeypatch: pytest.MonkeyPatch, hasher: CountingHasher) -> None:
    kept = credentials.hash_of(PASSWORD)
    assert not credentials.is_outdated(kept)
    monkeypatch.setattr(credentials, "HASHER", CountingHasher(time_cost=2))
    assert credentials.is_outdated(kept)


def test_a_secret_opens_with_the_address_key_alone() -> None:
    sealed = credentials.seal(KEY, SECRET)
    assert SECRET.encode() not in sealed
    assert credentials.unseal(KEY, sealed) == SECRET
    with pytest.raises(InvalidToken):
        credentials.unseal(AddressKey(b"another key, as long as ours has"), sealed)


@pytest.mark.parametrize(("seconds", "counts"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_code_counts_half_a_minute_around_its_own(seconds: int, counts: bool) -> None:
    step = int(NOW.timestamp()) // 30
    code = pyotp.TOTP(SECRET).at(NOW)
    found = credentials.step_of(SECRET, code, now=NOW + timedelta(seconds=seconds))
    assert found == (step if counts else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "٠١٢٣٤٥", "12a456", "\x00", "-12345"])
def test_what_is_no_code_is_refused_quietly(code: str) -> None:
    assert credentials.step_of(SECRET, code, now=NOW) is None


def test_a_code_may_be_typed_with_a_blank_in_the_middle() -> None:
    code = pyotp.TOTP(SECRET).at(NOW)
    assert credentials.step_of(SECRET, f" {code[:3]} {code[3:]} ", now=NOW) is not None


def take(register: Connection, who: StaffId, kept: str, step: int) -> bool:
    with transaction(register):
        return credentials.take(register, who, password=kept, step=step, fresh=None)


def test_each_code_is_taken_once_and_none_older_than_the_last(register: Connection, hasher: CountingHasher) -> None:
    daniyar = enrolled(register, "Daniyar", Role.AUTHOR, now=NOW)
    kept = register.execute("SELECT password FROM credential").fetchone()["password"]
    assert [take(register, daniyar.staff.id, kept, step) for step in (10, 10, 9, 11, 10)] == [True, False, False, True, False]
    assert not take(register, daniyar.staff.id, "another hash", 12)


def test_the_table_holds_neither_password_nor_secret(register: Connection, hasher: CountingHasher) -> None:
    daniyar = enrolled(register, "Daniyar", Role.AUTHOR, now=NOW)
    row = register.execute("SELECT * FROM credential").fetchone()
    held = b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
    assert daniyar.secret.encode() not in held
    assert PASSWORD.encode() not in held
    assert datetime.fromisoformat(row["since"]) == NOW
