"""What a form means so far, with everything that takes the register to tell: unknown accounts, the count, the preview."""

from collections.abc import Sequence
from dataclasses import dataclass

from broadcaster import audience, segments
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.segment_rules import Rule
from broadcaster.suspects import BadSuspect, UnknownSuspect
from broadcaster.web.desk import campaign_form, previewing, segment_form
from broadcaster.web.desk.campaign_form import CampaignForm, Meaning
from broadcaster.web.desk.live_counts import Counting
from broadcaster.web.desk.mistakes import Mistake, Mistakes
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.previewing import Looked
from broadcaster.web.desk.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`looked` is there when everything can be read; `known` (people of the segment) as soon as the segment can."""

    mistakes: Mistakes
    known: int | None = None
    looked: Looked | None = None


async def checked(office: Office, visit: Visit, form: CampaignForm) -> Meaning:
    """`campaign_form.read`, and whether the register knows the accounts that are named."""
    meaning = campaign_form.read(form, words=office.words, now=visit.now)
    named = () if form.kept else tuple(segment_form.accounts(form.rows))
    unknown = await office.kept.ask(_unknown, named) if named else []
    if not unknown:
        return meaning
    mistakes = {**{row: Mistake("account_unknown") for row in unknown}, **meaning.mistakes}
    return Meaning(content=None, rule=None, mistakes=mistakes)


async def shown(
    office: Office, visit: Visit, form: CampaignForm, *, campaign: Campaign | None, counting: Counting = audience.reached
) -> Draft:
    """Counts people: may take seconds on millions."""
    meaning = await checked(office, visit, form)
    if meaning.content:
        looked = await previewing.look_at(office, visit, meaning.content, campaign=campaign, counting=counting)
        return Draft(mistakes=meaning.mistakes, looked=looked)
    known = await office.counting.ask(_count, meaning.rule) if meaning.rule else None
    return Draft(mistakes=meaning.mistakes, known=known)


def _unknown(connection: Connection, named: Sequence[tuple[str, str]]) -> list[str]:
    rows = []
    for row, account in named:
        try:
            segments.suspect_of(connection, account)
        except (BadSuspect, UnknownSuspect):
            rows.append(row)
    return rows


def _count(connection: Connection, rule: Rule) -> int | None:
    try:
        return segments.count(connection, rule)
    except UnknownSuspect:
        return None
