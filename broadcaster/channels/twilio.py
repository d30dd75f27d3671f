"""SMS and WhatsApp through Twilio, which knows no idempotency key but can be asked afterwards what it took.

Twilio says that a 429 was never processed and that after a 500 people may get a message twice: the first waits, the second is
unknown, and a 503 waits only where Retry-After says that it was turned away.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from broadcaster.addresses import Address, Channel
from broadcaster.channels import twilio_codes
from broadcaster.channels.message import Message
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.channels.twilio_wire import TurnedAway, Wire
from broadcaster.ledger_codes import State

UNREACHED_SECONDS = 10
CLOCKS_APART = timedelta(minutes=1)
MOST_LISTED = 200

_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class CannotAsk(Exception):
    """Twilio cannot be asked now what it took: the message stays unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message that Twilio has. `reason`: why it was not delivered."""

    reference: str
    state: State
    reason: str = ""


class Twilio:
    """`whatsapp_from` and `sms_from` are our numbers; without a `public_url` no receipts come."""

    def __init__(
        self, *, account_sid: str, auth_token: str, api: str, public_url: str, sms_from: str, whatsapp_from: str
    ) -> None:
        self._wire = Wire()
        self._client = Client(account_sid, auth_token, http_client=self._wire)
        self._client.api.base_url = api
        self._receipts = f"{public_url}{twilio_codes.RECEIPT_PATH}/" if public_url else ""
        self._senders = {Channel.PHONE: sms_from, Channel.WHATSAPP: f"whatsapp:{whatsapp_from.removeprefix('whatsapp:')}"}

    async def send(self, message: Message) -> Outcome:
        """WhatsApp takes a free text only within 24 hours of a person's own: ours goes as an approved template or not at all."""
        if message.address.channel is Channel.WHATSAPP and message.template is None:
            return Refused(reason="whatsapp: no approved template", next_channel=True)
        return await self._sent(self._fields(message))

    async def reply(self, address: Address, text: str) -> Outcome:
        """To somebody who asked us, in free words and without a receipt. The caller keeps to WhatsApp's 24 hours."""
        return await self._sent({"to": _named(address), "from_": self._senders[address.channel], "body": text})

    async def _sent(self, fields: Mapping[str, str]) -> Outcome:
        try:
            sent = await self._client.messages.create_async(**fields)
        except Exception as error:  # whatever the library makes of an answer it cannot read
            return outcome_of(error)
        if sent.status in twilio_codes.UNDELIVERED:
            return twilio_codes.meaning(int(sent.error_code or 0))
        return Accepted(reference=sent.sid, segments=max(1, int(sent.num_segments or 1)))

    async def reconcile(self, address: Address, *, code: str, since: datetime) -> Found | None:
        """Did the message with this campaign's code go out to this address? None: Twilio has no such message.

        Wait a minute after the send before a None is believed. Raises CannotAsk, also where an account that keeps no words hides
        which message it was, and where the list does not reach back far enough.
        """
        printed = re.compile(rf"(?<!\w){re.escape(code)}(?!\w)")
        seen = 0
        wordless = False
        try:
            async for listed in await self._client.messages.stream_async(to=_named(address), limit=MOST_LISTED):
                seen += 1
                if listed.date_created < since - CLOCKS_APART or not listed.direction.startswith("outbound"):
                    continue
                if printed.search(listed.body or ""):
                    return _found(listed)
                wordless |= not listed.body
        except Exception as error:
            raise CannotAsk from error
        if wordless or seen == MOST_LISTED:
            raise CannotAsk
        return None

    async def close(self) -> None:
        await self._wire.close()

    def _fields(self, message: Message) -> Mapping[str, str]:
        fields = {"to": _named(message.address), "from_": self._senders[message.address.channel]}
        if self._receipts:
            fields["status_callback"] = self._receipts + message.receipt_id
        if message.template and message.address.channel is Channel.WHATSAPP:
            variables = json.dumps(dict(message.template.variables), ensure_ascii=False)
            return fields | {"content_sid": message.template.sid, "content_variables": variables}
        return fields | {"body": message.text}


def outcome_of(error: Exception) -> Outcome:
    match error:
        case TurnedAway():
            return TryLater(
                reason=f"twilio {error.status}", seconds=error.seconds, whole_bucket=True, too_fast=error.status == 429
            )
        case TwilioRestException() | TwilioServiceException() if error.status < 500 and error.code >= 1_000:
            return twilio_codes.meaning(error.code)
        case TwilioRestException() | TwilioServiceException() if error.status < 500:
            return _unreached("turned away on the way there")  # Twilio's own refusals have a code
        case TwilioRestException() | TwilioServiceException():
            return Unknown(reason=f"twilio {error.status}")
        case _ if isinstance(error, _NOT_SENT):
            return _unreached("not reached")
        case _:
            return Unknown(reason=f"twilio: {type(error).__name__}")


def _named(address: Address) -> str:
    return f"whatsapp:{address.value}" if address.channel is Channel.WHATSAPP else address.value


def _unreached(how: str) -> TryLater:
    return TryLater(reason=f"twilio: {how}", seconds=UNREACHED_SECONDS, whole_bucket=True)


def _found(listed: Any) -> Found:
    if listed.status in twilio_codes.DELIVERED:
        return Found(reference=listed.sid, state=State.DELIVERED)
    if listed.status in twilio_codes.UNDELIVERED:
        reason = twilio_codes.meaning(int(listed.error_code or 0)).reason
        return Found(reference=listed.sid, state=State.UNDELIVERED, reason=reason)
    return Found(reference=listed.sid, state=State.ACCEPTED)
