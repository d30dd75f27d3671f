"""The life of a campaign: which move leads where, and which role may make it. Pure; the one table of both.

Returned is back to draft with a reason, rejected is cancelled with a reason. `begin` and `finish` are the sender's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    DONE = "done"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Action(StrEnum):
    CREATE = "create"
    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    APPROVE_AGAIN = "approve-again"
    RETURN = "return"
    REJECT = "reject"
    SCHEDULE = "schedule"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    BEGIN = "begin"
    FINISH = "finish"


class Role(StrEnum):
    AUTHOR = "author"
    APPROVER = "approver"
    VIEWER = "viewer"
    MODERATOR = "moderator"
    ADMIN = "admin"


class MoveNotAllowed(Exception):
    """A campaign in this state cannot be moved so."""

    def __init__(self, action: Action, state: State) -> None:
        super().__init__(f"{action}: not possible while the campaign is {state}")
        self.action, self.state = action, state


@dataclass(frozen=True, slots=True)
class Move:
    """`to` is None where the campaign stays as it is, or goes back to where it was paused from."""

    begins: frozenset[State]
    to: State | None


def _from(*states: State, to: State | None) -> Move:
    return Move(frozenset(states), to)


MOVES: Mapping[Action, Move] = {
    Action.CREATE: _from(to=State.DRAFT),
    Action.EDIT: _from(State.DRAFT, State.SUBMITTED, State.APPROVED, State.SCHEDULED, to=State.DRAFT),
    Action.SUBMIT: _from(State.DRAFT, to=State.SUBMITTED),
    Action.APPROVE: _from(State.SUBMITTED, to=State.APPROVED),
    Action.APPROVE_AGAIN: _from(State.APPROVED, to=State.APPROVED),
    Action.RETURN: _from(State.SUBMITTED, State.APPROVED, to=State.DRAFT),
    Action.REJECT: _from(State.SUBMITTED, State.APPROVED, to=State.CANCELLED),
    Action.SCHEDULE: _from(State.APPROVED, State.SCHEDULED, to=State.SCHEDULED),
    Action.PAUSE: _from(State.SCHEDULED, State.SENDING, to=State.PAUSED),
    Action.RESUME: _from(State.PAUSED, to=None),
    Action.CANCEL: _from(
        State.DRAFT, State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.SENDING, State.PAUSED, to=State.CANCELLED
    ),
    Action.BEGIN: _from(State.SCHEDULED, to=State.SENDING),
    Action.FINISH: _from(State.SENDING, to=State.DONE),
}

_AUTHORS = frozenset({Role.AUTHOR, Role.ADMIN})
_APPROVERS = frozenset({Role.APPROVER, Role.ADMIN})
_BOTH = _AUTHORS | _APPROVERS

WHO: Mapping[Action, frozenset[Role]] = {
    Action.CREATE: _AUTHORS,
    Action.EDIT: _AUTHORS,
    Action.SUBMIT: _AUTHORS,
    Action.APPROVE: _APPROVERS,
    Action.APPROVE_AGAIN: _APPROVERS,
    Action.RETURN: _APPROVERS,
    Action.REJECT: _APPROVERS,
    Action.SCHEDULE: _BOTH,
    Action.PAUSE: _BOTH,  # whoever sees that something is wrong stops it; going on takes an approver
    Action.RESUME: _APPROVERS,
    Action.CANCEL: _BOTH,
    Action.BEGIN: frozenset(),
    Action.FINISH: frozenset(),
}
"""Nobody approves their own, whatever the role: that is `campaigns.approve`'s."""


def check(action: Action, state: State) -> State | None:
    """Where the move leads. Raises MoveNotAllowed."""
    move = MOVES[action]
    if state not in move.begins:
        raise MoveNotAllowed(action, state)
    return move.to


def may(role: Role, action: Action, *, drill: bool = False) -> bool:
    """A drill reaches nobody: its author may take every step alone."""
    return role in WHO[action] or (drill and role in _AUTHORS and bool(WHO[action]))
