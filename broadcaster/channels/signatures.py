"""Signed requests between a partner and us, as Standard Webhooks 1.0 has them, so that partners find a library ready. Pure.

Both directions use the partner's one secret, `whsec_` and base64 of at least 24 bytes.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
SHORTEST_SECRET = 24

_PREFIX = "whsec_"


class BadSecret(ValueError):
    """A partner's secret is whsec_ and base64 of at least 24 bytes."""


class BadSignature(Exception):
    """This request was not signed by the partner, or not within the last five minutes."""


def signed(secret: str, *, id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers. `id` stays the same when a request is repeated."""
    moment = str(int(now.timestamp()))
    return {"webhook-id": id, "webhook-timestamp": moment, "webhook-signature": f"v1,{_signature(secret, id, moment, body)}"}


def check(secret: str, *, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Header names in lower case. Raises BadSignature, whatever a stranger wrote."""
    id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 12):
        raise BadSignature
    if abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise BadSignature
    expected = f"v1,{_signature(secret, id, moment, body)}".encode()
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(expected, each.encode("utf-8", "replace")) for each in given):
        raise BadSignature


def key_of(secret: str) -> bytes:
    """Raises BadSecret."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise BadSecret from None
    if not secret.startswith(_PREFIX) or len(key) < SHORTEST_SECRET:
        raise BadSecret
    return key


def _signature(secret: str, id: str, moment: str, body: bytes) -> str:
    signed = f"{id}.{moment}.".encode("utf-8", "replace") + body
    return base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()
