import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster.batches import Leased, Result
from broadcaster.channels.outcome import Accepted, Unknown
from broadcaster.ledger_codes import SendingChannel, State
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.shell import Shell, shell_in


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    yield from shell_in(tmp_path, monkeypatch, capsys)


@pytest.fixture
def ledger(shell: Shell) -> Ledger:
    """Contacts 2 and 4 of six are unknown; Saule is on the staff since the campaign was made."""
    shell.people.people(6)
    made = Ledger(shell.register, shell.folder / "saqbol.db.flight", shell.people, channels=("paper",))

    def lost(row: Leased) -> Result:
        return Unknown(reason="timed out") if row.contact in (2, 4) else Accepted()

    made.run(lost, channel=SendingChannel.PAPER)
    return made


def test_unknowns_are_listed_masked_with_their_reason(shell: Shell, ledger: Ledger) -> None:
    assert shell.says("unknowns", ledger.campaign) == [
        {"contact": contact, "channel": "paper", "address": f"telegram:***{address}", "reason": "timed out"}
        for contact, address in ((2, "002"), (4, "004"))
    ]
    shown = shell.does("unknowns", ledger.campaign)
    assert "2  paper  telegram:***002  timed out" in shown
    assert "900000002" not in shown


def test_a_person_decides_once_for_each(shell: Shell, ledger: Ledger) -> None:
    assert "again" in shell.does("decide", ledger.campaign, 2, "requeue", "--as", "Saule")
    assert shell.does("decide", ledger.campaign, 4, "close", "--as", "Saule") == "closed\n"
    assert "not unknown any more" in shell.refuses("decide", ledger.campaign, 4, "requeue", "--as", "Saule")
    assert "not unknown any more" in shell.refuses("decide", ledger.campaign, 1, "close", "--as", "Saule")
    assert shell.does("unknowns", ledger.campaign) == "none\n"
    shell.does("send", "--until-idle")
    assert [line["address"] for line in shell.paper()] == ["900000002"]
    assert (ledger.state(2), ledger.state(4)) == (State.ACCEPTED, State.CLOSED)  # type: ignore[arg-type]
    trail = shell.register.execute("SELECT who, action FROM audit WHERE action LIKE 'delivery.%'").fetchall()
    assert [tuple(row) for row in trail] == [("Saule", "delivery.requeue"), ("Saule", "delivery.close")]


def test_only_staff_decide_and_only_about_campaigns_there_are(shell: Shell, ledger: Ledger) -> None:
    assert "staff" in shell.refuses("decide", ledger.campaign, 2, "close", "--as", "Somebody")
    assert "No campaign" in shell.refuses("unknowns", 404)
    assert "No campaign" in shell.refuses("export", "deliveries", 404)
    assert ledger.state(2) is State.UNKNOWN  # type: ignore[arg-type]


def test_the_export_is_a_table_with_a_head_and_a_row_a_person(shell: Shell, ledger: Ledger) -> None:
    table = list(csv.DictReader(io.StringIO(shell.does("export", "deliveries", ledger.campaign), newline="")))
    assert [row["contact"] for row in table] == ["1", "2", "3", "4", "5", "6"]
    assert [row["state"] for row in table].count("unknown") == 2
    assert table[1]["reason"] == "timed out"
    assert all(row["address"].startswith("telegram:***") for row in table)
