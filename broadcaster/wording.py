"""A campaign's text as each channel sends it: in the person's language, with whose it is, its code, and how to stop.

Called by the preview and by the sender with the same arguments, so that what was approved is what a phone shows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

import tldextract

from broadcaster import campaign_codes, links, sms
from broadcaster.campaign_content import Content
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy
from content.language import Language
from content.library import Library

LONGEST: Mapping[SendingChannel, int] = {
    SendingChannel.TELEGRAM: 4_096,
    SendingChannel.WHATSAPP: 1_600,
    SendingChannel.PUSH: 178,
}
"""UTF-16 units. Push: what a locked phone shows of it."""

_BY_SEGMENTS = (SendingChannel.SMS, SendingChannel.RELAY)  # a partner passes it on as an SMS
_TIGHT = (SendingChannel.SMS, SendingChannel.PUSH, SendingChannel.RELAY)
_STATE_SITES = ("gov.kz", "egov.kz")
_HIDING = """
    bit.ly bitly.com clck.ru clc.to cutt.ly goo.gl goo.su is.gd lnkd.in ow.ly rb.gy surl.li t.co t.ly tiny.cc tinyurl.com u.to
    v.gd vk.cc
"""
_SHORTENERS = frozenset(_HIDING.split())
_LINK = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.\-]{1,10})://)?(?P<host>[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8})", re.IGNORECASE)
_KAZAKH = re.compile(r"[әғқңөұүһі]", re.IGNORECASE)
_ENOUGH_WORDS = 6
_TOKEN = "A" * links.TOKEN_LENGTH


CODE_TO_COME = "K" * campaign_codes.LENGTH
"""Stands where the code will: a campaign gets its own when it is kept for the first time."""


class Kind(StrEnum):
    """Of a problem; the console says each in its reader's language: problem_… in content/desk."""

    NO_WAY_TO_STOP = "no-way-to-stop"
    STOPS_BY_REPLY_ALONE = "stops-by-reply-alone"
    TOO_MANY_SEGMENTS = "too-many-segments"
    TOO_LONG = "too-long"
    NO_WHATSAPP_TEMPLATE = "no-whatsapp-template"
    SAME_AS_RUSSIAN = "same-as-russian"
    NO_KAZAKH_LETTER = "no-kazakh-letter"
    NOT_HTTPS = "not-https"
    SHORTENED_LINK = "shortened-link"
    FOREIGN_LINK = "foreign-link"

    @property
    def blocks(self) -> bool:
        """It cannot be sent so; otherwise a person judges."""
        return self in _BLOCKING


