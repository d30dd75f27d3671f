"""A browser's push subscription: the one model for whoever takes one from a page and for the sender. Pure.

Its endpoint is the word of a stranger and the sender will post to it: only https to a named host on the usual port.
"""

import base64
import json
import re
from typing import Annotated
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import AfterValidator, BaseModel

from broadcaster import addresses
from broadcaster.addresses import Address, Channel

_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+")
_ENDPOINT = re.compile(r"[\x21-\x7e]{1,1800}")
"""Bare ASCII: an address is parsed by more than one library, and a line break or a blank is read differently by each."""
_BASE64 = re.compile(r"([A-Za-z0-9_-]+)={0,2}")
_SECRET_BYTES = 16


def _a_push_service(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    usual = parts.scheme == "https" and parts.netloc in (host, f"{host}:443") and _HOST.fullmatch(host)
    if not usual or not _ENDPOINT.fullmatch(endpoint):
        raise ValueError("a push endpoint is https to a named host on the usual port")
    return endpoint


def _a_point(key: str) -> str:
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
    return key


def _a_secret(secret: str) -> str:
    if len(_bytes(secret)) != _SECRET_BYTES:
        raise ValueError(f"the secret of a subscription has {_SECRET_BYTES} bytes")
    return secret


class Keys(BaseModel):
    p256dh: Annotated[str, AfterValidator(_a_point)]
    auth: Annotated[str, AfterValidator(_a_secret)]


class Subscription(BaseModel):
    """What `JSON.stringify(subscription)` holds that matters."""

    endpoint: Annotated[str, AfterValidator(_a_push_service)]
    keys: Keys

    @property
    def address(self) -> Address:
        """One spelling, however the browser orders its fields: a browser that subscribes again is the same contact."""
        return addresses.normalise(Channel.PUSH, json.dumps(self.model_dump(), sort_keys=True, separators=(",", ":")))


def _bytes(text: str) -> bytes:
    found = _BASE64.fullmatch(text)
    if not found:
        raise ValueError("a key of a subscription is base64url")
    return base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
