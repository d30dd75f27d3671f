"""A browser that subscribed to web push, and the way to a push service that stands on loopback."""

import base64
import json
from typing import Any

import http_ece  # type: ignore[import-untyped]
import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SERVICE = "web-push-testing/src/bin/server.js"
"""Somebody else's push service; see tests.fakes.tools."""


class Browser:
    """One that subscribed: its keys, and what it can read of what it is sent."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = b"sixteen bytes!!!"

    def subscription(self, endpoint: str = "https://push.example/abc") -> dict[str, Any]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": base64url(point), "auth": base64url(self._secret)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def reads(self, body: bytes) -> dict[str, Any]:
        opened = http_ece.decrypt(body, private_key=self._key, auth_secret=self._secret, version="aes128gcm")
        shown: dict[str, Any] = json.loads(opened)
        return shown


class ToLoopback(httpx.AsyncHTTPTransport):
    """The service stands on loopback without TLS; we know it by the name in its certificate."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = httpx.URL(service)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host=self._service.host, port=self._service.port)
        return await super().handle_async_request(request)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
