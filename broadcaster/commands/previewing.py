"""`preview` and `test-send`: what a phone will show, to whom it goes, what it costs; and one message to oneself."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from broadcaster import addresses, audit, campaign_records, consent, database, halt, policy, preview, providers
from broadcaster.addresses import Address, Channel
from broadcaster.batches import Leased
from broadcaster.campaign_records import Campaign
from broadcaster.channels.outcome import Accepted, Outcome
from broadcaster.commands.campaigning import SHELL
from broadcaster.commands.opening import key_of, register
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.envelopes import Envelopes
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.ledger_codes import SendingChannel, route_of
from broadcaster.preview import Preview
from broadcaster.settings import SenderSettings
from content import library
from content.language import Language

MOST_GUESTS = 20


class Silenced(Exception):
    """This person said STOP: no test goes there either."""


class CannotBeTested(ValueError):
    """This channel cannot carry a test to such an address."""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    show = commands.add_parser("preview", help="the texts as phones show them, the people, the price, the finish")
    show.add_argument("id", type=int, metavar="ID")
    show.add_argument("--json", action="store_true", help="one JSON object, for programs")
    show.set_defaults(run=_preview)

    test = commands.add_parser(
        "test-send",
        help="the message to oneself or a guest list, outside the ledger",
        description=f"To {MOST_GUESTS} addresses at most; not to whoever said STOP, and to nobody while everything is stopped.",
    )
    test.add_argument("id", type=int, metavar="ID")
    test.add_argument(
        "--to", required=True, action="append", metavar="ADDRESS", help="+7 701 123 45 67; again for each of a guest list"
    )
    test.add_argument(
        "--channel", type=SendingChannel, choices=list(SendingChannel), metavar="CHANNEL", help="default: the campaign's first"
    )
    test.add_argument("--language", type=Language, choices=list(Language), default=Language.RU, metavar="kk|ru|en")
    test.set_defaults(run=_test_send)


def _preview(settings: SenderSettings, asked: argparse.Namespace) -> int:
    words, rules = library.load(), policy.load()
    with register(settings) as connection:
        campaign = campaign_records.find(connection, asked.id)
        shown = preview.of(
            connection,
            campaign,
            policy=rules,
            rates=providers.rates(settings, rules),
            public_url=settings.public_url,
            words=words,
            now=datetime.now(UTC),
        )
    print(json.dumps(_as_json(shown), ensure_ascii=False) if asked.json else "\n".join(_lines(campaign, shown)))
    return 0


def _lines(campaign: Campaign, shown: Preview) -> list[str]:
    reached = shown.reach
    lines = [f"{campaign.code} {campaign.content.name}: {campaign.state}", f"to: {shown.segment[Language.EN]}"]
    for each in shown.texts:
        forced = f", UCS-2 because of {each.forced[0]!r} at {each.forced[1]}" if each.forced else ""
        about = f"{each.characters} characters, {each.segments} segments{forced}; {each.people} people"
        lines += ["", f"── {each.channel} {each.language}: {about}", each.text]
    by_channel = ", ".join(f"{channel} {n}" for channel, n in reached.by_channel().items())
    lines += [
        "",
        f"known {reached.known}, reached {reached.audience} ({by_channel or 'nobody'}); not: "
        f"STOP {reached.stopped}, topic left {reached.left_topic}, no consent {reached.no_consent}, "
        f"no address {reached.no_address}; only through a partner {reached.partner_only}",
        f"sample: {', '.join(shown.sample) or 'nobody'}",
        "price: " + ("set price_tiyn in policy.yaml" if shown.price is None else f"{shown.price / 100:g} tenge"),
        "finish: " + (f"{shown.finish.astimezone(KAZAKHSTAN):%Y-%m-%d %H:%M}" if shown.finish else "nobody is reached"),
    ]
    if shown.repeat:
        lines.append(f"repeat: every {shown.repeat.every_weeks} weeks until {shown.repeat.until}, each time as a new draft")
    if shown.waiting:
        lines.append(f"waiting group: {shown.waiting:.0%}; {shown.detectable[Language.EN]}")
    for overlap in shown.overlaps:
        lines.append(
            f"{'THE SAME TEXT' if overlap.same_text else 'also'} went to {overlap.people} of them: {overlap.code} {overlap.name}"
        )
    for problem in shown.problems:
        where = f"text.{problem.language}" + (f", {problem.channel}" if problem.channel else "")
        lines.append(f"{'ERROR' if problem.blocks else 'look'}: {where}: {problem.reason}")
    return lines


def _as_json(shown: Preview) -> dict[str, object]:
    reached = asdict(shown.reach)
    reached["by_route"] = [
        {"channel": channel, "language": language, "people": n} for (channel, language), n in shown.reach.by_route.items()
    ]
    return {
        "texts": [asdict(each) for each in shown.texts],
        "audience": shown.reach.audience,
        "reach": reached,
        "sample": shown.sample,
        "segment": shown.segment,
        "price_tenge": None if shown.price is None else shown.price / 100,
        "finish": shown.finish.isoformat() if shown.finish else None,
        "repeat": shown.repeat.model_dump(mode="json") if shown.repeat else None,
        "waiting": shown.waiting,
        "detectable": shown.detectable.get(Language.EN, ""),
        "overlaps": [{**asdict(each), "started_at": each.started_at.isoformat()} for each in shown.overlaps],
        "problems": [{**asdict(each), "blocks": each.blocks, "reason": each.reason} for each in shown.problems],
    }


def _test_send(settings: SenderSettings, asked: argparse.Namespace) -> int:
    with register(settings) as connection:
        campaign = campaign_records.find(connection, asked.id)
        channel = asked.channel or campaign.content.channels[0]
        if channel not in providers.open_channels(settings):
            raise CannotBeTested(providers.why_closed(channel))
        if halt.is_stopped(connection):
            raise CannotBeTested("everything is stopped: resume-everything comes first")
        guests = [_address(channel, each) for each in asked.to]
        if len(guests) > MOST_GUESTS:
            raise CannotBeTested(f"a test goes to {MOST_GUESTS} addresses at most: for more people there are campaigns")
        if any(consent.is_suppressed(connection, address) for address in guests):
            raise Silenced
        _note(connection, campaign, channel, len(guests))
    outcomes = asyncio.run(_sent(settings, campaign, channel, guests, asked.language))
    for address, outcome in zip(guests, outcomes, strict=True):
        print(f"{address}: {outcome}")
    return 0 if all(isinstance(outcome, Accepted) for outcome in outcomes) else 1


def _note(connection: Connection, campaign: Campaign, channel: SendingChannel, messages: int) -> None:
    """Nobody has approved it, so the trail knows of it before it leaves."""
    detail = {"channel": channel, "messages": messages, "hash": campaign.content_hash.hex()}
    with database.transaction(connection):
        audit.append(
            connection,
            at=datetime.now(UTC),
            who=SHELL,
            action="campaign.test-send",
            subject=f"campaign {campaign.id}",
            detail=detail,
        )


def _address(channel: SendingChannel, raw: str) -> Address:
    kinds = channel.addresses
    kind = Channel.PHONE if Channel.PHONE in kinds and raw.strip()[:1] == "+" else kinds[0]
    return addresses.normalise(kind, raw)


async def _sent(
    settings: SenderSettings, campaign: Campaign, channel: SendingChannel, guests: Sequence[Address], language: Language
) -> list[Outcome]:
    """The links in it belong to nobody: contact 0."""
    words, key = library.load(), key_of(settings)
    envelopes = Envelopes(key=key, public_url=settings.public_url, words=words)
    shown, route = envelopes.open(campaign), route_of(channel, language)
    rows = [Leased(ContactId(0), route, 0, each.channel, each.value, key.hash(each)) for each in guests]
    open_ones = providers.open_providers(settings, key, words, now=lambda: datetime.now(UTC))
    try:
        return [await open_ones[channel].send(envelopes.message(shown, row)) for row in rows]
    finally:
        for provider in set(open_ones.values()):
            await provider.close()
