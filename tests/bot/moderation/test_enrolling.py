"""`python -m bot volunteer add` from the shell."""

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.moderation import volunteers
from broadcaster import invitations, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from tests.bot.people import NOON
from tests.broadcaster.conftest import hasher  # noqa: F401
from tests.broadcaster.signing import CountingHasher, enrolled


@pytest.fixture(autouse=True)
def instance(register: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAQBOL_DATABASE", f"sqlite:///{tmp_path / 'saqbol.db'}")
    monkeypatch.setenv("SAQBOL_ADDRESS_KEY", (b"k" * 32).hex())
    monkeypatch.setenv("SAQBOL_PUBLIC_URL", "https://saqbol.example")


def test_a_volunteer_is_enrolled_and_gets_a_link_that_works(register: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    marat = staff.add(register, "Marat", Role.MODERATOR, who="test", now=NOON)
    assert main(["volunteer", "add", "Marat", "--telegram", "4242"]) == 0
    printed = capsys.readouterr().out
    token = printed.strip().rpartition("https://saqbol.example/moderation/invitation/")[2]
    assert invitations.find(register, token, now=NOON).staff == marat
    assert volunteers.with_telegram(register, 4242) == marat
    assert not volunteers.is_senior(register, marat)


def test_whoever_can_sign_in_is_not_invited_again(
    register: Connection,
    capsys: pytest.CaptureFixture[str],
    hasher: CountingHasher,  # noqa: F811
) -> None:
    gulnar = enrolled(register, "Gulnar", Role.MODERATOR, now=NOON).staff
    assert main(["volunteer", "add", "Gulnar", "--senior"]) == 0
    assert capsys.readouterr().out == "Gulnar: senior volunteer; signs in at https://saqbol.example/moderation\n"
    assert volunteers.is_senior(register, gulnar)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Nobody"], "Nobody of that name is on the staff"),
        (["Daniyar"], "has another role"),
        (["Marat", "--telegram", "4242"], "belongs to another volunteer"),
    ],
)
def test_a_refusal_is_one_line(register: Connection, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    staff.add(register, "Daniyar", Role.AUTHOR, who="test", now=NOON)
    staff.add(register, "Marat", Role.MODERATOR, who="test", now=NOON)
    other = staff.add(register, "Gulnar", Role.MODERATOR, who="test", now=NOON)
    volunteers.enrol(register, other, telegram=4242, who="test", now=NOON)
    assert main(["volunteer", "add", *arguments]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("id", ["0", "-5", "x", "9" * 40, "٣"])
def test_what_is_no_telegram_account_is_refused(id: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["volunteer", "add", "Marat", f"--telegram={id}"])
    assert "Traceback" not in capsys.readouterr().err
