"""`python -m bot phrases` and `python -m bot learn` from the command line: what they say, and what they end with."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.moderation import decisions
from bot.moderation.cases import Ruling
from bot.moderation.retraining import Workshop
from tests.bot.moderation.hall import FINE, Hall
from tests.bot.people import NOON


@pytest.fixture
def judged(hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hall:
    """A fine judged long ago, in the database that the settings name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAQBOL_DATABASE", f"sqlite:///{tmp_path / 'saqbol.db'}")
    monkeypatch.setenv("SAQBOL_ADDRESS_KEY", (b"k" * 32).hex())
    hall.now = NOON - timedelta(days=900)
    hall.judged(FINE, Ruling.SCAM)
    hall.waits(decisions.REVIEW)
    return hall


def test_a_proposed_phrase_is_listed_and_accepted_by_a_second_person(judged: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phrases", "list"]) == 0
    listed = capsys.readouterr().out
    assert "1  phishing-link  ru  case 1, decision 1\n" in listed
    assert "egov-aiyppul" not in listed
    assert main(["phrases", "accept", "1", "--as", "Arman"]) == 2
    assert capsys.readouterr().err == "You judged this case: somebody else looks at what is learnt of it.\n"
    assert main(["phrases", "accept", "1", "--as", "Dias"]) == 0
    assert capsys.readouterr().out == "accepted: phrase 1\n"
    assert main(["phrases", "list"]) == 0
    assert capsys.readouterr().out.startswith("0 wait")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["reject", "7", "--as", "Dias"], "There is no such phrase"),
        (["accept", "1", "--as", "Nobody"], "Nobody of that name is on the staff"),
    ],
)
def test_what_is_refused_is_said_in_one_line(
    judged: Hall, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["phrases", *words]) == 2
    assert said in capsys.readouterr().err


def test_learning_ends_before_any_training_where_it_cannot_or_need_not(judged: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was accepted; whether the training environment is here depends on who ran ./test nlu before."""
    can = (Workshop().nlu / ".venv").exists()
    assert main(["learn", "--dry-run"]) == (0 if can else 2)
    said = capsys.readouterr()
    assert "nothing new to learn" in said.out if can else "which ./test nlu makes" in said.err
