"""S7: four eyes under a race. Two people with connections of their own act on one campaign at once, a thousand times."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broadcaster import audit, campaign_records, campaigns, database
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import MoveNotAllowed, State
from broadcaster.campaigns import MovedMeanwhile, OwnCampaign
from broadcaster.database import Connection
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.test_campaigns import Office, content, office

__all__ = ["office"]

ROUNDS = 500
"""Of each of the two races."""

Act = Callable[[Connection, Campaign], Campaign]


@dataclass(frozen=True)
class Ended:
    """What each of the two got: "won", or the name of the refusal."""

    first: str
    second: str


def raced(folder: Path, seen: list[Campaign], first: Act, second: Act) -> list[Ended]:
    together = threading.Barrier(2)
    ends: tuple[list[str], list[str]] = ([], [])

    def run(act: Act, mine: list[str]) -> None:
        connection = database.open(url_in(folder), KEY)
        for campaign in seen:
            together.wait(timeout=60)
            try:
                act(connection, campaign)
                mine.append("won")
            except (MovedMeanwhile, MoveNotAllowed, OwnCampaign) as refused:
                mine.append(type(refused).__name__)
        connection.close()

    threads = [threading.Thread(target=run, args=each) for each in zip((first, second), ends, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [Ended(*each) for each in zip(*ends, strict=True)]


def submitted(register: Connection, office: Office) -> list[Campaign]:
    made = [campaigns.create(register, content(), by=office.daniyar, now=NOW) for _ in range(ROUNDS)]
    return [campaigns.submit(register, each, by=office.daniyar, now=NOW) for each in made]


def test_of_two_approvers_exactly_one_has_approved(register: Connection, office: Office, tmp_path: Path) -> None:
    seen = submitted(register, office)
    ends = raced(
        tmp_path,
        seen,
        lambda connection, campaign: campaigns.approve(connection, campaign, by=office.saule, now=NOW),
        lambda connection, campaign: campaigns.approve(connection, campaign, by=office.marat, now=NOW),
    )
    assert Counter(sorted((each.first, each.second)) == ["MovedMeanwhile", "won"] for each in ends) == {True: ROUNDS}
    for campaign, end in zip(seen, ends, strict=True):
        stands = campaign_records.find(register, campaign.id)
        winner = office.saule if end.first == "won" else office.marat
        assert (stands.state, stands.approved_by, stands.second_approval_by) == (State.APPROVED, winner.id, None)
    assert counted(register, "campaign.approve") == ROUNDS
    assert audit.verify(register) is None


def test_what_was_edited_at_the_same_moment_is_never_approved(register: Connection, office: Office, tmp_path: Path) -> None:
    """Whoever comes second is told; an edit after the approval voids it; the approved version is the one that was seen."""
    seen = submitted(register, office)
    other = content(text={"kk": "Сақ болыңыз!", "ru": "Берегитесь!"})
    ends = raced(
        tmp_path,
        seen,
        lambda connection, campaign: campaigns.approve(connection, campaign, by=office.saule, now=NOW),
        lambda connection, campaign: campaigns.edit(connection, campaign, other, by=office.daniyar, now=NOW),
    )
    assert Counter(sorted((each.first, each.second)) == ["MovedMeanwhile", "won"] for each in ends) == {True: ROUNDS}
    for campaign, end in zip(seen, ends, strict=True):
        stands = campaign_records.find(register, campaign.id)
        if end.first == "won":
            assert (stands.state, stands.approved_hash, stands.content_hash) == (State.APPROVED, content().hash, content().hash)
        else:
            assert (stands.state, stands.approved_hash, stands.content_hash) == (State.DRAFT, None, other.hash)
    marked = register.execute("SELECT content_hash FROM campaign_version WHERE approved_at IS NOT NULL").fetchall()
    assert {row["content_hash"] for row in marked} <= {content().hash}
    assert len(marked) == counted(register, "campaign.approve")
    assert audit.verify(register) is None


def test_an_emergency_is_approved_by_two_people_even_when_one_presses_twice(
    register: Connection, office: Office, tmp_path: Path
) -> None:
    seen = []
    for _ in range(50):
        made = campaigns.create(register, content(emergency=True), by=office.daniyar, now=NOW)
        made = campaigns.submit(register, made, by=office.daniyar, now=NOW)
        seen.append(campaigns.approve(register, made, by=office.saule, now=NOW))
    saule, marat = office.saule, office.marat
    ends = raced(
        tmp_path,
        seen,
        lambda connection, campaign: campaigns.approve(connection, campaign, by=saule, now=NOW, reason="it spreads"),
        lambda connection, campaign: campaigns.approve(connection, campaign, by=marat, now=NOW, reason="it spreads"),
    )
    assert Counter(itertools.chain.from_iterable((each.first, each.second) for each in ends)) == {"OwnCampaign": 50, "won": 50}
    assert {end.second for end in ends} == {"won"}


def counted(register: Connection, action: str) -> int:
    return int(register.execute("SELECT count(*) FROM audit WHERE action = ?", [action]).fetchone()[0])
