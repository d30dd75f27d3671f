"""A page as it is read: without marks, every blank one blank."""

import re
from html import unescape

import httpx


def read(page: httpx.Response, status: int = 200) -> str:
    assert page.status_code == status, page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).replace("\u00a0", " ").split())
