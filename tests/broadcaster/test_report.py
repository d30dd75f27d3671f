from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import addresses, consent, report
from broadcaster.addresses import Channel
from broadcaster.batches import Leased, Result
from broadcaster.campaign_records import UnknownCampaign
from broadcaster.channels.outcome import Accepted, Refused, Unknown
from broadcaster.consent import Origin
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, language_of
from broadcaster.report import Report
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town

SMS = SendingChannel.SMS


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def mixed(row: Leased) -> Result:
    match row.contact % 4:
        case 0:
            return Refused(reason="telegram 403: blocked", suppress=True)
        case 1:
            return Unknown(reason="timed out")
        case _:
            return Accepted()


def ran(register: Connection, people: Town, folder: Path) -> Ledger:
    people.people(20)
    people.people(12, language="kk", channels=("phone",))
    ledger = Ledger(register, folder / "flight", people, channels=("telegram", "sms"))
    ledger.run(mixed)
    ledger.run(channel=SMS)
    return ledger


def test_the_counts_are_those_of_the_ledger_by_channel_and_by_language(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    ledger = ran(register, people, tmp_path)
    told = report.report_of(register, ledger.campaign)
    assert told.counts == ledger.states() == {"accepted": 22, "suppressed": 5, "unknown": 5}
    assert told.by_channel == {"telegram": {"accepted": 10, "suppressed": 5, "unknown": 5}, "sms": {"accepted": 12}}
    assert told.by_language == {"ru": {"accepted": 10, "suppressed": 5, "unknown": 5}, "kk": {"accepted": 12}}
    assert (told.audience, told.unknown, told.state) == (32, 5, "sending")
    assert told.reasons == {"telegram 403: blocked": 5, "timed out": 5}


def test_whoever_left_after_the_warning_is_counted_by_the_channel_that_carried_it(
    register: Connection, people: Town, tmp_path: Path
) -> None:
    ledger = ran(register, people, tmp_path)
    for number, (kind, value) in enumerate([(Channel.TELEGRAM, "900000002"), (Channel.PHONE, "+77010000021")]):
        stop = Origin(door="test", message_id=str(number), at=LATER + timedelta(minutes=2))
        consent.stop(register, addresses.normalise(kind, value), stop)
    told = report.report_of(register, ledger.campaign)
    assert told.unsubscribed == 2
    assert told.unsubscribed_by_channel == {"telegram": 1, "sms": 1}


def test_a_draft_has_an_empty_report(register: Connection, people: Town) -> None:
    told = report.report_of(register, people.campaign(state="draft", budget=5_000))
    assert told == Report(
        code=told.code,
        name=told.name,
        state="draft",
        reason="",
        audience=0,
        started_at=None,
        ended_at=None,
        counts={},
        by_channel={},
        by_language={},
        unsubscribed=0,
        unsubscribed_by_channel={},
        unknown=0,
        waiting_group=0,
        reasons={},
        spent=0,
        budget=500_000,
    )


def test_the_waiting_group_is_counted(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(200)
    ledger = Ledger(register, tmp_path / "flight", people, control=0.25)
    told = report.report_of(register, ledger.campaign)
    rows = register.execute("SELECT contact FROM waiting WHERE campaign = ?", [ledger.campaign]).fetchall()
    assert told.waiting_group == len(rows) > 20
    assert sum(told.counts.values()) == 200


def test_one_campaign_is_not_reported_with_another_s_numbers(register: Connection, people: Town, tmp_path: Path) -> None:
    first = ran(register, people, tmp_path)
    second = Ledger(register, tmp_path / "flight", people, segment={"language": "kk"}, channels=("sms",))
    assert report.report_of(register, second.campaign).counts == {"queued": 12}
    assert report.report_of(register, first.campaign).audience == 32


def test_a_campaign_nobody_knows_is_refused(register: Connection) -> None:
    with pytest.raises(UnknownCampaign):
        report.report_of(register, 404)


def test_the_languages_are_those_of_the_rows(register: Connection, people: Town, tmp_path: Path) -> None:
    ledger = ran(register, people, tmp_path)
    rows = register.execute("SELECT route FROM delivery WHERE campaign = ?", [ledger.campaign])
    counted = Counter(language_of(row["route"]).value for row in rows)
    told = report.report_of(register, ledger.campaign)
    assert {language: sum(states.values()) for language, states in told.by_language.items()} == counted
    assert told.started_at == "2025-11-21T07:15:00.000Z"
