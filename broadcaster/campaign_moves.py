"""Which moves of a campaign are open to whom, as it stands now: its state, the person's role, four eyes. Pure.

A page shows these and no others; `campaigns` makes them, and refuses the rest however they were asked for.
"""

from broadcaster import campaign_states
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import MOVES, Action
from broadcaster.staff import Staff


def open_to(campaign: Campaign, by: Staff) -> tuple[Action, ...]:
    """In the order of the campaign's life."""
    return tuple(action for action in MOVES if _is_open(action, campaign, by))


def is_own(campaign: Campaign, by: Staff) -> bool:
    """They wrote, submitted or approved it already: its approval is somebody else's. A drill is nobody's own."""
    return by.id in (campaign.author, campaign.submitted_by, campaign.approved_by) and not campaign.content.drill


def _is_open(action: Action, campaign: Campaign, by: Staff) -> bool:
    if campaign.state not in MOVES[action].begins or not campaign_states.may(by.role, action, drill=campaign.content.drill):
        return False
    match action:
        case Action.APPROVE:
            return not is_own(campaign, by)
        case Action.APPROVE_AGAIN:
            return campaign.needs_second_approval and not is_own(campaign, by)
        case Action.SCHEDULE:
            return not campaign.needs_second_approval
        case _:
            return True
