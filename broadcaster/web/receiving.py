"""Receipts: what providers and partners say later about a message. Repeated, late and early ones do no harm.

A provider's word that somebody opted out counts as their own STOP.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from broadcaster import consent, contacts, database, links, receipts
from broadcaster.channels import relay_protocol
from broadcaster.channels.outcome import Refused
from broadcaster.channels.relay_protocol import BadReceipts, Partner
from broadcaster.channels.signatures import BadSignature
from broadcaster.consent import Origin
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import State
from broadcaster.links import BadLink
from broadcaster.receipts import Status
from broadcaster.web import bodies, recipients
from broadcaster.web.recipients import Recipient
from broadcaster.web.register import Register

if TYPE_CHECKING:
    from broadcaster.channels.twilio_receipts import Reader, Receipt

LONGEST_FORM = 64 * 1024
LONGEST_BATCH = 2 * 1024 * 1024
"""Ten thousand receipts of a partner."""

Clock = Callable[[], datetime]


class TwilioReceipts:
    """403 for what is unsigned, 404 for a name that is none of ours, else 204."""

    def __init__(self, register: Register, reader: "Reader", *, clock: Clock) -> None:
        self._register = register
        self._reader = reader
        self._clock = clock

    async def receive(self, request: Request) -> Response:
        signature = request.headers.get("x-twilio-signature")
        if not signature:
            return Response(status_code=403)
        id = request.path_params["id"]
        fields = bodies.form(request, await bodies.read(request, longest=LONGEST_FORM), errors="strict")
        try:
            receipt = self._reader.read(fields, receipt_id=id, signature=signature)
            await self._register.ask(_apply_twilio, id, receipt, self._clock())
        except BadSignature:
            return Response(status_code=403)
        except BadLink:
            return Response(status_code=404)
        return Response(status_code=204)


class RelayReceipts:
    """403 for what no partner signed, 400 for what cannot be read, else 204. Names that are none of ours are passed over."""

    def __init__(self, register: Register, partners: Sequence[Partner], *, clock: Clock) -> None:
        self._register = register
        self._partners = partners
        self._clock = clock

    async def receive(self, request: Request) -> Response:
        if "webhook-signature" not in request.headers:
            return Response(status_code=403)
        body = await bodies.read(request, longest=LONGEST_BATCH)
        try:
            told = relay_protocol.read_receipts(self._partners, headers=request.headers, body=body, now=self._clock())
        except BadSignature:
            return Response(status_code=403)
        except BadReceipts:
            return Response(status_code=400)
        for receipt in told:
            await self._register.ask(_apply_relayed, receipt)
        return Response(status_code=204)


def _apply_twilio(connection: Connection, id: str, receipt: "Receipt", now: datetime) -> None:
    campaign, contact = links.read_receipt(connection.address_key, id)
    recipient = recipients.find(connection, campaign, contact)
    if receipt.state is None:
        return
    if receipt.refused is not None:
        _heed(connection, recipient, receipt.refused, reference=receipt.reference, now=now)
    receipts.apply(
        connection,
        campaign,
        ContactId(contact),
        Status[receipt.state.name],
        now,
        reference=receipt.reference,
        reason=receipt.refused.reason if receipt.refused else "",
    )


def _heed(connection: Connection, recipient: Recipient, refused: Refused, *, reference: str, now: datetime) -> None:
    address = recipient.address
    if address is None:
        return
    if refused.suppress:
        consent.stop(connection, address, Origin(door="provider:twilio", message_id=reference, at=now))
    if refused.dead:
        with database.transaction(connection):
            contacts.mark_dead(connection, connection.address_key.hash(address), address.channel, at=now)


def _apply_relayed(connection: Connection, receipt: relay_protocol.Receipt) -> None:
    try:
        campaign, contact = links.read_receipt(connection.address_key, receipt.id)
    except BadLink:
        return
    status = Status.DELIVERED if receipt.state is State.DELIVERED else Status.UNDELIVERED
    receipts.apply(connection, campaign, ContactId(contact), status, receipt.at)
