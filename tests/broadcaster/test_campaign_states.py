import pytest

from broadcaster.campaign_states import MOVES, WHO, Action, MoveNotAllowed, Role, State, check, may

TABLE = """
              draft      submitted  approved   scheduled  sending    done       paused     cancelled
create        -          -          -          -          -          -          -          -
edit          draft      draft      draft      draft      -          -          -          -
submit        submitted  -          -          -          -          -          -          -
approve       -          approved   -          -          -          -          -          -
approve-again -          -          approved   -          -          -          -          -
return        -          draft      draft      -          -          -          -          -
reject        -          cancelled  cancelled  -          -          -          -          -
schedule      -          -          scheduled  scheduled  -          -          -          -
pause         -          -          -          paused     paused     -          -          -
resume        -          -          -          -          -          -          back       -
cancel        cancelled  cancelled  cancelled  cancelled  cancelled  -          cancelled  -
begin         -          -          -          sending    -          -          -          -
finish        -          -          -          -          done       -          -          -
"""
ROLES = """
              author approver viewer moderator admin
create        yes    -        -      -         yes
edit          yes    -        -      -         yes
submit        yes    -        -      -         yes
approve       -      yes      -      -         yes
approve-again -      yes      -      -         yes
return        -      yes      -      -         yes
reject        -      yes      -      -         yes
schedule      yes    yes      -      -         yes
pause         yes    yes      -      -         yes
resume        -      yes      -      -         yes
cancel        yes    yes      -      -         yes
begin         -      -        -      -         -
finish        -      -        -      -         -
"""


def read(table: str) -> dict[tuple[str, str], str]:
    head, *lines = table.strip("\n").splitlines()
    cells = [line.split() for line in lines]
    return {(row[0], column): cell for row in cells for column, cell in zip(head.split(), row[1:], strict=True)}


def outcome(action: Action, state: State) -> str:
    try:
        to = check(action, state)
    except MoveNotAllowed:
        return "-"
    return to.value if to else "back"


def test_the_moves_are_those_of_the_written_table() -> None:
    assert {(action.value, state.value): outcome(action, state) for action in Action for state in State} == read(TABLE)


def test_the_rights_are_those_of_the_written_table() -> None:
    rights = {(action.value, role.value): "yes" if may(role, action) else "-" for action in Action for role in Role}
    assert rights == read(ROLES)


def test_every_action_has_its_move_and_its_people() -> None:
    assert set(MOVES) == set(WHO) == set(Action)


def test_what_is_over_stays_over() -> None:
    for action in Action:
        for state in (State.DONE, State.CANCELLED):
            with pytest.raises(MoveNotAllowed, match=state):
                check(action, state)


def test_a_drill_needs_only_its_author_and_never_a_bystander() -> None:
    steps = [action for action in Action if action not in (Action.BEGIN, Action.FINISH)]
    assert all(may(Role.AUTHOR, step, drill=True) for step in steps)
    assert not any(may(role, step, drill=True) for role in (Role.VIEWER, Role.MODERATOR) for step in Action)
    assert not any(may(role, step, drill=True) for role in Role for step in (Action.BEGIN, Action.FINISH))
