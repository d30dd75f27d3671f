import pytest

from broadcaster import audit, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.staff import BadStaff, NameTaken, UnknownStaff
from tests.broadcaster.conftest import NOW


def test_whoever_was_added_is_found_by_name_and_stands_in_the_trail(register: Connection) -> None:
    saule = staff.add(register, " Сәуле ", Role.APPROVER, who="Ержан", now=NOW)
    assert staff.find(register, "Сәуле") == saule
    assert (saule.name, saule.role) == ("Сәуле", Role.APPROVER)
    row = register.execute("SELECT who, action, subject, detail FROM audit").fetchone()
    assert tuple(row) == ("Ержан", "staff.add", "staff 1", '{"name":"Сәуле","role":"approver"}')
    assert audit.verify(register) is None


def test_a_stranger_is_nobody(register: Connection) -> None:
    with pytest.raises(UnknownStaff):
        staff.find(register, "Daniyar")


@pytest.mark.parametrize("name", ["", "   ", "а" * 81, "Da\nniyar", "Daniyar\u202e"])
def test_a_name_is_one_short_printable_line(register: Connection, name: str) -> None:
    with pytest.raises(BadStaff):
        staff.add(register, name, Role.AUTHOR, who="Ержан", now=NOW)
    assert audit.head(register).id == 0


def test_a_name_means_one_person_and_keeps_their_role(register: Connection) -> None:
    staff.add(register, "Daniyar", Role.AUTHOR, who="Ержан", now=NOW)
    with pytest.raises(NameTaken):
        staff.add(register, "Daniyar", Role.ADMIN, who="Daniyar", now=NOW)
    assert staff.find(register, "Daniyar").role is Role.AUTHOR
    assert audit.head(register).id == 1
