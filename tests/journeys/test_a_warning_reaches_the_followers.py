"""Staff warn the followers of a financial pyramid, from the CSV files to the report, through the command line alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broadcaster.shell import Shell, shell_in

FOLLOWERS = 60
CAMPAIGN = """
name: The pyramid promises 30 % a week
scheme: financial-pyramid
purpose: warn
legal_basis: consent
segment: {followers_of: "@pyramid_kz"}
channels: [paper]
text:
  kk: "«Pyramid KZ» аптасына 30 % уәде етеді: бұл қаржы пирамидасы. Ақша салмаңыз."
  ru: "«Pyramid KZ» обещает 30 % в неделю: это финансовая пирамида. Не вкладывайте деньги."
"""
SECOND = CAMPAIGN.replace("promises", "changed its name and promises").replace("30 %", "40 %")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    yield from shell_in(tmp_path, monkeypatch, capsys)


def chat(number: int) -> str:
    return str(700_000_000 + number)


def registers(shell: Shell) -> None:
    """Sixty follow: forty-one agreed to warnings, one of them with a telephone too; nobody asked the other nineteen."""
    rows = ["telegram,phone,language,consent"]
    rows += [f"{chat(number)},,{'kk' if number % 4 == 0 else 'ru'},warn@bank-form@2025-01-31" for number in range(40)]
    rows += [f"{chat(number)},,ru," for number in range(40, 50)]
    rows += [f"{chat(50)},+77011234567,ru,warn@bank-form@2025-01-31"]
    (shell.folder / "contacts.csv").write_text("\n".join([*rows, "not-a-chat,,ru,", ""]), encoding="utf-8")
    (shell.folder / "followers.csv").write_text(
        "\n".join(["telegram", *(chat(number) for number in range(FOLLOWERS)), ""]), encoding="utf-8"
    )


def test_a_warning_reaches_the_followers_and_not_whoever_said_stop(shell: Shell) -> None:
    shell.staff()
    registers(shell)
    shell.does("suspect", "add", "handle", "@pyramid_kz", "--scheme", "financial-pyramid", "--source", "staff")

    loaded = shell("import", "contacts", "contacts.csv", "--as", "Daniyar")
    assert (loaded.code, "52 rows: 51 new people" in loaded.out, "1 rows refused" in loaded.err) == (0, True, True)
    followed = shell.does("import", "followers", "followers.csv", "--suspect", "@pyramid_kz", "--taken-at", "2025-11-21")
    assert "60 rows: 60 followers" in followed

    first = shell.draft(CAMPAIGN)
    seen = shell.says("preview", first)
    assert (seen["audience"], seen["reach"]["known"], seen["reach"]["no_consent"]) == (41, 60, 19)
    assert {each["language"]: each["people"] for each in seen["texts"]} == {"kk": 10, "ru": 31}
    shell.does("campaign", "submit", first, "--as", "Daniyar")
    assert "approve is not theirs to do" in shell.refuses("campaign", "approve", first, "--as", "Daniyar")
    shell.does("campaign", "approve", first, "--as", "Saule")
    shell.does("campaign", "schedule", first, "--as", "Daniyar")
    shell.does("send", "--until-idle")

    told = shell.says("report", first)
    assert (told["state"], told["audience"], told["counts"]) == ("done", 41, {"accepted": 41})
    assert told["by_language"] == {"ru": {"accepted": 31}, "kk": {"accepted": 10}}
    lines = shell.paper()
    assert {line["address"] for line in lines} == {chat(number) for number in range(40)} | {chat(50)}
    assert all(told["code"] in line["text"] for line in lines)
    assert all(("уәде" in line["text"]) is (line["language"] == "kk") for line in lines)

    shell.does("unsubscribe", chat(1), "--channel", "telegram")
    shell.does("unsubscribe", "8 (701) 123-45-67")
    assert shell.says("report", first)["unsubscribed"] == 2

    (shell.folder / "paper.jsonl").unlink()
    second = shell.scheduled(SECOND)
    shell.does("send", "--until-idle")
    reached = {line["address"] for line in shell.paper()}
    assert reached == {chat(number) for number in range(40)} - {chat(1)}
    assert shell.says("report", second)["counts"] == {"accepted": 39}

    checked = shell.does("doctor")
    assert "audit trail              whole" in checked
    assert "migrations               all applied" in checked
    assert "sending                  allowed" in checked
