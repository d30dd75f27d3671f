from pathlib import Path

import pytest

from broadcaster import addresses, campaigns, consent, safety
from broadcaster.addresses import Channel
from broadcaster.batches import Leased, Result
from broadcaster.channels.outcome import Accepted, Refused, Unknown
from broadcaster.consent import Origin
from broadcaster.database import Connection
from tests.broadcaster.ledger import LATER, QUICK, Ledger
from tests.broadcaster.town import Town, town

GONE = Refused(reason="gone")


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def sent(register: Connection, people: Town, folder: Path, n: int, *, failing: int = 0, otherwise: Result = GONE) -> Ledger:
    people.people(n)
    ledger = Ledger(register, folder / "flight", people)

    def result(row: Leased) -> Result:
        return otherwise if row.contact <= failing else Accepted()

    ledger.run(result)
    return ledger


def leave(register: Connection, n: int) -> None:
    for number in range(1, n + 1):
        chat = addresses.normalise(Channel.TELEGRAM, str(900_000_000 + number))
        consent.stop(register, chat, Origin(door="telegram", message_id=f"stop {number}", at=LATER))


def reason(register: Connection, ledger: Ledger) -> str | None:
    return safety.reason_to_pause(register, ledger.campaign, QUICK)


@pytest.mark.parametrize(("failing", "pauses"), [(0, False), (10, False), (11, True), (200, True)])
def test_more_than_five_in_a_hundred_errors_pause(
    register: Connection, people: Town, tmp_path: Path, failing: int, pauses: bool
) -> None:
    told = reason(register, sent(register, people, tmp_path, 200, failing=failing))
    assert (told is not None) is pauses
    assert told is None or told.startswith("errors: ")


@pytest.mark.parametrize(("leaving", "pauses"), [(2, False), (3, True)])
def test_more_than_one_in_a_hundred_who_leave_pause(
    register: Connection, people: Town, tmp_path: Path, leaving: int, pauses: bool
) -> None:
    ledger = sent(register, people, tmp_path, 200)
    leave(register, leaving)
    told = reason(register, ledger)
    assert (told is not None) is pauses
    assert told is None or told == "opt-outs: 1.5% of 200 people, more than 1%"


def test_nothing_is_said_of_few_answers(register: Connection, people: Town, tmp_path: Path) -> None:
    ledger = sent(register, people, tmp_path, 199, failing=199)
    leave(register, 50)
    assert reason(register, ledger) is None


def test_a_lost_answer_is_no_error(register: Connection, people: Town, tmp_path: Path) -> None:
    """R1: a killed sender leaves some, and its restart must not find the campaign paused."""
    ledger = sent(register, people, tmp_path, 300, failing=100, otherwise=Unknown(reason="the sender died"))
    assert reason(register, ledger) is None


def test_errors_of_another_campaign_are_not_ours(register: Connection, people: Town, tmp_path: Path) -> None:
    bad = sent(register, people, tmp_path, 200, failing=200)
    good = Ledger(register, tmp_path / "flight", people)
    good.run()
    assert reason(register, bad) is not None
    assert reason(register, good) is None


@pytest.mark.parametrize(("failing", "told"), [(40, None), (41, "errors: 10.2% of 400 messages, more than 10%")])
def test_it_pauses_again_when_the_share_has_doubled_since_somebody_resumed(
    register: Connection, people: Town, tmp_path: Path, failing: int, told: str | None
) -> None:
    ledger = sent(register, people, tmp_path, 400, failing=failing)
    campaigns.pause_itself(register, ledger.campaign, reason="errors: 6.0% of 200 messages, more than 5%", now=LATER)
    assert reason(register, ledger) == told
