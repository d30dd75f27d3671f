"""What an approver sees before saying yes: each text as the phone shows it, whom it reaches, what it costs, when it is over.

The same words and the same SQL as the sending itself, so that nothing else leaves than what was looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from broadcaster import audience, effect, effect_words, freeze, lawful_hours, links, reach, segment_words, segments, sms, wording
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy
from broadcaster.reach import Overlap, Reach
from broadcaster.wording import Problem
from content.language import Language
from content.library import Library

SAMPLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One text on one channel. `forced`: the character that made an SMS cost twice, and its place from 1."""

    channel: SendingChannel
    language: Language
    text: str
    characters: int
    segments: int
    forced: tuple[str, int] | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`price` in tiyn of all messages, None while policy.yaml names no price; `finish` None where nobody is reached.

    `detectable`: the smallest effect that this campaign could show, in words, where it has a waiting group.
    """

    texts: tuple[Shown, ...]
    reach: Reach
    sample: tuple[str, ...]
    segment: Mapping[Language, str]
    price: int | None
    finish: datetime | None
    waiting: float
    detectable: str
    overlaps: tuple[Overlap, ...]
    problems: tuple[Problem, ...]


def of(
    connection: Connection,
    campaign: Campaign,
    *,
    policy: Policy,
    rates: Mapping[SendingChannel, float],
    public_url: str,
    words: Library,
    now: datetime,
) -> Preview:
    """Raises UnknownSuspect."""
    content = campaign.content
    found = audience.reached(connection, content)
    stop_link = links.stop_link(public_url, "A" * links.TOKEN_LENGTH) if public_url else ""
    texts = tuple(
        _shown(campaign, channel, language, stop_link, found, words) for channel in content.channels for language in content.text
    )
    waiting = freeze.waiting_share(content, found.audience, policy)
    detectable = effect.smallest_detectable(audience=found.audience, control=waiting) if waiting else None
    return Preview(
        texts=texts,
        reach=found,
        sample=segments.sample(connection, content.rule, SAMPLE),
        segment={language: segment_words.explain(content.rule, language, words) for language in Language},
        price=_price(texts, policy),
        finish=_finish(texts, content.emergency, campaign.send_at or content.send_at or now, policy, rates),
        waiting=waiting,
        detectable=effect_words.say_detectable(detectable, words, Language.EN) if waiting else "",
        overlaps=reach.overlap(
            connection, content.rule, campaign=campaign.id, content=content.model_dump(mode="json", exclude_none=True), now=now
        ),
        problems=wording.problems(content, policy=policy, public_url=public_url, words=words),
    )


def _shown(
    campaign: Campaign, channel: SendingChannel, language: Language, stop_link: str, found: Reach, words: Library
) -> Shown:
    text = wording.compose(campaign.content, channel, language, code=campaign.code, stop_link=stop_link, words=words)
    as_sms = sms.compose(text)
    paid = channel in (SendingChannel.SMS, SendingChannel.RELAY)
    people = sum(
        n
        for (route, spoken), n in found.by_route.items()
        if route is channel and (spoken if spoken in campaign.content.text else Language.RU) is language
    )
    return Shown(
        channel=channel,
        language=language,
        text=text,
        characters=len(text),
        segments=as_sms.segments if paid else 1,
        forced=(as_sms.forced.character, as_sms.forced.position + 1) if paid and as_sms.forced else None,
        people=people,
    )


def _price(texts: tuple[Shown, ...], policy: Policy) -> int | None:
    total = 0
    for each in texts:
        price = policy.channels[each.channel].price_tiyn
        if each.people and price is None:
            return None
        total += (price or 0) * each.segments * each.people
    return total


def _finish(
    texts: tuple[Shown, ...], emergency: bool, start: datetime, policy: Policy, rates: Mapping[SendingChannel, float]
) -> datetime | None:
    """Of the slowest channel, were it alone in sending."""
    moments = []
    for channel in {each.channel for each in texts if each.people}:
        units = sum(each.segments * each.people for each in texts if each.channel is channel)
        moments.append(
            lawful_hours.finish(units, per_second=rates[channel], now=start, channel=channel, policy=policy, emergency=emergency)
        )
    return max(moments, default=None)
