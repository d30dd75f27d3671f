"""Receipts: what providers and partners say later about a message. Repeated, late and early ones do no harm.

A provider's word that somebody opted out counts as their own STOP.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from broadcaster import consent, contacts, links, receipts
from broadcaster.addresses import AddressKey
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
from broadcaster.web.group_commit import GroupCommit
from broadcaster.web.register import Register

if TYPE_CHECKING:
    from broadcaster.channels.twilio_receipts import Reader, Receipt

LONGEST_FORM = 64 * 1024
LONGEST_BATCH = 2 * 1024 * 1024
"""Ten thousand receipts of a partner."""

PIECE = 200
"""Of these in one transaction."""

Clock = Callable[[], datetime]


class TwilioReceipts:
    """403 for what is unsigned, 404 for a name that is none of ours, else 204."""

    def __init__(self, register: Register, reader: "Reader", *, key: AddressKey, clock: Clock) -> None:
        self._group = GroupCommit(register)
        self._reader = reader
        self._key = key
        self._clock = clock

    async def receive(self, request: Request) -> Response:
        signature = request.headers.get("x-twilio-signature")
        if not signature:
            return Response(status_code=403)
        id = request.path_params["id"]
        fields = bodies.form(request, await bodies.read(request, longest=LONGEST_FORM), errors="strict")
        try:
            receipt = self._reader.read(fields, receipt_id=id, signature=signature)
            await self._keep(*links.read_receipt(self._key, id), receipt)
        except BadSignature:
            return Response(status_code=403)
        except BadLink:
            return Response(status_code=404)
        return Response(status_code=204)

    async def _keep(self, campaign: int, contact: int, receipt: "Receipt") -> None:
        """A message that is on its way is no news."""
        if receipt.state is None:
            return
        work = partial(
            _apply_twilio,
            campaign=campaign,
            contact=contact,
            receipt=receipt,
            status=Status[receipt.state.name],
            now=self._clock(),
        )
        await self._group.join(work, durable=receipt.refused is not None and receipt.refused.suppress)


class RelayReceipts:
    """403 for what no partner signed, 400 for what cannot be read, else 204. Names that are none of ours are passed over."""

    def __init__(self, register: Register, partners: Sequence[Partner], *, clock: Clock) -> None:
        self._group = GroupCommit(register)
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
        for first in range(0, len(told), PIECE):
            await self._group.join(partial(_apply_relayed, told=told[first : first + PIECE]), durable=False)
        return Response(status_code=204)


def _apply_twilio(
    connection: Connection, *, campaign: int, contact: int, receipt: "Receipt", status: Status, now: datetime
) -> None:
    """Inside a transaction. The STOP first: it answers a message that is not yet said to be undelivered."""
    if receipt.refused is not None:
        _heed(connection, campaign, contact, receipt.refused, reference=receipt.reference, now=now)
    news = receipts.apply_within(
        connection,
        campaign,
        ContactId(contact),
        status,
        now,
        reference=receipt.reference,
        reason=receipt.refused.reason if receipt.refused else "",
    )
    if not news:
        recipients.find(connection, campaign, contact)  # BadLink, where no such campaign is there


def _heed(connection: Connection, campaign: int, contact: int, refused: Refused, *, reference: str, now: datetime) -> None:
    address = recipients.find(connection, campaign, contact).address if refused.suppress or refused.dead else None
    if address is None:
        return
    if refused.suppress:
        consent.record_stop(connection, address, Origin(door="provider:twilio", message_id=reference, at=now))
    if refused.dead:
        contacts.mark_dead(connection, connection.address_key.hash(address), address.channel, at=now)


def _apply_relayed(connection: Connection, *, told: Sequence[relay_protocol.Receipt]) -> None:
    """Inside a transaction."""
    for receipt in told:
        try:
            campaign, contact = links.read_receipt(connection.address_key, receipt.id)
        except BadLink:
            continue
        status = Status.DELIVERED if receipt.state is State.DELIVERED else Status.UNDELIVERED
        receipts.apply_within(connection, campaign, ContactId(contact), status, receipt.at)
