import json
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from broadcaster.addresses import Channel
from broadcaster.channels import twilio_codes
from broadcaster.channels.message import Template
from broadcaster.channels.outcome import Accepted, Refused, TryLater, Unknown
from broadcaster.channels.twilio import MOST_LISTED, CannotAsk, Found, Twilio
from broadcaster.ledger_codes import State
from tests.broadcaster.channels.letters import TEXT, address, message
from tests.fakes.twilio_api import SID, TOKEN, TwilioApi

SPECIFICATION = Path(__file__).parents[3] / "../shared/specs/twilio_api_v2010.json"
AIGUL = address(Channel.PHONE, "+77011234567")
AIGUL_IN_WHATSAPP = address(Channel.WHATSAPP, "+77011234567")
TEMPLATE = Template(sid="HX" + "a" * 32, variables={"1": "пирамида", "2": "K7M2"})


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    api = TwilioApi()
    async with api.on_loopback():
        yield api


@pytest.fixture
async def twilio(api: TwilioApi) -> AsyncIterator[Twilio]:
    twilio = provider(api.url)
    yield twilio
    await twilio.close()


def provider(url: str, *, token: str = TOKEN, public_url: str = "https://saqbol.example") -> Twilio:
    return Twilio(
        account_sid=SID, auth_token=token, api=url, public_url=public_url, sms_from="SaqBol", whatsapp_from="+77270000002"
    )


async def test_an_sms_goes_out_and_names_the_address_for_its_receipt(api: TwilioApi, twilio: Twilio) -> None:
    outcome = await twilio.send(message(AIGUL))
    assert outcome == Accepted(reference=api.taken[0]["sid"], segments=2)
    assert api.forms == [
        {
            "To": "+77011234567",
            "From": "SaqBol",
            "Body": TEXT,
            "StatusCallback": "https://saqbol.example/receipts/twilio/AAADAAAAKQabcdefghij",
        }
    ]


async def test_without_a_public_url_no_receipt_is_asked_for(api: TwilioApi) -> None:
    twilio = provider(api.url, public_url="")
    await twilio.send(message(AIGUL))
    await twilio.close()
    assert "StatusCallback" not in api.forms[0]


async def test_whatsapp_goes_out_as_the_approved_template(api: TwilioApi, twilio: Twilio) -> None:
    await twilio.send(message(AIGUL_IN_WHATSAPP, template=TEMPLATE))
    (form,) = api.forms
    assert (form["To"], form["From"]) == ("whatsapp:+77011234567", "whatsapp:+77270000002")
    assert form["ContentSid"] == TEMPLATE.sid
    assert json.loads(form["ContentVariables"]) == TEMPLATE.variables
    assert "Body" not in form


async def test_without_a_template_whatsapp_gives_way_to_the_next_channel(api: TwilioApi, twilio: Twilio) -> None:
    outcome = await twilio.send(message(AIGUL_IN_WHATSAPP))
    assert outcome == Refused(reason="whatsapp: no approved template", next_channel=True)
    assert api.forms == []


async def test_an_sms_of_a_campaign_that_has_a_template_is_text(api: TwilioApi, twilio: Twilio) -> None:
    await twilio.send(message(AIGUL, template=TEMPLATE))
    assert api.forms[0]["Body"] == TEXT
    assert "ContentSid" not in api.forms[0]


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        (21610, Refused(reason="twilio 21610: opted out", suppress=True)),
        (63014, Refused(reason="twilio 63014: blocked by the person", suppress=True)),
        (21211, Refused(reason="twilio 21211: no such number", dead=True, next_channel=True)),
        (21614, Refused(reason="twilio 21614: no mobile number", dead=True, next_channel=True)),
        (63003, Refused(reason="twilio 63003: not on WhatsApp", dead=True, next_channel=True)),
        (30003, Refused(reason="twilio 30003: telephone not reached", next_channel=True)),
        (63016, Refused(reason="twilio 63016: outside the 24-hour window without a template", next_channel=True)),
        (99999, Refused(reason="twilio 99999: refused", next_channel=True)),
        (20429, TryLater(reason="twilio 20429: too many requests", seconds=1, whole_bucket=True, too_fast=True)),
        (21611, TryLater(reason="twilio 21611: queue is full", seconds=30, whole_bucket=True, too_fast=True)),
        (20003, TryLater(reason="twilio 20003: credentials refused", seconds=300, whole_bucket=True)),
        (21606, TryLater(reason="twilio 21606: our sender is not allowed", seconds=300, whole_bucket=True)),
    ],
)
async def test_r20_a_code_of_twilios_means_this_to_us(
    api: TwilioApi, twilio: Twilio, code: int, meant: Refused | TryLater
) -> None:
    api.refuses["+77011234567"] = code
    assert await twilio.send(message(AIGUL)) == meant
    assert isinstance(await twilio.send(message(address(Channel.PHONE, "+77017654321"))), Accepted)


