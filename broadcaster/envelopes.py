"""A leased row becomes the message that leaves: the approved text, its code, how to stop, the delivery's signed name."""

from dataclasses import dataclass

from broadcaster import links, sms, wording
from broadcaster.addresses import AddressKey
from broadcaster.batches import Leased
from broadcaster.campaign_records import Campaign
from broadcaster.channels.message import Message, Template
from broadcaster.ledger_codes import SendingChannel, channel_of, language_of
from broadcaster.open_campaigns import STANDING_IN, OpenCampaign
from content.language import Language
from content.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelopes:
    """Without a `public_url` no message carries a link: an SMS then asks for STOP as a reply."""

    key: AddressKey
    public_url: str
    words: Library

    def open(self, campaign: Campaign) -> OpenCampaign:
        """Once a campaign: of a message only the links are its own."""
        content, code = campaign.content, campaign.code
        link = STANDING_IN if self.public_url else ""
        texts = {
            (channel, language): wording.compose(content, channel, language, code=code, stop_link=link, words=self.words)
            for channel in SendingChannel
            for language in Language
        }
        longest = self._link("A" * links.TOKEN_LENGTH)
        templates = {language: wording.whatsapp_template(content, language, code=code) for language in Language}
        return OpenCampaign(
            id=campaign.id,
            code=code,
            content=content,
            texts=texts,
            templates={language: Template(sid=each[0], variables=each[1]) for language, each in templates.items() if each},
            segments={
                language: sms.compose(texts[SendingChannel.SMS, language].replace(STANDING_IN, longest)).segments
                for language in Language
            },
        )

    def message(self, campaign: OpenCampaign, row: Leased) -> Message:
        """Raises LookupError for a row without an address: only adopted leases have such."""
        channel, language = channel_of(row.route), language_of(row.route)
        link = self._link(links.stop_token(self.key, campaign.id, row.contact))
        relayed = campaign.content.text if channel is SendingChannel.RELAY else ()
        return Message(
            campaign=campaign.id,
            contact=row.contact,
            code=campaign.code,
            address=row.address,
            language=language,
            text=campaign.text(channel, language, link),
            receipt_id=links.receipt_token(self.key, campaign.id, row.contact),
            stop_link=link,
            template=campaign.templates.get(language),
            texts={each: campaign.text(channel, each, link) for each in relayed},
        )

    def _link(self, token: str) -> str:
        return links.stop_link(self.public_url, token) if self.public_url else ""
