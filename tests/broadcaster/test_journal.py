from pathlib import Path

import pytest

from broadcaster import journal
from broadcaster.database import Connection
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.town import town


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "flight"


def test_everybody_is_leased_once_and_settled(register: Connection, records: Path) -> None:
    people = town(register)
    crowd = people.people(250)
    ledger = Ledger(register, records, people)
    assert ledger.audience == 250
    assert ledger.states() == {"queued": 250}
    assert ledger.run(limit=100) == crowd
    assert ledger.states() == {"accepted": 250}
    assert journal.is_finished(register, ledger.campaign)
    assert journal.work(register) == ()
    assert not list(records.iterdir())