def test_every_reason_fits_the_flight_record() -> None:
    assert max(len(twilio_codes.meaning(code).reason.encode()) for code in range(14_000, 64_000)) <= 64


async def test_a_wrong_password_costs_nobody_their_warning(api: TwilioApi) -> None:
    twilio = provider(api.url, token="f" * 32)
    outcome = await twilio.send(message(AIGUL))
    await twilio.close()
    assert outcome == TryLater(reason="twilio 20003: credentials refused", seconds=300, whole_bucket=True)


async def test_r4_too_many_requests_wait_as_long_as_twilio_says(api: TwilioApi, twilio: Twilio) -> None:
    api.fails(after_effect=False, status=429, code=20429, Retry_After="7")
    assert await twilio.send(message(AIGUL)) == TryLater(reason="twilio 429", seconds=7, whole_bucket=True, too_fast=True)
    api.fails(after_effect=False, status=429)
    assert await twilio.send(message(AIGUL)) == TryLater(reason="twilio 429", seconds=1, whole_bucket=True, too_fast=True)


async def test_r5_a_503_waits_only_where_twilio_says_when_to_come_again(api: TwilioApi, twilio: Twilio) -> None:
    api.fails(after_effect=False, status=503, code=20503, Retry_After="30")
    assert await twilio.send(message(AIGUL)) == TryLater(reason="twilio 503", seconds=30, whole_bucket=True)
    api.fails(after_effect=False, status=503, code=20503)
    assert await twilio.send(message(AIGUL)) == Unknown(reason="twilio 503")


@pytest.mark.parametrize("status", [None, 500, 502, 504])
@pytest.mark.parametrize("after_effect", [True, False])
async def test_r2_r3_a_lost_answer_is_unknown_until_twilio_is_asked(
    api: TwilioApi, twilio: Twilio, status: int | None, after_effect: bool
) -> None:
    api.fails(after_effect=after_effect, status=status)
    assert isinstance(await twilio.send(message(AIGUL)), Unknown)
    found = await twilio.reconcile(AIGUL, code="K7M2", since=api.now)
    assert found == (Found(reference=api.taken[0]["sid"], state=State.ACCEPTED) if after_effect else None)


async def test_a_success_that_cannot_be_read_is_unknown(api: TwilioApi, twilio: Twilio) -> None:
    api.fails(after_effect=True, status=201)
    assert isinstance(await twilio.send(message(AIGUL)), Unknown)


async def test_what_never_reached_twilio_waits_and_is_not_unknown() -> None:
    twilio = provider("http://127.0.0.1:9")
    outcome = await twilio.send(message(AIGUL))
    await twilio.close()
    assert outcome == TryLater(reason="twilio: not reached", seconds=10, whole_bucket=True)


async def test_a_proxy_that_turns_us_away_speaks_for_nobody(api: TwilioApi, twilio: Twilio) -> None:
    api.fails(after_effect=False, status=403)
    outcome = await twilio.send(message(AIGUL))
    assert outcome == TryLater(reason="twilio: turned away on the way there", seconds=10, whole_bucket=True)


async def test_a_message_that_fails_at_once_is_refused_by_its_code(api: TwilioApi, twilio: Twilio) -> None:
    api.born_failed = 30005
    assert await twilio.send(message(AIGUL)) == Refused(reason="twilio 30005: no such number", dead=True, next_channel=True)


