from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import campaign_records, submitting
from broadcaster.database import Connection
from broadcaster.reach import NobodyToReach
from broadcaster.submitting import BudgetWithoutPrice, SaidAlready, TextProblems
from broadcaster.suspects import UnknownSuspect
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import POLICY
from tests.broadcaster.post import PUBLIC_URL, WORDS, Post, send
from tests.broadcaster.town import Town, town


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def check(register: Connection, campaign: int, *, again: bool = False) -> None:
    submitting.check(
        register,
        campaign_records.find(register, campaign),
        policy=POLICY,
        public_url=PUBLIC_URL,
        words=WORDS,
        now=NOW + timedelta(hours=1),
        again=again,
    )


def test_what_can_be_sent_to_somebody_passes(register: Connection, people: Town) -> None:
    people.people(1)
    check(register, people.campaign(state="draft"))


def test_a_text_that_cannot_be_sent_is_refused_with_its_place(register: Connection, people: Town) -> None:
    people.people(1, channels=("phone",))
    long = people.campaign(state="draft", channels=("sms",), text={"kk": "Абай болыңыз! " * 20, "ru": "Осторожно"})
    with pytest.raises(TextProblems, match=r"^text\.kk, sms: \d+ segments") as caught:
        check(register, long)
    assert str(caught.value).count("\n") == 0
    shortened = people.campaign(state="draft", text={"kk": "Қара: https://bit.ly/x", "ru": "Смотри: https://bit.ly/x"})
    with pytest.raises(TextProblems) as caught:
        check(register, shortened)
    assert len(caught.value.problems) == len(str(caught.value).splitlines()) == 2


def test_what_a_person_should_judge_does_not_stop_them(register: Connection, people: Town) -> None:
    people.people(1)
    check(register, people.campaign(state="draft", text={"kk": "Осторожно!", "ru": "Осторожно!"}))


def test_a_campaign_that_reaches_nobody_is_an_error(register: Connection, people: Town) -> None:
    people.people(5, consent=())
    with pytest.raises(NobodyToReach):
        check(register, people.campaign(state="draft"))
    with pytest.raises(UnknownSuspect):
        check(register, people.campaign(state="draft", segment={"followers_of": "@nobody_knows"}))


def test_the_same_text_to_the_same_people_is_stopped_and_asked(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(6)
    first = people.campaign()
    send(tmp_path, Post())
    second = people.campaign(state="draft")
    code = campaign_records.find(register, first).code
    with pytest.raises(SaidAlready, match=f"6 people by {code}: submit --again"):
        check(register, second)
    check(register, second, again=True)
    check(register, people.campaign(state="draft", text={"kk": "Басқа мәтін", "ru": "Другой текст"}))


def test_the_same_text_to_other_people_is_no_repetition(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(6, language="kk")
    people.campaign(segment={"language": "kk"})
    send(tmp_path, Post())
    people.people(6, language="ru")
    check(register, people.campaign(state="draft", segment={"language": "ru"}))


def test_a_budget_that_no_price_holds_is_refused(register: Connection, people: Town) -> None:
    people.people(1, channels=("phone",))
    with pytest.raises(BudgetWithoutPrice, match=r"price_tiyn of sms"):
        check(register, people.campaign(state="draft", channels=("sms",), budget=1_000))
    people.people(1)
    check(register, people.campaign(state="draft", channels=("telegram",), budget=1_000))
