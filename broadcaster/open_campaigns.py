"""The campaigns a sender works on, with what stays the same of them for every message."""

from collections.abc import Mapping
from dataclasses import dataclass

from broadcaster import campaign_content, database
from broadcaster.campaign_content import Content
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from content.language import Language

_SQL = database.queries_beside(__file__)


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


def sending(connection: Connection) -> Mapping[int, Content]:
    """Of the campaigns that are being sent; the code comes with `code_of`."""
    return {row["id"]: campaign_content.kept(row["content"]) for row in connection.execute(_SQL["sending"])}
