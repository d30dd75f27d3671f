"""What Telegram makes clickable in a plain text without anybody's markup. Wider than Telegram rather than narrower.

By its published description of entities and the rules of its open client library: any ending of letters counts as a site's here.
"""

import re

_RULES = {
    "url": re.compile(r"(?:https?|ftp|tg|ton|tonsite)://\S+|[^\s\[\]()<>«»│]+\.[^\W\d_]{2,}", re.IGNORECASE),
    "ip": re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
    "mention": re.compile(r"(?<![A-Za-z0-9_])@[A-Za-z0-9_]{2,}"),
    "email": re.compile(r"[\w.+-]+@[\w-]+"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}"),
    "hashtag": re.compile(r"(?<![\w\u200c])#\w*[^\W\d]\w*"),
    "cashtag": re.compile(r"(?<!\w)\$[A-Z]{1,8}(?!\w)"),
    "phone_number": re.compile(r"\+?\d(?:[\s().-]?\d){8,}"),
    "bank_card": re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)"),
}


def clickable(text: str) -> list[str]:
    """Each as «kind: the words»."""
    return [f"{kind}: {found[0]}" for kind, rule in _RULES.items() for found in rule.finditer(text)]
