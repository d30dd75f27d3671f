"""Whether a form was sent from a page of ours: foreign pages post in a visitor's name. For every door of the web."""

from urllib.parse import urlsplit

from starlette.requests import Request


def comes_from_our_page(request: Request, our_url: str) -> bool:
    """`our_url` is how the world reaches us, empty where nobody set it. A browser cannot be made to lie in these headers."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin in (_origin(our_url), f"http://{request.headers.get('host', '')}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
