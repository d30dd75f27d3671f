"""What a form means so far, with everything that takes the register to tell: unknown accounts, the count, the preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from broadcaster import segments
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.headcounts import Headcounts
from broadcaster.segment_rules import Rule
from broadcaster.suspects import BadSuspect, UnknownSuspect
from broadcaster.web.desk import campaign_form, previewing, segment_form
from broadcaster.web.desk.campaign_form import CampaignForm, Meaning
from broadcaster.web.desk.mistakes import Mistake, Mistakes
from broadcaster.web.desk.office import Office
from broadcaster.web.desk.previewing import Looked
from broadcaster.web.desk.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`looked` is there when everything can be read; `known` (people of the segment) as soon as the segment can.

    `waits`: they are being counted.
    """

    mistakes: Mistakes
    known: int | None = None
    looked: Looked | None = None
    waits: bool = False


async def checked(office: Office, visit: Visit, form: CampaignForm) -> Meaning:
    """`campaign_form.read`, and whether the register knows the accounts that are named."""
    meaning = campaign_form.read(form, words=office.words, now=visit.now)
    named = () if form.kept else tuple(segment_form.accounts(form.rows))
    unknown = await office.kept.ask(_unknown, named) if named else []
    if not unknown:
        return meaning
    mistakes = {**{row: Mistake("account_unknown") for row in unknown}, **meaning.mistakes}
    return Meaning(content=None, rule=None, mistakes=mistakes)


async def shown(office: Office, visit: Visit, form: CampaignForm, *, campaign: Campaign | None) -> Draft:
    meaning = await checked(office, visit, form)
    if meaning.content:
        looked = await previewing.look_at(office, visit, meaning.content, campaign=campaign)
        return Draft(mistakes=meaning.mistakes, looked=looked)
    if meaning.rule is None:
        return Draft(mistakes=meaning.mistakes)
    seen = await office.live_counts.ask(visit.by.id, partial(_count, rule=meaning.rule), now=visit.now)
    return Draft(mistakes=meaning.mistakes, known=seen.what if seen else None, waits=seen is None)


def _unknown(connection: Connection, named: Sequence[tuple[str, str]]) -> list[str]:
    rows = []
    for row, account in named:
        try:
            segments.suspect_of(connection, account)
        except (BadSuspect, UnknownSuspect):
            rows.append(row)
    return rows


def _count(connection: Connection, counts: Headcounts, *, rule: Rule) -> int | None:
    try:
        return counts.known(connection, rule)
    except UnknownSuspect:
        return None
