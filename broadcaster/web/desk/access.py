"""Who may open what: the one matrix of the console, route name → roles. A route that does not stand here opens for nobody.

What a person may do to a campaign besides (four eyes, its state) the campaign itself refuses.
"""

from collections.abc import Mapping

from broadcaster.campaign_states import WHO, Action, Role
from broadcaster.web.desk.matrix import Matrix

EVERYBODY = frozenset(Role) - {Role.MODERATOR}
"""Moderators judge reports in the bot's pages; the register of people is none of theirs."""

ADMIN = frozenset({Role.ADMIN})
AUTHORS = frozenset({Role.AUTHOR, Role.ADMIN})
APPROVERS = frozenset({Role.APPROVER, Role.ADMIN})
BOTH = AUTHORS | APPROVERS
ALL = frozenset(Role)

TAKES_FILE = frozenset({"people-import", "suspects-import", "snapshot-import"})
"""A form with a file in it is read on no other route."""

OPEN = frozenset({"sign-in", "sign-in-send", "invitation", "invitation-send", "language"})
"""For whoever has not signed in."""

_DRILLED_ALONE = (Action.APPROVE, Action.RETURN, Action.REJECT, Action.RESUME)

ROUTES: Mapping[str, frozenset[Role]] = {
    "sign-out": ALL,
    "today": EVERYBODY,
    "stop-everything": BOTH,
    "resume-everything": APPROVERS,
    "campaigns": EVERYBODY,
    "campaign": EVERYBODY,
    "campaign-progress": EVERYBODY,
    "campaign-plot": EVERYBODY,
    "campaign-effect": EVERYBODY,
    "campaign-new": AUTHORS,
    "campaign-new-send": AUTHORS,
    "campaign-edit": AUTHORS,
    "campaign-edit-send": AUTHORS,
    "campaign-live": AUTHORS,
    "campaign-preview": EVERYBODY,
    "campaign-count": BOTH,
    "campaign-copy": AUTHORS,
    "campaign-template": AUTHORS,
    "campaign-test": BOTH,
    **{
        # an author takes every step of a drill alone; the campaign refuses the rest
        f"campaign-{action}": WHO[action] | (AUTHORS if action in _DRILLED_ALONE else frozenset())
        for action in Action
        if WHO[action] and action not in (Action.CREATE, Action.EDIT, Action.APPROVE_AGAIN)
    },
    "campaign-unknown": EVERYBODY,
    "campaign-decide": APPROVERS,
    "campaign-deliveries": EVERYBODY,
    "campaign-export": BOTH,
    "templates": EVERYBODY,
    "template": EVERYBODY,
    "people": EVERYBODY,
    "person": BOTH,
    "person-stop": BOTH,
    "person-erase": APPROVERS,
    "people-import": AUTHORS,
    "imports": EVERYBODY,
    "import": EVERYBODY,
    "import-progress": EVERYBODY,
    "import-errors": AUTHORS,
    "suspects": EVERYBODY,
    "suspect": EVERYBODY,
    "suspect-add": AUTHORS,
    "suspect-status": APPROVERS,
    "suspects-import": AUTHORS,
    "snapshot-import": AUTHORS,
    "suppression": BOTH,
    "suppression-add": BOTH,
    "unsubscribes": EVERYBODY,
    "unsubscribes-plot": EVERYBODY,
    "effects": EVERYBODY,
    "audit": EVERYBODY,
    "audit-check": APPROVERS,
    "staff": ADMIN,
    "staff-add": ADMIN,
    "staff-role": ADMIN,
    "staff-invite": ADMIN,
    "staff-leave": ADMIN,
    "me": ALL,
    "me-address": ALL,
    "me-password": ALL,
    "me-sign-out-everywhere": ALL,
}

MATRIX = Matrix(roles=ROUTES, open=OPEN, takes_file=TAKES_FILE)
may = MATRIX.may
