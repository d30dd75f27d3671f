from datetime import timedelta
from pathlib import Path

from broadcaster import audit, database, halt
from broadcaster.database import Connection
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.town import town


def test_the_switch_is_seen_by_every_connection_once_it_has_committed(register: Connection, tmp_path: Path) -> None:
    """R16."""
    other = database.open(url_in(tmp_path), KEY)
    try:
        assert not halt.is_stopped(other)
        assert halt.stop_everything(register, who="Saule", now=NOW)
        assert halt.is_stopped(other)
        assert halt.resume_everything(other, who="Marat", now=NOW + timedelta(minutes=5))
        assert not halt.is_stopped(register)
    finally:
        other.close()


def test_turning_it_twice_changes_nothing_and_stands_in_the_trail_once(register: Connection) -> None:
    assert not halt.resume_everything(register, who="Saule", now=NOW)
    assert halt.stop_everything(register, who="Saule", now=NOW)
    assert not halt.stop_everything(register, who="Marat", now=NOW)
    trail = [(row["who"], row["action"]) for row in register.execute("SELECT who, action FROM audit")]
    assert trail == [("Saule", "everything.stop")]
    assert audit.verify(register) is None


def test_nothing_is_leased_until_it_is_released(register: Connection, tmp_path: Path) -> None:
    """R16."""
    people = town(register)
    people.people(4)
    ledger = Ledger(register, tmp_path / "flight", people)
    halt.stop_everything(register, who="Saule", now=NOW)
    assert ledger.take() is None
    halt.resume_everything(register, who="Saule", now=NOW)
    assert ledger.run() == [1, 2, 3, 4]
