"""What the register refuses, as an HTTP status and the key of a sentence for staff: refused_… in content/desk/*/refusals.yaml."""

from collections.abc import Mapping

from broadcaster.by_staff import NobodyThere
from broadcaster.campaign_records import UnknownCampaign
from broadcaster.campaign_states import MoveNotAllowed
from broadcaster.campaigns import MovedMeanwhile, NotAllowed, OwnCampaign, ReasonMissing, SecondApprovalMissing, TimeHasPassed
from broadcaster.database import DatabaseUnavailable
from broadcaster.import_jobs import UnknownImport
from broadcaster.invitations import NoInvitation
from broadcaster.reach import NobodyToReach
from broadcaster.receipts import CampaignCancelled, NotUnknown
from broadcaster.saved_templates import BadTemplateName, UnknownTemplate
from broadcaster.staff import UnknownStaff
from broadcaster.staffing import LastAdmin, NoReason, OwnRole
from broadcaster.submitting import BudgetWithoutPrice, SaidAlready, TextProblems
from broadcaster.suspects import BadSuspect, UnknownSuspect
from broadcaster.web.desk.hashing import TooManyAtOnce

REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    UnknownCampaign: (404, "refused_unknown_campaign"),
    UnknownStaff: (404, "refused_unknown_staff"),
    UnknownTemplate: (404, "refused_unknown_template"),
    UnknownSuspect: (404, "refused_unknown_suspect"),
    UnknownImport: (404, "refused_unknown_import"),
    NobodyThere: (404, "refused_nobody_there"),
    NoInvitation: (404, "refused_no_invitation"),
    NotAllowed: (403, "refused_not_yours"),
    OwnCampaign: (403, "refused_own_campaign"),
    OwnRole: (403, "refused_own_role"),
    LastAdmin: (409, "refused_last_admin"),
    MovedMeanwhile: (409, "refused_moved_meanwhile"),
    MoveNotAllowed: (409, "refused_move"),
    NotUnknown: (409, "refused_not_unknown"),
    CampaignCancelled: (409, "refused_campaign_cancelled"),
    SaidAlready: (409, "refused_said_already"),
    SecondApprovalMissing: (409, "refused_second_approval"),
    ReasonMissing: (422, "refused_reason_missing"),
    NoReason: (422, "refused_reason_missing"),
    TimeHasPassed: (422, "refused_time_has_passed"),
    TextProblems: (422, "refused_text_problems"),
    BudgetWithoutPrice: (422, "refused_budget_without_price"),
    NobodyToReach: (422, "refused_nobody_to_reach"),
    BadTemplateName: (422, "refused_bad_template_name"),
    BadSuspect: (422, "refused_bad_suspect"),
    DatabaseUnavailable: (503, "refused_not_now"),
    TooManyAtOnce: (503, "refused_too_many_at_once"),
}


def of(error: Exception, refusals: Mapping[type[Exception], tuple[int, str]] = REFUSALS) -> tuple[int, str] | None:
    """None: not a refusal but a mistake of ours."""
    return next((refusals[kind] for kind in type(error).__mro__ if kind in refusals), None)
