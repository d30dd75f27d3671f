"""What Twilio took although we lost its answer is settled from its list; what it never got is sent again, and nothing twice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import campaign_records, reconciling
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Unknown
from broadcaster.channels.twilio import Twilio
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.reconciling import Reconciled
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.town import town
from tests.fakes.twilio_api import SID, TOKEN, TwilioApi

SOON, LATER = NOW + timedelta(minutes=3), NOW + timedelta(minutes=30)


@pytest.fixture
def ledger(register: Connection, tmp_path: Path) -> Ledger:
    people = town(register)
    people.people(3, channels=("phone",))
    return Ledger(register, tmp_path / "flight", people, channels=("sms",))


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    api = TwilioApi(now=NOW + timedelta(minutes=1))
    async with api.on_loopback():
        yield api


@pytest.fixture
async def twilio(api: TwilioApi) -> AsyncIterator[Twilio]:
    twilio = Twilio(account_sid=SID, auth_token=TOKEN, api=api.url, public_url="", sms_from="SaqBol", whatsapp_from="")
    yield twilio
    await twilio.close()


async def took_the_first_and_lost_every_answer(ledger: Ledger, twilio: Twilio) -> None:
    lease = ledger.taken(SendingChannel.SMS)
    first = next(iter(lease.rows.values()))
    code = campaign_records.find(ledger.connection, ledger.campaign).code
    about = {"campaign": ledger.campaign, "contact": first.contact, "code": code, "language": Language.RU}
    await twilio.send(Message(**about, address=first.address, text=f"Осторожно!\nСақ бол {code}", receipt_id="x"))  # type: ignore[arg-type]
    ledger.settle(lease, Unknown(reason="timed out"))


async def test_what_twilio_has_is_settled_and_what_it_has_not_waits_to_be_sent(ledger: Ledger, twilio: Twilio) -> None:
    await took_the_first_and_lost_every_answer(ledger, twilio)
    campaign = campaign_records.find(ledger.connection, ledger.campaign)
    done = await reconciling.reconcile(ledger.connection, campaign, twilio, now=LATER)
    assert done == Reconciled(found=1, requeued=2, left=0)
    assert ledger.states() == {"accepted": 1, "waiting": 2}
    assert len(ledger.run(channel=SendingChannel.SMS, now=LATER)) == 2, "only those that Twilio never got"


async def test_a_message_that_is_too_young_to_be_listed_stays_unknown(ledger: Ledger, twilio: Twilio) -> None:
    await took_the_first_and_lost_every_answer(ledger, twilio)
    campaign = campaign_records.find(ledger.connection, ledger.campaign)
    done = await reconciling.reconcile(ledger.connection, campaign, twilio, now=SOON)
    assert done == Reconciled(found=1, requeued=0, left=2)
    assert ledger.states() == {"accepted": 1, "unknown": 2}


async def test_a_twilio_that_cannot_be_asked_changes_nothing(ledger: Ledger, api: TwilioApi, twilio: Twilio) -> None:
    await took_the_first_and_lost_every_answer(ledger, twilio)
    for _ in range(3):
        api.fails(after_effect=False, status=503)
    campaign = campaign_records.find(ledger.connection, ledger.campaign)
    assert (await reconciling.reconcile(ledger.connection, campaign, twilio, now=LATER)).left == 3
    assert ledger.states() == {"unknown": 3}


async def test_a_campaign_that_has_ended_goes_on_for_what_is_sent_again(ledger: Ledger, twilio: Twilio) -> None:
    await took_the_first_and_lost_every_answer(ledger, twilio)
    ledger.connection.execute("UPDATE campaign SET state = 'done'")
    campaign = campaign_records.find(ledger.connection, ledger.campaign)
    await reconciling.reconcile(ledger.connection, campaign, twilio, now=LATER)
    assert len(ledger.run(channel=SendingChannel.SMS, now=LATER)) == 2


async def test_a_sender_asks_for_all_campaigns_of_the_last_day(ledger: Ledger, twilio: Twilio) -> None:
    await took_the_first_and_lost_every_answer(ledger, twilio)
    connection, nothing = ledger.connection, Reconciled(found=0, requeued=0, left=0)
    assert await reconciling.reconcile_all(connection, twilio, now=NOW + timedelta(days=2)) == nothing
    assert await reconciling.reconcile_all(connection, twilio, now=LATER) == Reconciled(found=1, requeued=2, left=0)
    assert await reconciling.reconcile_all(connection, twilio, now=LATER) == nothing
