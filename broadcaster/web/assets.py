"""Stylesheet, icon and scripts of the public pages: four fixed files, and no folder that could be walked."""

import json
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from broadcaster.addresses import AddressKey
from broadcaster.channels import vapid
from content.language import Language
from content.library import Library

STATIC = Path(__file__).parent / "static"
SCRIPT = "text/javascript"

_WORDS = ("title", "empty", "stop")


def routes(words: Library, key: AddressKey, *, base: str) -> Sequence[Route]:
    return (
        _fixed("/public/public.css", (STATIC / "public.css").read_bytes(), "text/css"),
        _fixed("/public/icon.svg", (STATIC / "icon.svg").read_bytes(), "image/svg+xml"),
        _fixed("/public/subscribe.js", (STATIC / "subscribe.js").read_bytes(), SCRIPT),
        _fixed("/push-worker.js", _worker(words, key, base), SCRIPT),
    )


def _worker(words: Library, key: AddressKey, base: str) -> bytes:
    """A service worker has no page to read its words from: they are its first line."""
    ours = {
        "base": base,
        "key": vapid.application_server_key(key),
        "words": {
            language: {name: words.phrase(f"subscribe_page_push_{name}", language) for name in _WORDS} for language in Language
        },
    }
    return f"const OURS = {json.dumps(ours)};\n".encode() + (STATIC / "push-worker.js").read_bytes()


def _fixed(path: str, content: bytes, kind: str) -> Route:
    def show(request: Request) -> Response:
        return Response(content, media_type=kind)

    return Route(path, show)
