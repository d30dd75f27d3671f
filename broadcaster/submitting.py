"""What a campaign must be before anybody may approve it: texts that can be sent, somebody to reach, nothing said twice."""

from datetime import datetime

from broadcaster import audience, reach, wording
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.policy import Policy
from broadcaster.wording import Problem
from content.library import Library


class TextProblems(ValueError):
    """These texts cannot be sent as they stand."""

    def __init__(self, found: tuple[Problem, ...]) -> None:
        lines = [f"text.{each.language}{f', {each.channel}' if each.channel else ''}: {each.reason}" for each in found]
        super().__init__("\n".join(lines))
        self.problems = found


class BudgetWithoutPrice(ValueError):
    """A budget cannot hold where policy.yaml names no price for a channel."""


class SaidAlready(Exception):
    """The same people got this very text before: submit it again only if that is meant."""


def check(
    connection: Connection, campaign: Campaign, *, policy: Policy, public_url: str, words: Library, now: datetime, again: bool
) -> None:
    """`again`: staff were asked and mean it.

    Raises TextProblems, BudgetWithoutPrice, NobodyToReach, SaidAlready, UnknownSuspect.
    """
    content = campaign.content
    blocking = tuple(
        problem for problem in wording.problems(content, policy=policy, public_url=public_url, words=words) if problem.blocks
    )
    if blocking:
        raise TextProblems(blocking)
    unpriced = [channel for channel in content.channels if policy.channels[channel].price_tiyn is None]
    if content.budget is not None and unpriced:
        raise BudgetWithoutPrice(f"budget: set price_tiyn of {', '.join(unpriced)} in policy.yaml, or it holds nothing")
    found = audience.reached(connection, content)
    reach.require_somebody(found)
    said = content.model_dump(mode="json", exclude_none=True)
    earlier = [
        each for each in reach.overlap(connection, content.rule, campaign=campaign.id, content=said, now=now) if each.same_text
    ]
    if earlier and not again:
        told = ", ".join(f"{each.people} people by {each.code}" for each in earlier)
        raise SaidAlready(f"the same text went to {told}: submit --again if that is meant")
