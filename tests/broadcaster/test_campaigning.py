from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster import audit
from tests.broadcaster.shell import CAMPAIGN, Shell, shell_in


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    yield from shell_in(tmp_path, monkeypatch, capsys)


def state(shell: Shell, campaign: int) -> str:
    return str(shell.says("report", campaign)["state"])


def test_a_campaign_goes_from_a_file_to_scheduled_by_two_people(shell: Shell) -> None:
    shell.staff()
    shell.people.people(3)
    id = shell.draft()
    assert "submitted" in shell.does("campaign", "submit", id, "--as", "Daniyar")
    assert "approved" in shell.does("campaign", "approve", id, "--as", "Saule")
    assert "scheduled" in shell.does("campaign", "schedule", id, "--as", "Daniyar", "--at", "2099-01-05 10:00")
    row = shell.register.execute("SELECT send_at FROM campaign").fetchone()
    assert row["send_at"] == "2099-01-05T05:00:00.000Z"
    assert audit.verify(shell.register) is None


def test_create_tells_the_next_step_and_ends_with_the_id(shell: Shell) -> None:
    shell.staff()
    (shell.folder / "c.yaml").write_text(CAMPAIGN)
    told = shell.does("campaign", "create", "c.yaml", "--as", "Daniyar").splitlines()
    assert told[-1] == "1"
    assert "preview 1" in told[0]


def test_whoever_does_not_say_who_they_are_is_an_author_like_any_other(shell: Shell) -> None:
    (shell.folder / "c.yaml").write_text(CAMPAIGN)
    for _ in range(2):
        shell.does("campaign", "create", "c.yaml")
    assert shell.register.execute("SELECT name, role FROM staff").fetchall()[0]["role"] == "author"
    assert "not theirs" in shell.refuses("campaign", "approve", 1, "--as", "shell")


def test_nobody_approves_their_own(shell: Shell) -> None:
    shell.people.people(3)
    shell.does("staff", "add", "Both", "--role", "admin")
    (shell.folder / "c.yaml").write_text(CAMPAIGN)
    shell.does("campaign", "create", "c.yaml", "--as", "Both")
    shell.does("campaign", "submit", 1, "--as", "Both")
    assert "ask a colleague" in shell.refuses("campaign", "approve", 1, "--as", "Both")
    assert state(shell, 1) == "submitted"


def test_an_emergency_needs_a_second_approver_with_a_reason(shell: Shell) -> None:
    """R12."""
    shell.staff()
    shell.people.people(3)
    id = shell.draft(f"{CAMPAIGN}emergency: true\n")
    shell.does("campaign", "submit", id, "--as", "Daniyar")
    assert "second approver" in shell.does("campaign", "approve", id, "--as", "Saule")
    assert "second approver" in shell.refuses("campaign", "schedule", id, "--as", "Daniyar")
    assert "reason" in shell.refuses("campaign", "approve", id, "--as", "Marat")
    assert "colleague" in shell.refuses("campaign", "approve", id, "--as", "Saule", "--reason", "again me")
    assert "needs a second" not in shell.does("campaign", "approve", id, "--as", "Marat", "--reason", "it spreads tonight")
    shell.does("campaign", "schedule", id, "--as", "Daniyar")
    assert state(shell, id) == "scheduled"


def test_an_edit_voids_the_approval(shell: Shell) -> None:
    """R17."""
    shell.staff()
    shell.people.people(3)
    id = shell.draft()
    shell.does("campaign", "submit", id, "--as", "Daniyar")
    shell.does("campaign", "approve", id, "--as", "Saule")
    (shell.folder / "other.yaml").write_text(CAMPAIGN.replace("Осторожно", "Берегитесь"))
    assert "draft" in shell.does("campaign", "edit", id, "other.yaml", "--as", "Daniyar")
    assert "not possible while the campaign is draft" in shell.refuses("campaign", "schedule", id, "--as", "Daniyar")


@pytest.mark.parametrize(
    ("moves", "left"),
    [
        ([("submit", "Daniyar"), ("return", "Saule", "--reason", "too long")], "draft"),
        ([("submit", "Daniyar"), ("reject", "Saule", "--reason", "not ours")], "cancelled"),
        ([("cancel", "Daniyar")], "cancelled"),
        ([("submit", "Daniyar"), ("approve", "Saule"), ("schedule", "Saule"), ("pause", "Daniyar")], "paused"),
        (
            [("submit", "Daniyar"), ("approve", "Saule"), ("schedule", "Saule"), ("pause", "Daniyar"), ("resume", "Marat")],
            "scheduled",
        ),
    ],
)
def test_every_move_is_a_command(shell: Shell, moves: list[tuple[str, ...]], left: str) -> None:
    shell.staff()
    shell.people.people(3)
    id = shell.draft()
    for move, who, *more in moves:
        shell.does("campaign", move, id, "--as", who, *more)
    assert state(shell, id) == left


def test_a_refusal_is_one_line_that_says_what_to_do(shell: Shell) -> None:
    shell.staff()
    id = shell.draft()
    assert "the segment is empty" in shell.refuses("campaign", "submit", id, "--as", "Daniyar")
    assert "staff add" in shell.refuses("campaign", "submit", id, "--as", "Nobody")
    assert "No campaign has this id" in shell.refuses("campaign", "submit", 404, "--as", "Daniyar")
    assert "not theirs" in shell.refuses("campaign", "cancel", id, "--as", "Vera")
    assert "there already" in shell.refuses("staff", "add", "Daniyar", "--role", "viewer")
    assert "nowhere.yaml" in shell.refuses("campaign", "create", "nowhere.yaml", "--as", "Daniyar")
    assert shell.refuses("campaign", "create", shell.folder, "--as", "Daniyar")


def test_a_moment_is_kazakhstan_time_in_one_spelling_and_not_in_the_past(shell: Shell) -> None:
    shell.staff()
    shell.people.people(3)
    id = shell.draft()
    shell.does("campaign", "submit", id, "--as", "Daniyar")
    shell.does("campaign", "approve", id, "--as", "Saule")
    assert "has passed" in shell.refuses("campaign", "schedule", id, "--as", "Daniyar", "--at", "2020-01-05 10:00")
    wrong = shell("campaign", "schedule", id, "--as", "Daniyar", "--at", "tomorrow")
    assert wrong.code == 2
    assert "2026-11-30 10:00" in wrong.err


def test_the_same_text_again_needs_the_word_again(shell: Shell) -> None:
    shell.people.people(3)
    shell.already_sent()
    second = shell.draft()
    told = shell.refuses("campaign", "submit", second, "--as", "Daniyar")
    assert told.startswith("the same text went to 3 people by ")
    shell.does("campaign", "submit", second, "--as", "Daniyar", "--again")
