"""The campaigns a sender works on, with what stays the same of them for every message."""

from collections.abc import Mapping
from dataclasses import dataclass

from broadcaster.campaign_content import Content
from broadcaster.ledger_codes import SendingChannel
from content.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCampaign:
    """`segments`: of the SMS in each language, stop link included."""

    id: int
    code: str
    content: Content
    segments: Mapping[Language, int]

    def units(self, language: Language, channel: SendingChannel) -> int:
        """What a message counts for at the pacer."""
        return self.segments[language] if channel is SendingChannel.SMS else 1
