"""A leased row becomes the message that leaves: the approved text, its code, how to stop, the delivery's signed name."""

from collections.abc import Mapping
from dataclasses import dataclass

from broadcaster import links, sms, wording
from broadcaster.addresses import AddressKey
from broadcaster.batches import Leased
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign
from broadcaster.channels.message import Message, Template
from broadcaster.ledger_codes import SendingChannel, channel_of, language_of
from broadcaster.open_campaigns import OpenCampaign
from content.language import Language
from content.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelopes:
    """Without a `public_url` no message carries a link: an SMS then asks for STOP as a reply."""

    key: AddressKey
    public_url: str
    words: Library

    def open(self, campaign: Campaign) -> OpenCampaign:
        """Once a campaign, so that nothing is counted again for every message."""
        token = "A" * links.TOKEN_LENGTH
        segments = {
            language: sms.compose(self._text(campaign.content, SendingChannel.SMS, language, campaign.code, token)).segments
            for language in Language
        }
        return OpenCampaign(id=campaign.id, code=campaign.code, content=campaign.content, segments=segments)

    def message(self, campaign: OpenCampaign, row: Leased) -> Message:
        """Raises LookupError for a row without an address: only adopted leases have such."""
        channel, language = channel_of(row.route), language_of(row.route)
        token = links.stop_token(self.key, campaign.id, row.contact)
        template = wording.whatsapp_template(campaign.content, language, code=campaign.code)
        return Message(
            campaign=campaign.id,
            contact=row.contact,
            code=campaign.code,
            address=row.address,
            language=language,
            text=self._text(campaign.content, channel, language, campaign.code, token),
            receipt_id=links.receipt_token(self.key, campaign.id, row.contact),
            stop_link=self._link(token),
            template=Template(sid=template[0], variables=template[1]) if template else None,
            texts=self._relayed(campaign, token) if channel is SendingChannel.RELAY else {},
        )

    def _relayed(self, campaign: OpenCampaign, token: str) -> Mapping[Language, str]:
        content = campaign.content
        return {each: self._text(content, SendingChannel.RELAY, each, campaign.code, token) for each in content.text}

    def _text(self, content: Content, channel: SendingChannel, language: Language, code: str, token: str) -> str:
        return wording.compose(content, channel, language, code=code, stop_link=self._link(token), words=self.words)

    def _link(self, token: str) -> str:
        return links.stop_link(self.public_url, token) if self.public_url else ""
