"""The key pair by which push services know us (RFC 8292). Pure.

Derived from the address key: a subscription is bound to it, so it has to live as long as the database does.
"""

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from broadcaster.addresses import AddressKey

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def private_key(key: AddressKey) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(key.digest("vapid", "private key"), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def application_server_key(key: AddressKey) -> str:
    """What a page gives to `pushManager.subscribe`."""
    point = private_key(key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
