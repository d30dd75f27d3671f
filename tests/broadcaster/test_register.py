from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster import database
from tests.broadcaster.shell import Shell, shell_in


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    yield from shell_in(tmp_path, monkeypatch, capsys)


def test_a_backup_goes_back_with_its_campaigns_paused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """R19."""
    shell.staff()
    shell.people.people(5)
    id = shell.scheduled()
    assert "keep that file too" in shell.does("backup", "copy.db")
    assert "nothing is overwritten" in shell.refuses("backup", "copy.db")
    shell.does("send", "--until-idle")
    assert len(shell.paper()) == 5

    monkeypatch.setenv("SAQBOL_DATABASE", "sqlite:///restored.db")
    told = shell.does("restore", "copy.db", "--as", "Marat")
    assert told.startswith("restored; paused: ")
    shell.does("send", "--until-idle")
    assert len(shell.paper()) == 5
    report = shell.says("report", id)
    assert (report["state"], "restored from a backup" in report["reason"]) == ("paused", True)
    assert "audit trail              whole" in shell.does("doctor")
    assert "nothing is overwritten" in shell.refuses("restore", "copy.db", "--as", "Marat")


def test_what_is_no_backup_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    (shell.folder / "song.txt").write_text("la la la")
    monkeypatch.setenv("SAQBOL_DATABASE", "sqlite:///restored.db")
    assert shell.refuses("restore", "song.txt", "--as", "Marat") == "This file is not a backup of the register."
    assert not (shell.folder / "restored.db").exists()


def test_a_place_that_cannot_be_written_to_is_refused_in_a_line(shell: Shell) -> None:
    assert "no/such/folder" in shell.refuses("backup", "no/such/folder/copy.db")


def test_a_trail_that_somebody_changed_is_broken(shell: Shell) -> None:
    shell.staff()
    assert "audit trail              whole" in shell.does("doctor")
    with database.transaction(shell.register):
        shell.register.execute("DROP TRIGGER audit_is_append_only")
        shell.register.execute("UPDATE audit SET who = 'nobody' WHERE id = 2")
    broken = shell("doctor")
    assert broken.code == 1
    assert "BROKEN from row 2" in broken.out


def test_a_trail_whose_end_was_cut_off_shows_against_a_kept_head(shell: Shell) -> None:
    """S8."""
    shell.staff()
    (line,) = [line for line in shell.does("doctor").splitlines() if line.startswith("audit head")]
    head = line.split()[2]
    assert "whole" in shell.does("doctor", "--audit-head", head)
    with database.transaction(shell.register):
        shell.register.execute("DROP TRIGGER audit_stays")
        shell.register.execute("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    assert "whole" in shell.does("doctor"), "the rows alone do not show it"
    cut = shell("doctor", "--audit-head", head)
    assert (cut.code, "BROKEN" in cut.out) == (1, True)