@pytest.mark.parametrize(
    ("status", "code", "state", "reason"),
    [
        ("queued", None, State.ACCEPTED, ""),
        ("sent", None, State.ACCEPTED, ""),
        ("delivered", None, State.DELIVERED, ""),
        ("read", None, State.DELIVERED, ""),
        ("undelivered", 30003, State.UNDELIVERED, "twilio 30003: telephone not reached"),
        ("failed", 63016, State.UNDELIVERED, "twilio 63016: outside the 24-hour window without a template"),
    ],
)
async def test_reconciling_tells_what_became_of_it(
    api: TwilioApi, twilio: Twilio, status: str, code: int | None, state: State, reason: str
) -> None:
    await twilio.send(message(AIGUL_IN_WHATSAPP, template=TEMPLATE))
    api.taken[0] |= {"status": status, "error_code": code}
    found = await twilio.reconcile(AIGUL_IN_WHATSAPP, code="K7M2", since=api.now)
    assert found == Found(reference=api.taken[0]["sid"], state=state, reason=reason)


async def test_reconciling_takes_no_other_campaign_no_other_person_and_nothing_older(api: TwilioApi, twilio: Twilio) -> None:
    await twilio.send(message(AIGUL))
    assert await twilio.reconcile(AIGUL, code="K7M", since=api.now) is None
    assert await twilio.reconcile(AIGUL_IN_WHATSAPP, code="K7M2", since=api.now) is None
    assert await twilio.reconcile(AIGUL, code="K7M2", since=api.now + timedelta(hours=1)) is None
    assert await twilio.reconcile(AIGUL, code="K7M2", since=api.now) is not None


async def test_what_the_person_wrote_to_us_is_no_proof(api: TwilioApi, twilio: Twilio) -> None:
    await twilio.send(message(AIGUL))
    api.taken[0]["direction"] = "inbound"
    assert await twilio.reconcile(AIGUL, code="K7M2", since=api.now) is None


async def test_reconciling_reads_past_the_first_page(api: TwilioApi, twilio: Twilio) -> None:
    await twilio.send(message(AIGUL))
    api.taken = [api.taken[0] | {"body": "Басқа науқан, коды B3XP"}] * 120 + api.taken
    api.largest_page = 50
    assert await twilio.reconcile(AIGUL, code="K7M2", since=api.now) is not None


@pytest.mark.parametrize("hidden", [{"body": ""}, {"body": None}])
async def test_an_account_that_keeps_no_words_proves_nothing(
    api: TwilioApi, twilio: Twilio, hidden: dict[str, str | None]
) -> None:
    """With redaction on: the missing code would be taken for a message that never went out, and sent again."""
    await twilio.send(message(AIGUL))
    api.taken[0] |= hidden
    with pytest.raises(CannotAsk):
        await twilio.reconcile(AIGUL, code="K7M2", since=api.now)


async def test_a_list_that_is_cut_off_proves_nothing(api: TwilioApi, twilio: Twilio) -> None:
    await twilio.send(message(AIGUL))
    api.taken = [api.taken[0] | {"body": "Басқа науқан, коды B3XP"}] * MOST_LISTED + api.taken
    with pytest.raises(CannotAsk):
        await twilio.reconcile(AIGUL, code="K7M2", since=api.now)


@pytest.mark.parametrize("status", [None, 429, 500, 403])
async def test_when_twilio_cannot_be_asked_the_message_stays_unknown(api: TwilioApi, twilio: Twilio, status: int | None) -> None:
    api.fails(after_effect=False, status=status)
    with pytest.raises(CannotAsk):
        await twilio.reconcile(AIGUL, code="K7M2", since=api.now)


async def test_s14_neither_log_nor_reason_holds_a_number(
    api: TwilioApi, twilio: Twilio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.refuses["+77011234567"] = 21211
    outcome = await twilio.send(message(AIGUL))
    assert not re.search(r"7701|1234567|K7M2", caplog.text + repr(outcome) + repr(message(AIGUL)).replace("code='K7M2'", ""))


@pytest.mark.skipif(not SPECIFICATION.exists(), reason=f"Twilio's published description is not at {SPECIFICATION}")
async def test_what_we_ask_for_is_what_twilios_description_allows(api: TwilioApi, twilio: Twilio) -> None:
    described = json.loads(SPECIFICATION.read_text("utf-8"))
    post = described["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]
    form = post["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    validator = Draft202012Validator({**form, "additionalProperties": False, "components": described["components"]})
    await twilio.send(message(AIGUL))
    await twilio.send(message(AIGUL_IN_WHATSAPP, template=TEMPLATE))
    assert [error.message for form in api.forms for error in validator.iter_errors(form)] == []
    assert list(validator.iter_errors({"Body": "no recipient"})) != []
    assert set(api.taken[0]) <= set(described["components"]["schemas"]["api.v2010.account.message"]["properties"])
