"""Name, password and code become a session once; everything else gets one answer, for the same work."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broadcaster import audit, credentials, database, failed_sign_ins, sessions, signing_in, staff, staffing
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.signing import PASSWORD, CountingHasher, Enrolled, enrolled, sign_in

WRONG = "не тот пароль, совсем"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def daniyar(register: Connection, hasher: CountingHasher) -> Enrolled:
    return enrolled(register, "Daniyar", Role.AUTHOR, now=NOW)


def some_who_cannot_sign_in(register: Connection) -> None:
    left = enrolled(register, "Left", Role.AUTHOR, now=NOW)
    staffing.leave(register, left.staff.id, who="test", reason="moved", now=NOW)
    staff.add(register, "Never", Role.AUTHOR, who="test", now=NOW)


def failed(register: Connection) -> dict[bytes, int]:
    return {row["name"]: row["n"] for row in register.execute("SELECT name, n FROM failed_sign_in")}


def actions(register: Connection) -> list[tuple[str, str]]:
    rows = register.execute("SELECT who, action FROM audit WHERE action NOT IN ('staff.add', 'staff.leave')")
    return [(row["who"], row["action"]) for row in rows]


def test_name_password_and_code_make_a_session(register: Connection, daniyar: Enrolled) -> None:
    token = sign_in(register, " Daniyar ", PASSWORD, daniyar.code(NOW), now=NOW)
    assert token is not None
    assert sessions.find(register, token, now=NOW) == daniyar.staff
    assert actions(register) == [("Daniyar", "staff.sign-in")]
    assert audit.verify(register) is None


@pytest.mark.parametrize("wrong", ["name", "password", "code"])
def test_one_wrong_of_three_is_refused(register: Connection, daniyar: Enrolled, wrong: str) -> None:
    given = {"name": "Daniyar", "password": PASSWORD, "code": daniyar.code(NOW)}
    given[wrong] = {"name": "daniyar", "password": WRONG, "code": f"{(int(given['code']) + 1) % 1_000_000:06}"}[wrong]
    assert sign_in(register, given["name"], given["password"], given["code"], now=NOW) is None
    assert register.execute("SELECT count(*) FROM session").fetchone()[0] == 0


def test_a_code_opens_once(register: Connection, daniyar: Enrolled) -> None:
    code = daniyar.code(NOW)
    assert sign_in(register, "Daniyar", PASSWORD, code, now=NOW)
    assert sign_in(register, "Daniyar", PASSWORD, code, now=NOW) is None
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(NOW - 30 * timedelta(seconds=1)), now=NOW) is None
    later = NOW + MINUTE
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(later), now=later)


def test_of_two_who_bring_the_same_code_at_once_one_is_let_in(register: Connection, daniyar: Enrolled, tmp_path: Path) -> None:
    """Both have judged before either finishes: the register decides."""

    def come(at: datetime, judged: threading.Barrier) -> str | None:
        connection = database.open(url_in(tmp_path), KEY)
        try:
            claim = signing_in.claim(connection, "Daniyar")
            proof = signing_in.judge(claim, PASSWORD, daniyar.code(at), now=at)
            judged.wait()
            return signing_in.finish(connection, claim, proof, before="", now=at)
        finally:
            connection.close()

    for round in range(20):
        at, judged = NOW + round * MINUTE, threading.Barrier(2)
        with ThreadPoolExecutor(2) as both:
            let_in = [coming.result() for coming in [both.submit(come, at, judged) for _ in range(2)]]
        assert sum(token is not None for token in let_in) == 1


@pytest.mark.parametrize("name", ["Daniyar", "Nobody", "Left", "Never", "", "\x00'; DROP TABLE staff; --", "Ж" * 10_000])
def test_ten_failures_in_a_row_lock_any_name_for_a_quarter_of_an_hour(
    register: Connection, daniyar: Enrolled, hasher: CountingHasher, name: str
) -> None:
    some_who_cannot_sign_in(register)
    database_name = failed_sign_ins.hash_of(KEY, name)
    for n in range(1, 11):
        assert not failed_sign_ins.is_locked(register, database_name, now=NOW)
        assert sign_in(register, name, WRONG, "000000", now=NOW) is None
        assert failed(register)[database_name] == n
    assert failed_sign_ins.is_locked(register, database_name, now=NOW)
    assert not failed_sign_ins.is_locked(register, database_name, now=NOW + failed_sign_ins.LOCKED)
    assert sign_in(register, name, WRONG, "000000", now=NOW + failed_sign_ins.LOCKED) is None
    assert failed(register)[database_name] == 1
    assert actions(register) == ([("Daniyar", "staff.locked")] if name == "Daniyar" else [])


def test_while_locked_the_right_password_and_code_open_nothing_and_the_code_is_not_spent(
    register: Connection, daniyar: Enrolled
) -> None:
    for _ in range(10):
        sign_in(register, "Daniyar", WRONG, "000000", now=NOW)
    almost = NOW + failed_sign_ins.LOCKED - timedelta(seconds=1)
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(almost), now=almost) is None
    after = NOW + failed_sign_ins.LOCKED
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(almost), now=after)


def test_a_flood_that_was_judged_before_the_lock_does_not_slip_through(register: Connection, daniyar: Enrolled) -> None:
    claim = signing_in.claim(register, "Daniyar")
    right = signing_in.judge(claim, PASSWORD, daniyar.code(NOW), now=NOW)
    for _ in range(10):
        sign_in(register, "Daniyar", WRONG, "000000", now=NOW)
    assert signing_in.finish(register, claim, right, before="", now=NOW) is None


def test_whoever_gets_in_begins_to_count_anew(register: Connection, daniyar: Enrolled) -> None:
    for _ in range(9):
        sign_in(register, "Daniyar", WRONG, "000000", now=NOW)
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(NOW), now=NOW)
    assert failed(register) == {}


def test_names_that_strangers_invented_are_forgotten_after_a_day(register: Connection, daniyar: Enrolled) -> None:
    sign_in(register, "Nobody", WRONG, "000000", now=NOW)
    later = NOW + failed_sign_ins.REMEMBERED
    sign_in(register, "Somebody", WRONG, "000000", now=later)
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(later), now=later)
    assert list(failed(register)) == [failed_sign_ins.hash_of(KEY, "Somebody")]


@pytest.mark.parametrize("name", ["Daniyar", "Nobody", "Left", "Never"])
def test_every_refusal_costs_the_same_work(register: Connection, daniyar: Enrolled, hasher: CountingHasher, name: str) -> None:
    """S5. Verifications counted, for time on a busy machine proves nothing."""
    some_who_cannot_sign_in(register)
    hasher.verified = hasher.hashed = 0
    for n in range(1, 13):  # the last two find the name locked
        assert sign_in(register, name, WRONG if n % 2 else PASSWORD, "000000", now=NOW) is None
        assert (hasher.verified, hasher.hashed) == (n, 0)


def test_whoever_left_is_nobody(register: Connection, daniyar: Enrolled) -> None:
    claim = signing_in.claim(register, "Daniyar")
    proof = signing_in.judge(claim, PASSWORD, daniyar.code(NOW), now=NOW)
    staffing.leave(register, daniyar.staff.id, who="test", reason="moved", now=NOW)
    assert signing_in.finish(register, claim, proof, before="", now=NOW) is None
    assert signing_in.claim(register, "Daniyar").staff is None


def test_a_credential_without_its_person_opens_nothing(register: Connection, daniyar: Enrolled) -> None:
    register.execute("UPDATE staff SET active = 0")
    assert signing_in.claim(register, "Daniyar").staff is None
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(NOW), now=NOW) is None


def test_an_old_hash_is_made_anew_at_a_sign_in(register: Connection, daniyar: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "HASHER", CountingHasher(time_cost=2))
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(NOW), now=NOW)
    kept = register.execute("SELECT password FROM credential").fetchone()["password"]
    assert not credentials.is_outdated(kept)
    assert credentials.fits(kept, PASSWORD)


def test_what_the_browser_brought_ends(register: Connection, daniyar: Enrolled) -> None:
    first = sign_in(register, "Daniyar", PASSWORD, daniyar.code(NOW), now=NOW)
    assert first is not None
    later = NOW + MINUTE
    second = sign_in(register, "Daniyar", PASSWORD, daniyar.code(later), now=later, before=first)
    assert second not in (None, first)
    assert sessions.find(register, first, now=later) is None


def texts(register: Connection) -> Iterator[str]:
    for table in ("audit", "failed_sign_in", "session", "credential", "staff"):
        for row in register.execute(f"SELECT * FROM {table}"):
            yield from (each.decode("latin-1") if isinstance(each, bytes) else str(each) for each in row)


def test_what_a_stranger_typed_stands_nowhere(register: Connection, daniyar: Enrolled) -> None:
    for _ in range(11):
        sign_in(register, "CANARY-NAME", "CANARY-PASSWORD", "CANARY", now=NOW)
    assert not [text for text in texts(register) if "CANARY" in text]
    claim = signing_in.claim(register, "Daniyar")
    assert claim.secret not in repr(claim)
    assert claim.password not in repr(claim)
