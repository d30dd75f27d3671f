"""Who may open what of the volunteers' pages, and what is refused how. Whether somebody is a volunteer, or a senior, the register
says: a role alone judges nothing."""

from collections.abc import Mapping

from bot.moderation.abuse import UnknownReport
from bot.moderation.cases import UnknownCase
from bot.moderation.decisions import AlreadyVoted, CaseClosed, NotInText, NotVoted
from bot.moderation.gold import NotJudged
from bot.moderation.hurry import TooFast
from bot.moderation.learning import AlreadyReviewed, OwnJudgement, UnknownPhrase
from bot.moderation.retraining import NoWorkshop
from bot.moderation.volunteers import NotAVolunteer, NotSenior
from broadcaster.campaign_states import Role
from broadcaster.web.desk.matrix import Matrix
from broadcaster.web.desk.refusals import REFUSALS as OF_THE_REGISTER

_VOLUNTEERS = frozenset({Role.MODERATOR, Role.ADMIN})

MATRIX = Matrix(
    open=frozenset({"sign-in", "sign-in-send", "invitation", "invitation-send", "language"}),
    roles={
        "sign-out": frozenset(Role),
        "queue": _VOLUNTEERS,
        "case": _VOLUNTEERS,
        "case-vote": _VOLUNTEERS,
        "case-pass": _VOLUNTEERS,
        "case-call-senior": _VOLUNTEERS,
        "seniors": _VOLUNTEERS,
        "case-settle": _VOLUNTEERS,
        "case-correct": _VOLUNTEERS,
        "case-test": _VOLUNTEERS,
        "case-no-test": _VOLUNTEERS,
        "report-block": _VOLUNTEERS,
        "report-unblock": _VOLUNTEERS,
        "judged": _VOLUNTEERS,
        "judged-search": _VOLUNTEERS,
        "accuracy": _VOLUNTEERS,
        "phrases": _VOLUNTEERS,
        "phrases-look": _VOLUNTEERS,
        "phrase-accept": _VOLUNTEERS,
        "phrase-reject": _VOLUNTEERS,
        "tellings": _VOLUNTEERS,
        "telling-arrived": _VOLUNTEERS,
        "telling-again": _VOLUNTEERS,
        "me": _VOLUNTEERS,
        "me-password": _VOLUNTEERS,
        "me-sign-out-everywhere": _VOLUNTEERS,
    },
)

REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    **OF_THE_REGISTER,
    NotAVolunteer: (403, "refused_not_a_volunteer"),
    NotSenior: (403, "refused_not_senior"),
    NotVoted: (403, "refused_not_voted"),
    UnknownCase: (404, "refused_unknown_case"),
    UnknownReport: (404, "refused_unknown_report"),
    CaseClosed: (409, "refused_case_closed"),
    NotJudged: (409, "refused_not_judged"),
    AlreadyVoted: (409, "refused_already_voted"),
    TooFast: (429, "refused_too_fast"),
    UnknownPhrase: (404, "refused_unknown_phrase"),
    OwnJudgement: (403, "refused_own_judgement"),
    AlreadyReviewed: (409, "refused_phrase_reviewed"),
    NoWorkshop: (409, "refused_no_texts"),
    NotInText: (422, "refused_unreadable"),
}
