import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import addresses, campaign_records, contacts, deliveries
from broadcaster.addresses import Channel
from broadcaster.channels.outcome import Refused
from broadcaster.database import Connection
from broadcaster.deliveries import COLUMNS, harmless
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.ledger import TAKEN, Ledger
from tests.broadcaster.town import Town, town


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def exported(register: Connection, campaign: int) -> list[dict[str, str]]:
    rows = deliveries.rows(register, campaign_records.find(register, campaign))
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def test_everybody_is_there_in_plain_words_with_a_masked_address(register: Connection, people: Town, tmp_path: Path) -> None:
    people.person(telegram="700000001", phone="+77011234567", language="kk", consent=("warn",))
    people.person(phone="+77017654321", language="ru", consent=("warn",))
    ledger = Ledger(register, tmp_path / "flight", people, channels=("telegram", "sms"))
    ledger.run(Refused(reason="telegram 400"))
    ledger.run(channel=SendingChannel.SMS)
    assert exported(register, ledger.campaign) == [
        {
            "contact": "1",
            "address": "telegram:***001",
            "channel": "telegram",
            "language": "kk",
            "state": "refused",
            "at": "2025-11-21 12:16:00",
            "reason": "telegram 400",
        },
        {
            "contact": "2",
            "address": "'+7701***4321",
            "channel": "sms",
            "language": "ru",
            "state": "accepted",
            "at": "2025-11-21 12:16:00",
            "reason": "",
        },
    ]


def test_whoever_was_forgotten_stands_there_without_an_address(register: Connection, people: Town, tmp_path: Path) -> None:
    people.person(telegram="700000001", consent=("warn",))
    ledger = Ledger(register, tmp_path / "flight", people)
    ledger.run()
    contacts.forget(register, addresses.normalise(Channel.TELEGRAM, "700000001"))
    assert [row["address"] for row in exported(register, ledger.campaign)] == [""]


def test_a_campaign_that_has_not_begun_has_no_rows(register: Connection, people: Town) -> None:
    assert exported(register, people.campaign()) == []


def test_the_reason_is_of_the_channel_it_stands_on(register: Connection, people: Town, tmp_path: Path) -> None:
    """Refused on Telegram and passed on within the same second."""
    people.people(2, channels=("telegram", "phone"))
    ledger = Ledger(register, tmp_path / "flight", people, channels=("telegram", "sms"))
    ledger.run(Refused(reason="telegram 400", next_channel=True))
    ledger.run(lambda row: Refused(reason="=cmd|' /C calc'!A0") if row.contact == 1 else TAKEN, channel=SendingChannel.SMS)
    rows = [(row["channel"], row["state"], row["reason"]) for row in exported(register, ledger.campaign)]
    assert rows == [("sms", "refused", "'=cmd|' /C calc'!A0"), ("sms", "accepted", "")]


@given(st.text())
def test_no_cell_is_a_formula_and_the_text_is_kept(cell: str) -> None:
    shown = harmless(cell)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown.removeprefix("'") == cell or shown == cell
    out = io.StringIO()
    csv.writer(out).writerow([shown])
    assert out.getvalue()
