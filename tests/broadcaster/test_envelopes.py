from pathlib import Path

import pytest

from broadcaster import campaign_records, links, sms
from broadcaster.batches import Leased
from broadcaster.channels.message import Message
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.envelopes import Envelopes
from broadcaster.ledger_codes import SendingChannel, route_of
from broadcaster.open_campaigns import OpenCampaign
from content.language import Language
from tests.broadcaster.conftest import KEY
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.post import ENVELOPES, PUBLIC_URL, WORDS
from tests.broadcaster.town import Town, town

KINDS = {
    SendingChannel.TELEGRAM: "telegram",
    SendingChannel.PUSH: "push",
    SendingChannel.WHATSAPP: "whatsapp",
    SendingChannel.SMS: "phone",
    SendingChannel.RELAY: "relay",
    SendingChannel.PAPER: "phone",
}


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


def opened(register: Connection, people: Town, envelopes: Envelopes = ENVELOPES, **campaign: object) -> OpenCampaign:
    id = people.campaign(**campaign)  # type: ignore[arg-type]
    return envelopes.open(campaign_records.find(register, id))


def written(
    campaign: OpenCampaign, channel: SendingChannel, language: Language = Language.RU, envelopes: Envelopes = ENVELOPES
) -> Message:
    kind = KINDS[channel]
    row = Leased(ContactId(7), route_of(channel, language), 0, kind, "+77011234567", b"h" * 32)  # type: ignore[arg-type]
    return envelopes.message(campaign, row)


@pytest.mark.parametrize("channel", list(SendingChannel))
@pytest.mark.parametrize("language", list(Language))
def test_every_message_says_whose_it_is_in_the_person_s_language(
    register: Connection, people: Town, channel: SendingChannel, language: Language
) -> None:
    campaign = opened(register, people, channels=(channel.value,), legal_basis="public-task")
    message = written(campaign, channel, language)
    assert campaign.code in message.text
    assert ("Абай болыңыз!" if language is Language.KK else "Будьте осторожны!") in message.text
    assert (message.campaign, message.contact, message.code) == (campaign.id, 7, campaign.code)


def test_the_stop_link_and_the_receipt_are_this_person_s_and_no_other(register: Connection, people: Town) -> None:
    campaign = opened(register, people, channels=("sms",))
    message = written(campaign, SendingChannel.SMS)
    token = message.stop_link.removeprefix(f"{PUBLIC_URL}/u/")
    assert links.read_stop(KEY, token) == (campaign.id, 7)
    assert links.read_receipt(KEY, message.receipt_id) == (campaign.id, 7)
    assert message.stop_link in message.text
    assert token != message.receipt_id


@pytest.mark.parametrize("text", ["Коротко.", "Осторожно! " * 12, "Be careful " * 14])
def test_what_the_pacer_counts_is_what_the_operator_will(register: Connection, people: Town, text: str) -> None:
    campaign = opened(register, people, channels=("sms",), text={"kk": f"Қ{text}", "ru": text})
    for language in Language:
        message = written(campaign, SendingChannel.SMS, language)
        assert campaign.units(language, SendingChannel.SMS) == sms.compose(message.text).segments
        assert campaign.units(language, SendingChannel.TELEGRAM) == 1


def test_without_a_public_url_no_message_carries_half_a_link(register: Connection, people: Town) -> None:
    bare = Envelopes(key=KEY, public_url="", words=WORDS)
    campaign = opened(register, people, bare, channels=("sms",))
    message = written(campaign, SendingChannel.SMS, envelopes=bare)
    assert message.stop_link == ""
    assert "/u/" not in message.text


def test_a_partner_gets_the_text_in_every_language_and_the_others_do_not(register: Connection, people: Town) -> None:
    campaign = opened(register, people, channels=("relay", "sms"), legal_basis="public-task")
    relayed = written(campaign, SendingChannel.RELAY)
    assert set(relayed.texts) == {Language.KK, Language.RU}
    assert relayed.texts[Language.RU] == relayed.text
    assert all(campaign.code in text for text in relayed.texts.values())
    assert "/u/" not in "".join(relayed.texts.values())
    assert written(campaign, SendingChannel.SMS).texts == {}


def test_a_whatsapp_template_carries_the_code_first(register: Connection, people: Town) -> None:
    sids = {"kk": f"HX{'a' * 32}", "ru": f"HX{'b' * 32}"}
    campaign = opened(register, people, channels=("whatsapp",), whatsapp_template=sids)
    for language, sid in ((Language.KK, sids["kk"]), (Language.RU, sids["ru"]), (Language.EN, sids["ru"])):
        template = written(campaign, SendingChannel.WHATSAPP, language).template
        assert template is not None
        assert (template.sid, template.variables) == (sid, {"1": campaign.code})


def test_a_row_without_an_address_is_no_message(register: Connection, people: Town, tmp_path: Path) -> None:
    people.people(1)
    ledger = Ledger(register, tmp_path / "flight", people)
    campaign = ENVELOPES.open(campaign_records.find(register, ledger.campaign))
    with pytest.raises(LookupError):
        ENVELOPES.message(campaign, Leased(ContactId(1), 0, 0, None, None, None))
