from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster import campaign_records, preview
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy
from broadcaster.preview import Preview
from broadcaster.suspects import UnknownSuspect
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import POLICY, QUICK, evenings_off
from tests.broadcaster.post import PUBLIC_URL, SMS, TELEGRAM, WORDS, Post, send
from tests.broadcaster.town import Town, town

PRICED = POLICY.model_copy(
    update={"channels": {**POLICY.channels, SMS: POLICY.channels[SMS].model_copy(update={"price_tiyn": 1_250})}}
)


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def shown(
    register: Connection, campaign: int, *, policy: Policy = PRICED, rate: float = 10, now: datetime = NOW, url: str = PUBLIC_URL
) -> Preview:
    found = campaign_records.find(register, campaign)
    rates = dict.fromkeys(SendingChannel, rate)
    return preview.of(register, found, policy=policy, rates=rates, public_url=url, words=WORDS, now=now)


def test_what_was_previewed_is_what_leaves(register: Connection, people: Town, tmp_path: Path) -> None:
    """The text of each language and channel, how many get it, and nobody else."""
    people.people(5, language="kk")
    people.people(7)
    people.people(3, channels=("phone",), language="en")
    people.people(2, consent=())
    campaign = people.campaign(channels=("telegram", "sms"))
    seen = shown(register, campaign)
    telegram, sms = Post(), Post()
    send(tmp_path, telegram, sms)
    for channel, post in ((TELEGRAM, telegram), (SMS, sms)):
        for text in (each for each in seen.texts if each.channel is channel):
            fallback = {Language.RU, Language.EN} if text.language is Language.RU else {text.language}
            got = [message for message in post.called if message.language in fallback]
            assert len(got) == text.people
            for message in got:
                blank = f"{PUBLIC_URL}/u/{'A' * 20}"
                assert message.text.replace(message.stop_link, blank) == text.text
    assert seen.reach.audience == len(telegram.called) + len(sms.called) == 15


def test_the_price_is_of_segments_and_people(register: Connection, people: Town) -> None:
    people.people(4, channels=("phone",))
    people.people(6, channels=("phone",), language="kk")
    seen = shown(register, people.campaign(channels=("sms",)))
    assert {(each.language, each.people) for each in seen.texts} == {(Language.KK, 6), (Language.RU, 4)}
    assert seen.price == sum(1_250 * each.segments * each.people for each in seen.texts)
    assert seen.price is not None
    assert seen.price >= 12_500
    free = shown(register, people.campaign())
    assert free.price == 0


def test_an_unknown_price_is_told_as_unknown_where_it_matters(register: Connection, people: Town) -> None:
    people.people(1)
    nobody_by_sms = people.campaign(channels=("telegram", "sms"))
    assert shown(register, nobody_by_sms, policy=POLICY).price == 0
    people.people(1, channels=("phone",))
    assert shown(register, nobody_by_sms, policy=POLICY).price is None


def test_the_character_that_makes_an_sms_dear_is_named_with_its_place(register: Connection, people: Town) -> None:
    people.people(1, channels=("phone",))
    campaign = people.campaign(channels=("sms",), text={"kk": "Абай болыңыз!", "ru": "Осторожно"})
    russian = next(each for each in shown(register, campaign).texts if each.language is Language.RU)
    assert russian.forced == ("О", 1)
    assert russian.characters == len(russian.text)
    telegram = shown(register, people.campaign()).texts[0]
    assert (telegram.segments, telegram.forced) == (1, None)


def test_the_finish_keeps_to_the_pace_and_the_hours(register: Connection, people: Town) -> None:
    people.people(100)
    campaign = people.campaign()
    assert shown(register, campaign).finish == NOW + timedelta(seconds=10)
    evening = datetime(2025, 11, 21, 15, 59, 55, tzinfo=UTC)
    register.execute("UPDATE campaign SET send_at = NULL WHERE id = ?", [campaign])
    rested = shown(register, campaign, policy=evenings_off(), now=evening).finish
    assert rested == datetime(2025, 11, 22, 4, 0, 5, tzinfo=UTC)


def test_a_set_time_counts_and_not_the_moment_of_the_preview(register: Connection, people: Town) -> None:
    people.people(100)
    campaign = people.campaign()
    later = NOW + timedelta(hours=2)
    register.execute("UPDATE campaign SET send_at = ? WHERE id = ?", [later.isoformat(), campaign])
    assert shown(register, campaign).finish == later + timedelta(seconds=10)


def test_when_nobody_is_reached_there_is_no_finish_and_no_price(register: Connection, people: Town) -> None:
    people.people(3, consent=())
    seen = shown(register, people.campaign())
    assert (seen.reach.audience, seen.finish, seen.price) == (0, None, 0)
    assert seen.reach.no_consent == 3


def test_a_waiting_group_says_what_effect_it_could_show(register: Connection, people: Town) -> None:
    people.people(40)
    with_group = shown(register, people.campaign(control=0.25), policy=QUICK)
    assert with_group.waiting == 0.25
    assert set(with_group.detectable) == set(Language)
    assert with_group.waiting_people == 10
    without = shown(register, people.campaign(), policy=QUICK)
    assert (without.waiting, without.detectable) == (0, {})


def test_the_same_people_of_an_earlier_campaign_are_told(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(6)
    people.campaign()
    send(tmp_path, Post())
    same = shown(register, people.campaign(), now=NOW + timedelta(hours=1)).overlaps
    other = shown(register, people.campaign(text={"kk": "Басқа мәтін", "ru": "Другой текст"}), now=NOW + timedelta(hours=1))
    assert [(each.people, each.same_text) for each in same] == [(6, True)]
    assert [(each.people, each.same_text) for each in other.overlaps] == [(6, False)]


def test_the_segment_is_told_in_every_language_with_masked_people(register: Connection, people: Town) -> None:
    people.people(9)
    seen = shown(register, people.campaign(segment={"language": "ru"}))
    assert set(seen.segment) == set(Language)
    assert len(set(seen.segment.values())) == 3
    assert 0 < len(seen.sample) <= preview.SAMPLE
    assert not any("900000" in each for each in seen.sample)


def test_a_problem_of_the_text_is_shown_before_anybody_approves(register: Connection, people: Town) -> None:
    people.people(1, channels=("phone",))
    campaign = people.campaign(channels=("sms",), text={"kk": "Абай болыңыз! " * 20, "ru": "Осторожно"})
    blocking = [problem for problem in shown(register, campaign).problems if problem.blocks]
    assert [(problem.language, problem.channel) for problem in blocking] == [(Language.KK, SMS)]


def test_a_suspect_nobody_knows_cannot_be_previewed(register: Connection, people: Town) -> None:
    with pytest.raises(UnknownSuspect):
        shown(register, people.campaign(segment={"followers_of": "@nobody_knows"}))
