"""Signed tokens for the links in our texts: who stops which campaign's kind of messages, whose receipt a provider brings. Pure.

All tokens are equally long, so that the preview's segments are those that are sent. The address key signs them: it lives as long
as the database, and a link in an old SMS must still work when SAQBOL_SECRET has been rotated.
"""

import base64
import hmac
import re
from enum import StrEnum

from broadcaster.addresses import AddressKey

TOKEN_LENGTH = 20
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
_CAMPAIGN_BYTES, _CONTACT_BYTES, _SIGNATURE_BYTES = 3, 4, 8


class BadLink(ValueError):
    """This link is not one of ours, or a part of it is missing."""


class _Purpose(StrEnum):
    STOP = "stop"
    RECEIPT = "receipt"


def stop_token(key: AddressKey, campaign: int, contact: int) -> str:
    """URL-safe; also what a Telegram button carries."""
    return _signed(key, _Purpose.STOP, campaign, contact)


def read_stop(key: AddressKey, token: str) -> tuple[int, int]:
    """Campaign and contact. Raises BadLink."""
    return _read(key, _Purpose.STOP, token)


def stop_link(public_url: str, token: str) -> str:
    return f"{public_url.rstrip('/')}/u/{token}"


def receipt_token(key: AddressKey, campaign: int, contact: int) -> str:
    """Stands in the address that a provider calls with a receipt."""
    return _signed(key, _Purpose.RECEIPT, campaign, contact)


def read_receipt(key: AddressKey, token: str) -> tuple[int, int]:
    """Campaign and contact. Raises BadLink."""
    return _read(key, _Purpose.RECEIPT, token)


def _signed(key: AddressKey, purpose: _Purpose, campaign: int, contact: int) -> str:
    named = campaign.to_bytes(_CAMPAIGN_BYTES, "big") + contact.to_bytes(_CONTACT_BYTES, "big")
    return base64.urlsafe_b64encode(named + _signature(key, purpose, campaign, contact)).decode()


def _read(key: AddressKey, purpose: _Purpose, token: str) -> tuple[int, int]:
    if not _TOKEN.fullmatch(token):
        raise BadLink
    raw = base64.urlsafe_b64decode(token)
    campaign = int.from_bytes(raw[:_CAMPAIGN_BYTES], "big")
    contact = int.from_bytes(raw[_CAMPAIGN_BYTES:-_SIGNATURE_BYTES], "big")
    if not hmac.compare_digest(raw[-_SIGNATURE_BYTES:], _signature(key, purpose, campaign, contact)):
        raise BadLink
    return campaign, contact


def _signature(key: AddressKey, purpose: _Purpose, campaign: int, contact: int) -> bytes:
    return key.digest("links", f"{purpose}:{campaign}:{contact}")[:_SIGNATURE_BYTES]
