"""An invitation: one link, once, for two days; the old password counts until the new one is there."""

from datetime import timedelta

import pytest

from broadcaster import audit, credentials, failed_sign_ins, invitations, sessions, staff, staffing
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.invitations import NoInvitation
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import PASSWORD, CountingHasher, Enrolled, enrolled, sign_in

NEW = "жаңа құпия тіркес"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def daniyar(register: Connection, hasher: CountingHasher) -> Enrolled:
    return enrolled(register, "Daniyar", Role.AUTHOR, now=NOW)


def accept(register: Connection, token: str) -> str:
    """The secret that counts from now on."""
    found = invitations.find(register, token, now=NOW)
    step = int(NOW.timestamp()) // 30
    invitations.accept(register, token, password=credentials.hash_of(NEW), step=step, now=NOW)
    return found.secret


def test_who_accepts_signs_in_with_what_they_chose_and_with_nothing_older(register: Connection, daniyar: Enrolled) -> None:
    token = invitations.invite(register, daniyar.staff, who="Aliya", now=NOW)
    again = Enrolled(staff=daniyar.staff, secret=accept(register, token))
    later = NOW + MINUTE
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(later), now=later) is None
    assert sign_in(register, "Daniyar", NEW, daniyar.code(later), now=later) is None
    assert sign_in(register, "Daniyar", NEW, again.code(NOW), now=NOW) is None, "the first code was taken at the invitation"
    assert sign_in(register, "Daniyar", NEW, again.code(later), now=later)
    rows = register.execute("SELECT who, action FROM audit WHERE action LIKE 'staff.%' ORDER BY id").fetchall()
    assert [tuple(row) for row in rows][1:] == [
        ("Aliya", "staff.invite"),
        ("Daniyar", "staff.enrol"),
        ("Daniyar", "staff.sign-in"),
    ]
    assert audit.verify(register) is None


def test_an_invitation_signs_them_out_and_takes_nothing_else_from_them(register: Connection, daniyar: Enrolled) -> None:
    session = sign_in(register, "Daniyar", PASSWORD, daniyar.code(NOW), now=NOW)
    assert session
    invitations.invite(register, daniyar.staff, who="Aliya", now=NOW)
    assert sessions.find(register, session, now=NOW) is None
    later = NOW + MINUTE
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(later), now=later)


def test_an_invitation_is_good_once(register: Connection, daniyar: Enrolled) -> None:
    token = invitations.invite(register, daniyar.staff, who="Aliya", now=NOW)
    accept(register, token)
    with pytest.raises(NoInvitation):
        invitations.accept(register, token, password=credentials.hash_of(PASSWORD), step=1, now=NOW)
    assert sign_in(register, "Daniyar", PASSWORD, daniyar.code(NOW), now=NOW) is None


def test_an_invitation_lasts_two_days(register: Connection, daniyar: Enrolled) -> None:
    token = invitations.invite(register, daniyar.staff, who="Aliya", now=NOW)
    assert invitations.find(register, token, now=NOW + timedelta(hours=47, minutes=59))
    with pytest.raises(NoInvitation):
        invitations.find(register, token, now=NOW + timedelta(hours=48))


@pytest.mark.parametrize("token", ["", "x" * 43, "\udcff", "Ж", "' OR 1=1 --"])
def test_a_forged_invitation_opens_nothing(register: Connection, daniyar: Enrolled, token: str) -> None:
    invitations.invite(register, daniyar.staff, who="Aliya", now=NOW)
    with pytest.raises(NoInvitation):
        invitations.find(register, token, now=NOW)


def test_a_newer_invitation_voids_the_older_and_leaving_voids_both(register: Connection, daniyar: Enrolled) -> None:
    older, newer = (invitations.invite(register, daniyar.staff, who="Aliya", now=NOW) for _ in range(2))
    with pytest.raises(NoInvitation):
        invitations.find(register, older, now=NOW)
    assert invitations.find(register, newer, now=NOW).staff == daniyar.staff
    staffing.leave(register, daniyar.staff.id, who="Aliya", reason="moved", now=NOW)
    with pytest.raises(NoInvitation):
        invitations.find(register, newer, now=NOW)
    with pytest.raises(staff.UnknownStaff):
        invitations.invite(register, daniyar.staff, who="Aliya", now=NOW)


def test_an_invitation_unlocks_the_name(register: Connection, daniyar: Enrolled) -> None:
    name = failed_sign_ins.hash_of(register.address_key, "Daniyar")
    for _ in range(10):
        sign_in(register, "Daniyar", "wrong wrong wrong", "000000", now=NOW)
    accept(register, invitations.invite(register, daniyar.staff, who="Aliya", now=NOW))
    assert not failed_sign_ins.is_locked(register, name, now=NOW)


def test_neither_the_link_nor_the_secret_lies_in_the_register(register: Connection, daniyar: Enrolled) -> None:
    token = invitations.invite(register, daniyar.staff, who="Aliya", now=NOW)
    found = invitations.find(register, token, now=NOW)
    dump = "\n".join(register.iterdump())
    assert token not in dump
    assert token.encode().hex().upper() not in dump
    assert found.secret not in dump
    assert found.secret not in repr(found)
    assert found.groups.replace(" ", "") == found.secret
    assert found.uri.startswith("otpauth://totp/Saqbol:Daniyar?secret=")
