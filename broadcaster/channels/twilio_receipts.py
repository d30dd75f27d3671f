"""Twilio's status callbacks: signed over the address we gave it and every field. Nothing unsigned is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from broadcaster.channels import twilio_codes
from broadcaster.channels.outcome import Refused
from broadcaster.channels.signatures import BadSignature
from broadcaster.ledger_codes import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`state` is None while the message is on its way. `refused` says why it was not delivered."""

    reference: str
    state: State | None
    refused: Refused | None = None


class Reader:
    """`public_url` is what Twilio was given and signs; the Host header is whatever a stranger writes."""

    def __init__(self, *, public_url: str, auth_token: str, account_sid: str) -> None:
        self._receipts = f"{public_url}{twilio_codes.RECEIPT_PATH}/"
        self._validator = RequestValidator(auth_token)
        self._account_sid = account_sid

    def read(self, fields: Sequence[tuple[str, str]], *, receipt_id: str, signature: str) -> Receipt:
        """Raises BadSignature, also for another account's and for a field sent twice: Twilio repeats none."""
        form = dict(fields)
        if len(form) < len(fields) or not self._validator.validate(self._receipts + receipt_id, form, signature):
            raise BadSignature
        if form.get("AccountSid") != self._account_sid:
            raise BadSignature
        reference, status = form.get("MessageSid", "")[:64], form.get("MessageStatus", "")
        if status in twilio_codes.DELIVERED:
            return Receipt(reference=reference, state=State.DELIVERED)
        if status not in twilio_codes.UNDELIVERED:
            return Receipt(reference=reference, state=None)
        code = form.get("ErrorCode", "")
        meaning = twilio_codes.meaning(int(code) if code.isascii() and code.isdecimal() and len(code) < 9 else 0)
        refused = meaning if isinstance(meaning, Refused) else Refused(reason=meaning.reason)
        return Receipt(reference=reference, state=State.UNDELIVERED, refused=refused)
