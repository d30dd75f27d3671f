"""What an approver sees before saying yes: each text as the phone shows it, whom it reaches, what it costs, when it is over.

The same words and the same SQL as the sending itself, so that nothing else leaves than what was looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcaster import effect, effect_words, freeze, lawful_hours, links, reach, segment_words, sms, wording
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_repeat import Repeat
from broadcaster.database import Connection
from broadcaster.headcounts import FRESH, Headcounts
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy
from broadcaster.reach import Overlap, Reach
from broadcaster.sms import Encoding
from broadcaster.wording import Problem
from content.language import Language
from content.library import Library

SAMPLE = 5
CODE_TO_COME = wording.CODE_TO_COME


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One text on one channel. `encoding` where it is paid by segments; `forced`: the character that made an SMS cost twice, and
    its place from 1. `price` in tiyn for all of its people, None while policy.yaml names no price."""

    channel: SendingChannel
    language: Language
    text: str
    characters: int
    segments: int
    encoding: Encoding | None
    forced: tuple[str, int] | None
    people: int
    price: int | None

    @property
    def forced_codepoint(self) -> int | None:
        """So that an invisible one can be named too."""
        return ord(self.forced[0]) if self.forced else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`price` in tiyn of all messages, None while policy.yaml names no price; `finish` None where nobody is reached.

    `unpriced`: channels whose missing price lets no budget hold. `opens`: from `starts` on, the first lawful moment of each
    channel. `canary`: about so many get it first. `detectable`: the smallest effect that this campaign could show, in words,
    where it has a waiting group.
    """

    code: str
    texts: tuple[Shown, ...]
    reach: Reach
    sample: tuple[str, ...]
    segment: Mapping[Language, str]
    price: int | None
    budget: int | None
    unpriced: tuple[SendingChannel, ...]
    starts: datetime
    opens: Mapping[SendingChannel, datetime]
    finish: datetime | None
    repeat: Repeat | None
    canary: int
    waiting: float
    waiting_people: int
    detectable: Mapping[Language, str]
    overlaps: tuple[Overlap, ...]
    problems: tuple[Problem, ...]

    @property
    def code_is_to_come(self) -> bool:
        return self.code == CODE_TO_COME

    @property
    def over_budget(self) -> bool:
        """It would stop before everybody has it."""
        return self.budget is not None and self.price is not None and self.price > self.budget


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
    return of_content(
        connection,
        campaign.content,
        campaign=campaign.id,
        code=campaign.code,
        send_at=campaign.send_at,
        policy=policy,
        rates=rates,
        public_url=public_url,
        words=words,
        now=now,
    )


def of_content(
    connection: Connection,
    content: Content,
    *,
    campaign: int | None = None,
    code: str = CODE_TO_COME,
    send_at: datetime | None = None,
    counts: Headcounts = FRESH,
    policy: Policy,
    rates: Mapping[SendingChannel, float],
    public_url: str,
    words: Library,
    now: datetime,
) -> Preview:
    """Of what is not kept yet, or not so. `campaign` and `code`: whose content it will be. Raises UnknownSuspect."""
    found = counts.reached(connection, content)
    stop_link = links.stop_link(public_url, "A" * links.TOKEN_LENGTH) if public_url else ""
    texts = tuple(
        _shown(
            content,
            channel,
            language,
            wording.compose(content, channel, language, code=code, stop_link=stop_link, words=words),
            found,
            policy,
        )
        for channel in content.channels
        for language in content.text
    )
    waiting = freeze.waiting_share(content, found.audience, policy)
    waiting_people = round(found.audience * waiting)
    starts = send_at or content.send_at or now
    said = content.model_dump(mode="json", exclude_none=True)
    return Preview(
        code=code,
        texts=texts,
        reach=found,
        sample=counts.sample(connection, content.rule, SAMPLE),
        segment={language: segment_words.explain(content.rule, language, words) for language in Language},
        price=_sum([each.price for each in texts]),
        budget=None if content.budget is None else content.budget * 100,
        unpriced=_unpriced(content, policy),
        starts=starts,
        opens={
            channel: lawful_hours.next_allowed(starts, channel, policy, emergency=content.emergency)
            for channel in content.channels
        },
        finish=_finish(texts, content.emergency, starts, policy, rates),
        repeat=content.repeat,
        canary=_canary(found.audience - waiting_people, policy),
        waiting=waiting,
        waiting_people=waiting_people,
        detectable=_detectable(found.audience, waiting, words),
        overlaps=reach.overlap(connection, content.rule, campaign=campaign or 0, content=said, now=now, counting=counts.shared),
        problems=wording.problems(content, policy=policy, public_url=public_url, words=words),
    )


def _shown(content: Content, channel: SendingChannel, language: Language, text: str, found: Reach, policy: Policy) -> Shown:
    as_sms = sms.compose(text)
    paid = channel in (SendingChannel.SMS, SendingChannel.RELAY)
    people = sum(
        n
        for (route, spoken), n in found.by_route.items()
        if route is channel and (spoken if spoken in content.text else Language.RU) is language
    )
    parts = as_sms.segments if paid else 1
    each = policy.channels[channel].price_tiyn
    return Shown(
        channel=channel,
        language=language,
        text=text,
        characters=len(text),
        segments=parts,
        encoding=as_sms.encoding if paid else None,
        forced=(as_sms.forced.character, as_sms.forced.position + 1) if paid and as_sms.forced else None,
        people=people,
        price=0 if not people else None if each is None else each * parts * people,
    )


def _sum(prices: Sequence[int | None]) -> int | None:
    known = [price for price in prices if price is not None]
    return sum(known) if len(known) == len(prices) else None


def _unpriced(content: Content, policy: Policy) -> tuple[SendingChannel, ...]:
    """Where there is a budget."""
    if content.budget is None:
        return ()
    return tuple(channel for channel in content.channels if policy.channels[channel].price_tiyn is None)


def _canary(people: int, policy: Policy) -> int:
    return min(people, max(policy.canary.at_least, round(people * policy.canary.share)))


def _detectable(people: int, waiting: float, words: Library) -> Mapping[Language, str]:
    if not waiting:
        return {}
    share = effect.smallest_detectable(audience=people, control=waiting)
    return {language: effect_words.say_detectable(share, words, language) for language in Language}


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
