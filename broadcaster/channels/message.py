"""One message to one address, ready to send, and what every provider looks like to the sender."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from broadcaster.addresses import Address
from broadcaster.channels.outcome import Outcome
from broadcaster.contacts import ContactId
from content.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A WhatsApp template that Meta approved: Twilio's content SID (HX…) and its variables, `{"1": "K7M2"}`."""

    sid: str
    variables: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`text` is whole: the campaign's code and, where the channel shows no button, how to stop stand in it."""

    campaign: int
    contact: ContactId
    code: str
    """The campaign's, as printed: K7M2."""
    address: Address
    language: Language
    text: str = field(repr=False)
    receipt_id: str = field(repr=False)
    """Signed name of this delivery: comes back in receipts, and is what a provider that knows idempotency gets as its key."""
    stop_link: str = field(default="", repr=False)
    template: Template | None = None
    texts: Mapping[Language, str] = field(default_factory=dict, repr=False)
    """The same in every language there is, for a partner who knows its clients' languages better than we do."""


class Provider(Protocol):
    """Made inside the running loop; `send` may be called many times at once, and raises nothing but CancelledError."""

    async def send(self, message: Message) -> Outcome: ...

    async def close(self) -> None: ...
