"""Who leaves and who gets another role: at once, and never so that nobody is left to let others in."""

import pytest

from broadcaster import audit, sessions, staff, staff_addresses, staffing
from broadcaster.addresses import Address
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import Staff, UnknownStaff
from broadcaster.staffing import LastAdmin, NoReason, OwnRole
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import CountingHasher, enrolled


@pytest.fixture
def aliya(register: Connection, hasher: CountingHasher) -> Staff:
    return enrolled(register, "Aliya", Role.ADMIN, now=NOW).staff


@pytest.fixture
def daniyar(register: Connection, hasher: CountingHasher) -> Staff:
    return enrolled(register, "Daniyar", Role.AUTHOR, now=NOW).staff


def last_row(register: Connection) -> tuple[str, ...]:
    assert audit.verify(register) is None
    return tuple(register.execute("SELECT who, action, subject, detail FROM audit ORDER BY id DESC LIMIT 1").fetchone())


def test_another_role_ends_every_session_and_is_audited(register: Connection, aliya: Staff, daniyar: Staff) -> None:
    token = sessions.begin(register, daniyar.id, now=NOW)
    changed = staffing.change_role(register, daniyar.id, Role.APPROVER, by=aliya, now=NOW)
    assert changed.role is staff.find(register, "Daniyar").role is Role.APPROVER
    assert sessions.find(register, token, now=NOW) is None
    detail = '{"from":"author","name":"Daniyar","to":"approver"}'
    assert last_row(register) == ("Aliya", "staff.role", f"staff {daniyar.id}", detail)


def test_the_same_role_again_disturbs_nobody(register: Connection, aliya: Staff, daniyar: Staff) -> None:
    token = sessions.begin(register, daniyar.id, now=NOW)
    before = audit.head(register)
    staffing.change_role(register, daniyar.id, Role.AUTHOR, by=aliya, now=NOW)
    assert sessions.find(register, token, now=NOW) == daniyar
    assert audit.head(register) == before


def test_nobody_changes_their_own_role(register: Connection, aliya: Staff) -> None:
    enrolled(register, "Marat", Role.ADMIN, now=NOW)
    with pytest.raises(OwnRole):
        staffing.change_role(register, aliya.id, Role.VIEWER, by=aliya, now=NOW)


def test_whoever_leaves_can_do_nothing_and_their_name_stays(register: Connection, daniyar: Staff, aigul: Address) -> None:
    token = sessions.begin(register, daniyar.id, now=NOW)
    staff_addresses.keep(register, daniyar, aigul, now=NOW)
    staffing.leave(register, daniyar.id, who="Aliya", reason="moved to Astana", now=NOW)
    assert last_row(register)[3] == '{"name":"Daniyar","reason":"moved to Astana"}'
    assert sessions.find(register, token, now=NOW) is None
    for table in ("credential", "session", "staff_address", "invitation"):
        assert register.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table
    with pytest.raises(UnknownStaff):
        staff.find(register, "Daniyar")
    with pytest.raises(UnknownStaff):
        staff.with_id(register, daniyar.id)
    with pytest.raises(UnknownStaff):
        staffing.leave(register, daniyar.id, who="Aliya", reason="again", now=NOW)
    with pytest.raises(staff.NameTaken):
        staff.add(register, "Daniyar", Role.ADMIN, who="Aliya", now=NOW)
    assert [(each.staff.name, each.active) for each in staff.every(register, now=NOW)] == [("Daniyar", False)]


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 501, "\u202eright to left"])
def test_leaving_has_a_reason_of_one_line(register: Connection, daniyar: Staff, reason: str) -> None:
    with pytest.raises(NoReason):
        staffing.leave(register, daniyar.id, who="Aliya", reason=reason, now=NOW)
    assert staff.find(register, "Daniyar") == daniyar


def test_the_last_admin_who_can_sign_in_stays_one(register: Connection, aliya: Staff, daniyar: Staff) -> None:
    never_came = staff.add(register, "Marat", Role.ADMIN, who="test", now=NOW)
    with pytest.raises(LastAdmin):
        staffing.leave(register, aliya.id, who="Aliya", reason="moved", now=NOW)
    with pytest.raises(LastAdmin):
        staffing.change_role(register, aliya.id, Role.VIEWER, by=never_came, now=NOW)
    assert staff.find(register, "Aliya").role is Role.ADMIN
    staffing.leave(register, never_came.id, who="Aliya", reason="never came", now=NOW)


def test_an_admin_may_leave_when_another_remains(register: Connection, aliya: Staff) -> None:
    enrolled(register, "Marat", Role.ADMIN, now=NOW)
    staffing.leave(register, aliya.id, who="Aliya", reason="moved", now=NOW)
    with pytest.raises(UnknownStaff):
        staff.find(register, "Aliya")
