"""The campaigns a sender works on, with what stays the same of them for every message."""

from collections.abc import Mapping
from dataclasses import dataclass

from broadcaster.campaign_content import Content
from broadcaster.channels.message import Template
from broadcaster.ledger_codes import SendingChannel
from content.language import Language

STANDING_IN = "\0"
"""For the person's own stop link. No campaign file may hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCampaign:
    """`texts`: as they leave, each with STANDING_IN where a link goes; `segments`: of the SMS in each language."""

    id: int
    code: str
    content: Content
    texts: Mapping[tuple[SendingChannel, Language], str]
    templates: Mapping[Language, Template]
    segments: Mapping[Language, int]

    def text(self, channel: SendingChannel, language: Language, stop_link: str) -> str:
        """For one person."""
        return self.texts[channel, language].replace(STANDING_IN, stop_link)

    def units(self, language: Language, channel: SendingChannel) -> int:
        """What a message counts for at the pacer."""
        return self.segments[language] if channel is SendingChannel.SMS else 1
