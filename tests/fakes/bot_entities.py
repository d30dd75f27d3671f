"""What Telegram's entity parser says of a text: the plain text that is left, or the 400 it answers. Called by the Bot API fake.

It knows tags and marks that matter for injection and escaping, not the offsets of entities: no test of ours needs those.
"""

import html
import re

_TAGS = frozenset(
    (
        "a",
        "b",
        "blockquote",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "pre",
        "s",
        "span",
        "strike",
        "strong",
        "tg-emoji",
        "tg-spoiler",
        "u",
    )
)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s[^<>]*)?)>")
_RESERVED = "_*[]()~`>#+-=|{}.!"
_PAIRED = ("__", "||", "*", "_", "~")


class CannotParse(ValueError):
    """Bad Request: can't parse entities."""


def plain(text: str, mode: str | None) -> str:
    """The text as the person sees it. Raises CannotParse with the words after «can't parse entities: »."""
    if not mode:
        return text
    readers = {"html": _html, "markdownv2": _markdown_v2, "markdown": _markdown}
    if mode.lower() not in readers:
        raise CannotParse("unsupported parse_mode")
    return readers[mode.lower()](text)


def _html(text: str) -> str:
    open_tags: list[str] = []
    rest = []
    end = 0
    for tag in _TAG.finditer(text):
        rest.append(_no_angle(text[end : tag.start()], end))
        end = tag.end()
        name = tag[2].lower()
        if name not in _TAGS:
            raise CannotParse(f'Unsupported start tag "{name}" at byte offset {_bytes(text, tag.start())}')
        if not tag[1]:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            raise CannotParse(f'Unmatched end tag at byte offset {_bytes(text, tag.start())}, found "</{name}>"')
    rest.append(_no_angle(text[end:], end))
    if open_tags:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return html.unescape("".join(rest))


def _no_angle(text: str, start: int) -> str:
    if "<" in text:
        raise CannotParse(f"Unsupported start tag at byte offset {start + text.index('<')}")
    return text


def _markdown_v2(text: str) -> str:
    rest: list[str] = []
    open_marks: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            rest.append(text[at + 1])
            at += 2
        elif text[at] == "`":
            fence = "```" if text.startswith("```", at) else "`"
            end = text.find(fence, at + len(fence))
            if end < 0:
                raise CannotParse(f"Can't find end of Code entity at byte offset {_bytes(text, at)}")
            rest.append(text[at + len(fence) : end])
            at = end + len(fence)
        elif mark := next((mark for mark in _PAIRED if text.startswith(mark, at)), ""):
            if mark in open_marks:
                open_marks.remove(mark)
            else:
                open_marks.append(mark)
            at += len(mark)
        elif link := re.compile(r"\[([^\]]+)\]\((?:[^()\\]|\\.)+\)").match(text, at):
            rest.append(_markdown_v2(link[1]))
            at = link.end()
        elif text[at] in _RESERVED and not (text[at] == ">" and (at == 0 or text[at - 1] == "\n")):
            raise CannotParse(f"Character '{text[at]}' is reserved and must be escaped with the preceding '\\'")
        else:
            rest.append(text[at])
            at += 1
    if open_marks:
        raise CannotParse(f"Can't find end of the entity that starts with {open_marks[-1]}")
    return "".join(rest)


def _markdown(text: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    for mark in "`*_":
        bare = re.findall(rf"(?<!\\)\{mark}", text)
        if len(bare) % 2:
            raise CannotParse("Can't find end of the entity starting at byte offset " + str(_bytes(text, text.rindex(mark))))
        text = re.sub(rf"(?<!\\)\{mark}", "", text)
    if re.search(r"(?<!\\)\[", text):
        raise CannotParse("Can't find end of the entity starting at byte offset " + str(_bytes(text, text.index("["))))
    return re.sub(r"\\([`*_\[])", r"\1", text)


def _bytes(text: str, at: int) -> int:
    return len(text[:at].encode("utf-8", "replace"))