_BLOCKING = frozenset({Kind.NO_WAY_TO_STOP, Kind.TOO_MANY_SEGMENTS, Kind.TOO_LONG, Kind.NOT_HTTPS, Kind.SHORTENED_LINK})
_ENGLISH: Mapping[Kind, str] = {
    Kind.NO_WAY_TO_STOP: "SAQBOL_PUBLIC_URL is not set: the text would not say how to stop",
    Kind.STOPS_BY_REPLY_ALONE: "SAQBOL_PUBLIC_URL is not set: it asks for a reply, which no named sender gets",
    Kind.TOO_MANY_SEGMENTS: "{n} segments with the stop link; at most {most}",
    Kind.TOO_LONG: "{n} characters; at most {most}",
    Kind.NO_WHATSAPP_TEMPLATE: "no approved template: only who wrote to us within 24 hours gets it, others the next channel",
    Kind.SAME_AS_RUSSIAN: "is the same as the Russian",
    Kind.NO_KAZAKH_LETTER: "has no Kazakh letter: are the texts swapped?",
    Kind.NOT_HTTPS: "{host}: a link of ours begins with https://",
    Kind.SHORTENED_LINK: "{host} hides where it leads: write it out",
    Kind.FOREIGN_LINK: "{host} becomes a link to a site that is neither the state's nor ours; a fraud's is written {defanged}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What staff should know of a text, on one channel or wherever it goes."""

    language: Language
    channel: SendingChannel | None
    kind: Kind
    fields: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.kind.blocks

    @property
    def reason(self) -> str:
        """In English, for the command line."""
        return _ENGLISH[self.kind].format(**self.fields)


def body(content: Content, language: Language) -> str:
    """English falls back to Russian."""
    return content.text.get(language, content.text[Language.RU])


def compose(content: Content, channel: SendingChannel, language: Language, *, code: str, stop_link: str, words: Library) -> str:
    """Telegram has a button for stopping and push a link of its own; relay is one text for all of a partner's clients."""
    written = language if language in content.text else Language.RU
    signature = f"{words.phrase('warning_mark', written)} {code}"
    match channel:
        case SendingChannel.SMS | SendingChannel.PAPER if stop_link:
            signature = f"{signature}. {words.phrase('warning_stop_link', written)} {stop_link}"
        case SendingChannel.SMS | SendingChannel.PAPER | SendingChannel.WHATSAPP:
            signature = f"{signature}. {words.phrase('warning_stop_word', written)}"
        case _:
            pass
    gap = "\n" if channel in _TIGHT else "\n\n"
    return f"{body(content, language)}{gap}{signature}"


def whatsapp_template(content: Content, language: Language, *, code: str) -> tuple[str, Mapping[str, str]] | None:
    """The content SID and its variables: "1" is the code, then those of the warning template in the order of their names."""
    if content.whatsapp_template is None:
        return None
    written = language if language in content.whatsapp_template else Language.RU
    given = sorted(content.template.variables.items()) if content.template else ()
    values = [value if isinstance(value, str) else value.get(written, value[Language.RU]) for _, value in given]
    return content.whatsapp_template[written], {str(place): value for place, value in enumerate([code, *values], start=1)}


def problems(content: Content, *, policy: Policy, public_url: str, words: Library) -> tuple[Problem, ...]:
    """Of every text on every channel of the campaign."""
    found = list(_of_languages(content))
    for language, text in content.text.items():
        found.extend(_of_links(text, language, public_url))
        for channel in content.channels:
            found.extend(_of_channel(content, channel, language, policy, public_url, words))
    return tuple(found)


def _of_channel(
    content: Content, channel: SendingChannel, language: Language, policy: Policy, public_url: str, words: Library
) -> Iterator[Problem]:
    def problem(kind: Kind, **fields: str | int) -> Problem:
        return Problem(language=language, channel=channel, kind=kind, fields=fields)

    stop_link = links.stop_link(public_url, _TOKEN) if public_url else ""
    text = compose(content, channel, language, code=CODE_TO_COME, stop_link=stop_link, words=words)
    if channel is SendingChannel.PUSH and not public_url:
        yield problem(Kind.NO_WAY_TO_STOP)
    if channel is SendingChannel.SMS and not public_url:
        yield problem(Kind.STOPS_BY_REPLY_ALONE)
    if channel in _BY_SEGMENTS and (segments := sms.compose(text).segments) > policy.longest_sms_segments:
        yield problem(Kind.TOO_MANY_SEGMENTS, n=segments, most=policy.longest_sms_segments)
    if channel in LONGEST and (units := len(text.encode("utf-16-le")) // 2) > LONGEST[channel]:
        yield problem(Kind.TOO_LONG, n=units, most=LONGEST[channel])
    if channel is SendingChannel.WHATSAPP and content.whatsapp_template is None:
        yield problem(Kind.NO_WHATSAPP_TEMPLATE)


def _of_languages(content: Content) -> Iterator[Problem]:
    kazakh = content.text[Language.KK]
    if kazakh == content.text[Language.RU]:
        yield Problem(language=Language.KK, channel=None, kind=Kind.SAME_AS_RUSSIAN)
    elif len(kazakh.split()) >= _ENOUGH_WORDS and not _KAZAKH.search(kazakh):
        yield Problem(language=Language.KK, channel=None, kind=Kind.NO_KAZAKH_LETTER)


def _of_links(text: str, language: Language, public_url: str) -> Iterator[Problem]:
    def problem(kind: Kind, **fields: str) -> Problem:
        return Problem(language=language, channel=None, kind=kind, fields=fields)

    for link in _LINK.finditer(text):
        host = link["host"].casefold()
        domain = _suffixes()(host).top_domain_under_public_suffix
        if not link["scheme"] and not domain:
            continue
        if link["scheme"] and link["scheme"].lower() != "https":
            yield problem(Kind.NOT_HTTPS, host=host)
        if domain in _SHORTENERS:
            yield problem(Kind.SHORTENED_LINK, host=host)
        elif not _is_ours(host, public_url):
            yield problem(Kind.FOREIGN_LINK, host=host, defanged="[.]".join(host.rsplit(".", 1)))


def _is_ours(host: str, public_url: str) -> bool:
    ours = public_url.partition("://")[2].partition("/")[0].partition(":")[0].casefold()
    return host == ours or any(host == site or host.endswith(f".{site}") for site in _STATE_SITES)


@cache
def _suffixes() -> tldextract.TLDExtract:
    """The list that comes with the package: nothing is fetched."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
